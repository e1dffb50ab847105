"""Keys with which a program reads, and acts, as the person who made them: what they look like and what they are for.

    mbv_ + 43 letters and digits that nobody can guess + 6 that check these

So whoever looks for secrets in code finds one by KEY, and what was mistyped is refused without asking the database.
"""

from __future__ import annotations

import re
import secrets
from binascii import crc32
from datetime import timedelta
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Literal, get_args

Use = Literal["read", "cases", "corrections"]
"""What a key is for: every one to read; some to take steps in cases, or to correct assessments, too."""
USES: tuple[Use, ...] = get_args(Use)
SIGNS = digits + ascii_uppercase + ascii_lowercase
PREFIX = "mbv_"
GUESSED, CHECKED = 43, 6
"""256 bits, and the 32 of a CRC."""
KEY = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{GUESSED + CHECKED}}}")
DAYS = (7, 30, 90, 365)
"""For how long a key may be made."""
LASTS = timedelta(days=90)


def new_key() -> str:
    """A key that nobody has had before."""
    guessed = "".join(secrets.choice(SIGNS) for _ in range(GUESSED))
    return PREFIX + guessed + _check(guessed)


def is_key(given: str) -> bool:
    """Whether it could be one of ours: right form, right check."""
    guessed, check = given[len(PREFIX) : -CHECKED], given[-CHECKED:]
    return KEY.fullmatch(given) is not None and _check(guessed) == check


def _check(guessed: str) -> str:
    number, signs = crc32(guessed.encode()), ""
    for _ in range(CHECKED):
        number, place = divmod(number, len(SIGNS))
        signs += SIGNS[place]
    return signs
