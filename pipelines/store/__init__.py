"""Every SQL statement of the project: schema, one module per table family, and the read side.

    schema       the tables (SQLAlchemy Core), one definition for SQLite and PostgreSQL
    engine       open a database, bring it up to date (Alembic, migrations/)
    sources      what is known of each source: validators, cursor, health; the log of polls
    spending     what each source has used up of its budget
    search       the index of words and facets
    gists        what lists and counts ask of an entry, in narrow rows
    matching     what a search asks, as conditions on that index
    saved        searches that people keep
    entries      Entries and their earlier versions
    assessments  Assessments, flags, mentions; which Entries await the current version
    stories      which Entry belongs to which Story
    decisions    what people split and merge
    corrections  what people have said of items, and what it means for rules and training
    notices      who is to be told of what, and which Entries have been routed
    outbox       Messages: claim, mark sent, mark refused
    feeds        whose feed a token opens, and what it shows
    digests      which receiver has had which day's digest
    issues       problems with our own data
    accounts     who may log in
    views        what the dashboard, the digest and the summary read; rights are a filter every read takes

Functions take an open connection and do one thing; the phase that calls them owns the transaction. Times go in and
come out as aware UTC.
"""
