"""The words that values of ours are labelled with, in the order that means something where there is one."""

from __future__ import annotations

from typing import Literal

Target = Literal["elev", "brukare", "anstalld", "fortroendevald", "grupp", "allman"]
TARGETS: tuple[Target, ...] = ("elev", "brukare", "anstalld", "fortroendevald", "grupp", "allman")
"""Who a flagged text is aimed at or tells of, those who most need protection first; "allman": nobody in particular."""
ToldAs = Literal["first", "copy", "near-copy", "new-kind-of-source", "follow-up", "moved"]
"""What an entry is in its story: the first; the same text; the text edited, abridged or quoted; either of these from a
kind of source that had not told it yet; something new about it; or put there by a person."""
Intent = Literal["criticism", "question", "praise", "information", "other"]
