"""Which language an answer is in: what the visitor has chosen, else what the browser asks for, else the municipality's.

The words of templates and code are Swedish and stand for themselves; `texts/en.po` says them in English. The language
of a request is a context variable, so that whatever speaks while it is answered speaks the same.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar, copy_context
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from operator import itemgetter
from pathlib import Path
from typing import Literal, TypeVar

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

TEXTS = Path(__file__).parent / "texts"
SOURCE = "sv"
"""The language that templates and code are written in."""
LANGUAGES = {"sv": "Svenska", "en": "English"}
"""Each by its own name: who cannot read the page must find it."""
LOCALES = {"sv": "sv_SE", "en": "en_GB"}
Tag = Literal["sv-SE", "en-GB"]
TAGS: dict[str, Tag] = {"sv": "sv-SE", "en": "en-GB"}
Made = TypeVar("Made")
LONGEST = 1_000
"""Characters of a header that are read."""
_current: ContextVar[str] = ContextVar("language", default=SOURCE)


class Spoken:
    """Around the whole application: chooses the language before anything is said."""

    def __init__(self, app: ASGIApp, cookie: str, otherwise: str) -> None:
        self.app = app
        self.cookie = cookie
        self.otherwise = otherwise if otherwise in LANGUAGES else SOURCE

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            asked = HTTPConnection(scope)
            kept, accepted = asked.cookies.get(self.cookie, ""), asked.headers.get("accept-language", "")
            speak(chosen(kept, accepted, self.otherwise))
        await self.app(scope, receive, send)


def cookie_name(*, secure: bool) -> str:
    """Of the visitor's choice; with https no other host can have set it."""
    return "__Host-sprak" if secure else "sprak"


def current() -> str:
    """A key of LANGUAGES."""
    return _current.get()


def speak(language: str) -> None:
    """From here on, for as long as this request is answered."""
    _current.set(language)


def in_swedish(make: Callable[[], Made]) -> Made:
    """What `make` makes, in Swedish whoever asks: documents are kept, and go to others, as mails do."""

    def made() -> Made:
        speak(SOURCE)
        return make()

    return copy_context().run(made)


def locale() -> str:
    """For Babel: how dates and numbers are written."""
    return LOCALES[current()]


def tag() -> Tag:
    """The same for charts."""
    return TAGS[current()]


def chosen(kept: str, accepted: str, otherwise: str) -> str:
    """kept: by the visitor; accepted: an Accept-Language header. What neither names is as if it were not there."""
    return kept if kept in LANGUAGES else _accepted(accepted) or otherwise


def gettext(swedish: str) -> str:
    """The words in the language of the request; Swedish where nobody has translated them."""
    return _translations(current()).gettext(swedish)


def ngettext(one: str, many: str, count: int) -> str:
    """The words for one, or for `count` of them."""
    return _translations(current()).ngettext(one, many, count)


def N_(swedish: str) -> str:
    """Marks words that stand where no request is yet, for the catalogue; they are translated where they are said."""
    return swedish


@cache
def _translations(language: str) -> NullTranslations:
    """Read from the catalogue as it was written; what is marked there as doubtful is left out."""
    if language == SOURCE:
        return NullTranslations()
    with (TEXTS / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=LOCALES[language])
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def _accepted(header: str) -> str | None:
    """The language of ours that is wanted most; the first of those wanted alike."""
    wanted = [part.partition(";") for part in header[:LONGEST].split(",")]
    weighed = [(_weight(weight), tag.strip().lower().split("-")[0]) for tag, _, weight in wanted]
    ours = [(weight, tag) for weight, tag in weighed if tag in LANGUAGES and weight > 0]
    return max(ours, key=itemgetter(0))[1] if ours else None


def _weight(parameter: str) -> float:
    """Of "q=0.8"; 1 where there is none, 0 where it cannot be read."""
    if not parameter.strip():
        return 1.0
    try:
        return float(parameter.strip().lower().removeprefix("q="))
    except ValueError:
        return 0.0
