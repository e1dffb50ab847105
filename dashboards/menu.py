"""The menu: pages in groups. A group leads to the first of its pages that the visitor has, and shows them all there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dashboards.language import gettext as _
from pipelines.roles import Task

Pages = tuple[tuple[str, str, Task | None], ...]
"""Address, name, and what the page is for; None for everyone's."""


@dataclass(frozen=True, slots=True)
class Entry:
    url: str
    name: str
    current: bool
    """Whether one is there, or looks at something that belongs there."""


@dataclass(frozen=True, slots=True)
class Menu:
    groups: tuple[Entry, ...]
    pages: tuple[Entry, ...]
    """Of the group that one is in; empty where it has but one."""


def menu(path: str, may: Callable[[Task], bool]) -> Menu:
    """What someone who `may` do so much sees at `path`."""
    here = _place(path)
    groups: list[Entry] = []
    below: tuple[Entry, ...] = ()
    for name, pages in _groups():
        allowed = [(url, page) for url, page, task in pages if task is None or may(task)]
        if not allowed:
            continue
        current = here in [url for url, _name in allowed]
        # who has one page of several is told which
        groups.append(Entry(allowed[0][0], name if len(allowed) > 1 else allowed[0][1], current))
        if current and len(allowed) > 1:
            below = tuple(Entry(url, page, url == here) for url, page in allowed)
    return Menu(tuple(groups), below)


def _place(path: str) -> str:
    """The address in the menu that is `path`, or the longest that it lies below; empty where there is none."""
    if path.startswith("/inlagg/"):
        return "/flode"
    urls = (url for _name, pages in _groups() for url, _page, _task in pages)
    return max((url for url in urls if path == url or (url != "/" and path.startswith(f"{url}/"))), key=len, default="")


def _groups() -> tuple[tuple[str, Pages], ...]:
    return (
        (_("Översikt"), (("/", _("Översikt"), "posts"),)),
        (_("Flöde"), (("/flode", _("Flöde"), "posts"), ("/flode/sparade", _("Sparade sökningar"), "posts"))),
        (_("Ärenden"), (("/arenden", _("Ärenden"), "posts"), ("/diarieforing", _("Diarieföring"), "posts"))),
        (_("Uppföljning"), (("/trender", _("Trender"), "posts"), ("/rapporter", _("Rapporter"), "posts"))),
        (_("Utskick"), (("/utskick", _("Utskick"), "mails"),)),
        (
            _("Bevakning"),
            (
                ("/kallor", _("Källor"), "sources"),
                ("/tackning", _("Täckning"), "sources"),
                ("/regler", _("Regler"), "settings"),
            ),
        ),
        (_("Konton"), (("/forteckning", _("Förteckning"), "register"),)),
        (
            _("Inställningar"),
            (
                ("/installningar", _("Inställningar"), "settings"),
                ("/mottagare", _("Mottagare"), "own"),
                ("/administration", _("Administration"), "accounts"),
            ),
        ),
        (
            _("Dataskydd"),
            (
                ("/gallring", _("Gallring"), "keeping"),
                ("/dataskydd", _("Dokument"), "keeping"),
                ("/atkomst", _("Åtkomst"), "log"),
            ),
        ),
        (
            _("Hjälp"),
            (
                ("/hjalp", _("Handbok"), None),
                ("/hjalp/sa-sakert", _("Så säkert är det"), None),
                ("/hjalp/api", _("För program"), None),
            ),
        ),
    )
