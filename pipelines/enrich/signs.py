"""Signs that no word list can hold: a number that checks out, an address, a name of ours. Rules call them "is:NAME"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from sentiment import Span

PERSONNUMMER = re.compile(r"(?<![\d-])(\d{2})?(\d{2})(\d{2})(\d{2})[-+ ]?(\d{4})(?![\d-])")
PHONE = re.compile(r"(?<![\d\w+-])(?:\+46|0046|0)[ -]?(?:\(0\))?7[02369](?:[ -]?\d){7}(?!\d)")
STREET = re.compile(
    r"(?:vägen|gatan|väg|gata|gränden|gränd|stigen|stig|torget|torg|backen|backe|allén|allé|plan|ringen|slingan"
    r"|leden) \d{1,3} ?[A-Za-z]?(?!\w)"
)
STREET_NAME = re.compile(
    r"(?<!\w)[A-ZÅÄÖ][\w:]{0,30}(?: [\w:]{1,30}){0,2}$|(?<!\w)[A-ZÅÄÖ][\w:]{0,30}(?: [\w:]{1,30})? $"
)
LONGEST_STREET = 60
QUOTE = re.compile(r"[”“\"»][^”“\"»«\n]{3,300}[”“\"«]|(?<!\w)['‘’][^'‘’\n]{3,300}['’](?!\w)")
DIGIT = re.compile(r"\d")
QUOTATION_MARK = re.compile("[”“\"»'‘’]")
MOST = 50
"""So many candidates of a text are looked at: enough for any post, a bound for junk."""


def personnummer(text: str) -> Iterator[Span]:
    """Swedish personal identity numbers: a possible date (coordination numbers too) and a right check digit, or one
    that the text itself calls so."""
    for count, found in enumerate(PERSONNUMMER.finditer(text)):
        if count >= MOST:
            return
        if _is_date(found) and (
            _checks(found) or "personn" in text[max(0, found.start() - 60) : found.start()].lower()
        ):
            yield _span(text, found)


def phone(text: str) -> Iterator[Span]:
    """Swedish mobile numbers: a switchboard is no private number."""
    return (_span(text, found) for _, found in zip(range(MOST), PHONE.finditer(text), strict=False))


def address(text: str) -> Iterator[Span]:
    """A street with a number: found by its end, then read backwards to the capital letter it begins with."""
    for _, found in zip(range(MOST), STREET.finditer(text), strict=False):
        first = max(0, found.start() - LONGEST_STREET)
        if name := STREET_NAME.search(text[first : found.start()]):
            start = first + name.start()
            yield Span(start, found.end(), text[start : found.end()])


def quote(text: str) -> Iterator[Span]:
    """Two words or more between quotation marks: somebody else's words. One word is irony, or a name."""
    for _, found in zip(range(MOST), QUOTE.finditer(text), strict=False):
        if " " in found.group()[1:-1].strip():
            yield _span(text, found)


def _span(text: str, found: re.Match[str]) -> Span:
    return Span(found.start(), found.end(), text[found.start() : found.end()])


def _is_date(found: re.Match[str]) -> bool:
    century, year, month, day = (found[group] for group in range(1, 5))
    if century is not None and century not in ("18", "19", "20"):
        return False
    try:
        date(int((century or "20") + year), int(month), int(day) - 60 if int(day) > 60 else int(day))
    except ValueError:
        return False
    return True


def _checks(found: re.Match[str]) -> bool:
    digits = "".join(found[group] for group in range(2, 6))
    doubled = (int(digit) * (2 - index % 2) for index, digit in enumerate(digits))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


IN_TEXT: Mapping[str, tuple[re.Pattern[str], Callable[[str], Iterator[Span]]]] = {
    "personnummer": (DIGIT, personnummer),
    "phone": (DIGIT, phone),
    "address": (DIGIT, address),
    "quote": (QUOTATION_MARK, quote),
}
"""What finds a sign, where the text has the character that it cannot do without: most texts have none."""
OF_MENTIONS = ("unit", "school", "place")
"""Where the matcher found one of our units, a school or preschool among them, a place of ours."""


def signs_in(text: str) -> Iterator[tuple[str, list[Span]]]:
    """The signs that stand in `text`, by name."""
    has = {needed: needed.search(text) is not None for needed in (DIGIT, QUOTATION_MARK)}
    for name, (needed, find) in IN_TEXT.items():
        if has[needed] and (spans := list(find(text))):
            yield name, spans


SIGNS = frozenset((*IN_TEXT, *OF_MENTIONS))
