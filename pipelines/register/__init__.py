"""The register of official accounts (förteckning): what the municipality's policy asks of each, and those gone silent.

official  what is said of an account
rules     what may not stand in the register, and what the policy asks for that is lacking
files     the register as TOML, CSV and JSON
plan      the activity plan of an account, as blocks of a document
clearing  how an unsuitable post is removed, network by network
passive   when whom is to be told that an account has gone silent
phase     run(app): tells it
"""
