"""The read side: plain SQL for pages, digests and the summary of a run.

    scope     rights, as conditions that every query takes
    entries   the list, filtered and paged
    detail    one entry with its story, wordings and tellings
    overview  counts, tone by day, flagged entries, stories, units
    messages  mails as sent
    cases     questions and unsuitable posts, with their clocks
    standing  how far people have come with entries
    health    sources and open issues
    totals    what a run has done, in numbers

Every function that can reach a text takes a Scope; `summary` gives numbers only and takes none.
"""

from pipelines.store.views.scope import Scope
from pipelines.store.views.totals import Summary, summary

__all__ = ["Scope", "Summary", "summary"]
