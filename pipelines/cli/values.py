"""What is written on the command line, as values; what is none is refused with how to write it."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import date


def days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 3650:
        raise ArgumentTypeError(f"«{text}» is no number of days from 1 to 3650")
    return int(text)


def local_date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"«{text}» is no date; write it as 2026-11-22") from error
