"""What has had its time goes: by rule, at the source's deletion, at a person's request; and what may not go is held.

rules     the configuration's days as moments (pure)
forget    one pass over every table, in one transaction
files     mails that lie as files
holds     what is held, and how that begins and ends
person    one person's request: extract, erase
receipt   what is said to that person, and to the archivist: the document of the decision
phase     all of it, as the night runs it
"""
