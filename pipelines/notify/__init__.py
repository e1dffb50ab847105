"""The world is told: from an Assessment to a mail that has left, once.

    route      Item -> Notice            pure: who is to be told, of what, at once or in the digest
    timing     Item, clock -> urgency    pure: what is news, and what is too old for an alert
    window     clock -> dates            pure: which digests are due
    briefing   figures -> Briefing       pure: what a digest says beside its items
    compose    Told -> Message           pure: Swedish mail as text and HTML (lines, plain, wording, templates/)
    alerts     the database -> outbox    what is new, routed and composed
    daily      the database -> outbox    each digest in one transaction
    watch      the database -> outbox    more posts than usual, and sources that no longer answer
    reminders  the database -> outbox    cases whose clock says so
    beside     Message -> outbox         the mail, and what each other channel tells of it
    deliver    outbox -> sent, refused   claim, send, mark; a crash anywhere loses nothing
    channels/  the second door to the world: smtp, webhook, apprise, file
    phase      the walk through all of it

Texts, titles and authors of flagged posts never leave: `lines` decides that, in one place for every mail.
"""
