"""Enrich: pure understanding of what was collected. An Entry goes in, an Assessment and a Story come out.

match      is the municipality meant, which of its places and units     names  the forms a name is written in
dedupe     the keys by which a text is known again
cluster    which Story it belongs to
score      stance and intent, beside the tone and language of `sentiment`      toxicity
flag       which suspicions it raises, by which words, as deed or report  evidence, signs  what rules judge by
alert      whether someone must know now

assess     the walk over all of it, and its version
phase      the same over the database: whatever has not been through the current version
contract   the lines of `mediebevakning assess`
"""

STEPS = ("match", "dedupe", "cluster", "score", "flag", "alert")
