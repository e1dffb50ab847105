"""Utvärdering: once a year and after each campaign, what was reached of what had been decided (policy, page 5).

campaigns  which posts belong to a campaign
values     what the store is asked, and what it answers
areas      whom a report is about: the municipality, a unit, an account; and over which days
figures    rows of counts -> the figures of a report (pure)
goals      a goal against its figures (pure)
facts      what a report tells of, read from the store under someone's Scope
report     facts -> blocks of a document (pure)
details    the parts of it that are tables (pure)
drawings   its charts
letter     the mail to förvaltningens kommunikatör (pure)
phase      run(app): sends it, once to each
"""
