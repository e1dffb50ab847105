"""The words that values of ours are labelled with, in the order that means something where there is one."""

from __future__ import annotations

from typing import Literal

Target = Literal["elev", "brukare", "anstalld", "fortroendevald", "grupp", "allman"]
TARGETS: tuple[Target, ...] = ("elev", "brukare", "anstalld", "fortroendevald", "grupp", "allman")
"""Who a flagged text is aimed at or tells of, those who most need protection first; "allman": nobody in particular."""
Intent = Literal["criticism", "question", "praise", "information", "other"]
