"""The world is told: from an Assessment to a mail that has left, once.

route      Item -> Notice            pure: who is to be told, of what, at once or in the digest
briefing   figures -> Briefing       pure: what a digest says beside its items
compose    Notices -> Message        pure: Swedish mail, text and HTML, from templates/
window     clock -> dates            pure: which digests are due
deliver    Message -> sent, refused  claim, send, mark; a crash anywhere loses nothing
channels/  the second door to the world
phase      the walk through all of it, with the database
"""
