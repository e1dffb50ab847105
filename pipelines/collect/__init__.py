"""The world comes in: Source -> Entry.

The walk of one source, by name; `visit` goes it, `phase` for all of them at once::

    schedule.due                 is it this source's turn?
    sources.FAMILIES[family]     .requests: what to ask
    budget.Purse                 may it be asked, and what did it cost
    fetch.Door.get               Request -> Payload | NotModified | Failure; `pipelines.guard` minds the door
    sources.FAMILIES[family]     .parse: Payload -> Parsed(entries, problems, follow, cursor)
    redact                       what the source echoed of our keys is dropped
    schedule.after               what is now known of the source
    problems                     what a human should look at, and what is over
    health                       what it is like when it is well, and that it no longer is
    keep                         one transaction: entries, state, log line, Issues; those of several visits together

Families are pure: bytes in, values out. What they share lies in `parse` (bytes, dates, ids), `plain` (markup to text)
and `urls`. `gone` asks at the end of a pass whether flagged entries are still there. `preview`, `rows` and `opml` bring
new sources, `coverage` says what all of them add up to. `recordings` is the same road for bytes that lie in a file.
`wording` holds what a person reads.
"""
