"""Slots in a text: {name}, {one|another}, {name=one|another}."""

from __future__ import annotations

import re
from collections.abc import Callable

SLOT = re.compile(r"\{([^{}]*)\}")


def fill(text: str, word_for: Callable[[str], str]) -> str:
    """The text with each slot replaced by `word_for(what stands in it)`, capitalised where a sentence begins."""
    out, end = "", 0
    for slot in SLOT.finditer(text):
        out += text[end : slot.start()]
        word = word_for(slot[1])
        begins = not out or out.endswith((". ", "! ", "? "))
        out += word[:1].upper() + word[1:] if begins else word
        end = slot.end()
    return out + text[end:]
