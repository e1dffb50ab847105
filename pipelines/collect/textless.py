"""What may be read, but not kept: it is understood as it comes, and stored without its text. Pure.

What is left: the title, which a family that may not keep texts makes of its own words; time, link, and the Assessment
as far as it quotes nothing. Enrich takes that Assessment over, whatever its version: there is nothing to assess anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from pipelines.collect import wording
from pipelines.types import Assessment, Entry, Flag

Assess = Callable[..., Assessment]
"""An Entry, and `local`: whether its source writes about the municipality only."""
Read = tuple[tuple[Entry, Assessment], ...]
"""Entries as they are kept, each with what was understood of it while it was whole."""
READ_ONCE = "read-once"
"""The version of an Assessment until enrich has taken it over."""


def assessed(entries: Iterable[Entry], assess: Assess, *, local: bool) -> Read:
    """All that may be kept of `entries`."""
    return tuple((replace(one, text="", author=None), _unquoted(one, assess(one, local=local))) for one in entries)


def _unquoted(entry: Entry, given: Assessment) -> Assessment:
    """Without the places in the text, and without reasons: they quote it."""
    kept = len(entry.title)
    return replace(
        given,
        version=READ_ONCE,
        mentions=tuple(
            replace(mention, reason=wording.TEXT_NOT_KEPT) for mention in given.mentions if mention.span.end <= kept
        ),
        tone=replace(given.tone, parts=()),
        flags=tuple(_without_evidence(flag, kept) for flag in given.flags),
    )


def _without_evidence(flag: Flag, kept: int) -> Flag:
    evidence = tuple(span for span in flag.evidence if span.end <= kept)
    return replace(flag, evidence=evidence, reason=wording.TEXT_NOT_KEPT)
