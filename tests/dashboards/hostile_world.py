"""A world in which all that anyone outside, or any reader, can write is an attack, each with a number of its own.

Where a number is read on a page, the attack has reached it; what `broken` finds there, it has done.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

from starlette.testclient import TestClient

from pipelines.accounts import invite
from pipelines.bootstrap import App
from pipelines.casework import Case
from pipelines.correction import Said
from pipelines.notify import settings
from pipelines.store import accounts, cases, corrections, issues, notices, outbox, saved, sources
from pipelines.store.sources import Poll
from pipelines.types import Issue, Mention, Notice
from sentiment import Part, Span, Tone
from tests import builders
from tests.builders import NOW, entry, flag, item, message
from tests.dashboards.seed import browser

ATTACK = "Q{n}Q<x-probe></x-probe></title></textarea></script>\"'><x-probe onload=x>{{{{ 'z'*9 }}}}"
SCRIPTS = ("/static/",)
SCHEMES = ("", "http", "https", "mailto", "otpauth")
ADDRESSES = ("href", "src", "action", "formaction", "data", "poster", "srcdoc", "xlink:href")


@dataclass
class Attacks:
    """Every field that was attacked, by the number in its attack."""

    fields: dict[int, str] = field(default_factory=dict)

    def on(self, name: str) -> str:
        """A new attack on the field."""
        self.fields[len(self.fields) + 10] = name
        return ATTACK.format(n=len(self.fields) + 9)

    def seen(self, text: str) -> list[str]:
        """The fields whose attacks are to be read in it."""
        return [name for number, name in self.fields.items() if f"Q{number}Q" in text]


@dataclass
class Hostile:
    app: App
    attacks: Attacks
    paths: tuple[str, ...]
    """Pages of one thing; the others have no parameters."""
    readers: dict[str, TestClient]


class _Elements(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("x-probe", "object", "embed", "base"):
            self.wrong.append(f"an element {tag}")
        if tag == "script" and not (given.get("src") or "").startswith(SCRIPTS):
            self.wrong.append("a script that is not ours")
        self.wrong += [f"{tag} with {name}" for name in given if name.startswith("on") or name in ("style", "srcdoc")]
        for name in ADDRESSES:
            value = (given.get(name) or "").strip()
            if value.partition(":")[0].lower() in ("javascript", "data", "vbscript") or _scheme(value) not in SCHEMES:
                self.wrong.append(f"{tag} {name} to {value[:40]}")


def _scheme(address: str) -> str:
    try:
        return urlsplit(address).scheme
    except ValueError:
        return "unreadable"


def broken(html: str) -> list[str]:
    """What in a page is not ours; nothing where all of the attack is text."""
    return [*_Elements(html).wrong, *(["a template was run"] if "z" * 9 in html else [])]


def world(folder: Path) -> Hostile:
    app, attacks = builders.app(folder), Attacks()
    readers = {}
    for role in ("kommunikationschef", "granskare", "administrator"):
        readers[role] = browser(app)
        readers[role].post(urlsplit(invite(app, attacks.on(f"account.{role}"), role)).path)
    _posts(app, attacks)
    _said(app, attacks)
    mail = _mails(app, attacks)
    _kept(app, attacks)
    paths = ("/inlagg/evil", "/inlagg/copy", "/inlagg/edited", f"/utskick/{mail}")
    return Hostile(app, attacks, paths, readers)


def _posts(app: App, attacks: Attacks) -> None:
    on = attacks.on
    title = on("entry.title")
    span, word = Span(0, len(title), on("flag.evidence")), Span(0, 3, on("tone.span"))
    evil = item(
        entry("evil", title=title, text=on("entry.text"), author=on("entry.author"), place=on("entry.place"),
              language=on("entry.language"), published=NOW - timedelta(hours=2)),
        story="s-evil", units=(on("unit"),), places=(on("assessment.place"),), language=on("assessment.language"),
        tone=Tone("negative", -1.0, 1.0, (Part(on("tone.part"), -1.0, word),)),
        mentions=(Mention("unit", on("mention.name"), span, 1.0, on("mention.reason")),),
        flags=(flag(on("flag.category"), evidence=(span,), reason=on("flag.reason"), rule=on("flag.rule"),
                    type=on("flag.type"), steps=(on("flag.step"),)),),
        alert=True, alert_reasons=(on("alert.reason"),),
    )  # fmt: skip
    copy = item(
        entry("copy", source_id=on("entry.source"), title="", text=on("copy.text"), url="javascript:x(1)"),
        story="s-evil",
    )
    first = entry("edited", title=on("wording.title"), text=on("wording.text"), url=" data:text/html,x")
    builders.save(app, [evil, copy, item(first)])
    builders.save(app, [item(replace(first, title=on("edited.title"), text=on("edited.text")))])


def _said(app: App, attacks: Attacks) -> None:
    on = attacks.on
    later = NOW + timedelta(days=2)
    case = Case(
        "case1", "question", "evil", "s-evil", on("case.category"), (on("case.responsible"),),
        NOW, NOW, NOW + timedelta(days=1), later, later,
    )  # fmt: skip
    told = Notice("s-evil", "evil", on("notice.receiver"), on("notice.route"), on("notice.category"), urgent=True)
    with app.engine.begin() as opened:
        for via in ("account", "link"):
            one = Said("evil", "r", "unit", on(f"correction.{via}.unit"), on(f"correction.{via}.by"), via)
            corrections.add(opened, one, NOW)
        corrections.add(opened, Said("evil", "r", "not-flag", on("correction.flag"), "x", "account"), NOW)
        cases.open_case(opened, case)
        cases.decide(opened, "case1", "acknowledged", by=on("case.by"), via="dashboard", now=NOW, note=on("case.note"))
        notices.save(opened, item(entry("evil"), story="s-evil"), [told], NOW)
        issues.report(
            opened, Issue("source:x", f"source:{on('issue.subject')}", on("issue.text"), on("issue.remedy")), NOW
        )
        sources.log(opened, Poll("smabybladet", NOW, "failed", reason=on("poll.reason")))


def _mails(app: App, attacks: Attacks) -> str:
    on = attacks.on
    mail = message(
        "alert:evil", receiver=on("mail.receiver"), address=on("mail.address"), subject=on("mail.subject"),
        text=on("mail.text"), html=on("mail.html"),
    )  # fmt: skip
    with app.engine.begin() as opened:
        outbox.put(opened, mail, NOW)
    box = app.settings.mails
    box.mkdir(parents=True, exist_ok=True)
    name = on("file.name").replace("/", "_")
    written = f"Message-ID: {mail.message_id}\nTo: {on('file.to')}\nSubject: {on('file.subject')}\n\nx"
    (box / f"{name}.eml").write_text(written)
    return mail.key


def _kept(app: App, attacks: Attacks) -> None:
    on = attacks.on
    with app.engine.begin() as opened:
        for name in [account.name for account in accounts.listed(opened)]:
            saved.save(opened, name, on("search.name"), {"sok": on("search.query")}, NOW)
        said: dict[str, object] = {"story": "s-evil", "until": NOW + timedelta(days=3)}
        settings.add_silence(opened, app.config, said, on("silence.reason"), on("silence.by"), NOW)
        said = {
            "absent": "kommunikationschef",
            "deputy": "enhetschef:omsorgen",
            "first": NOW.date(),
            "last": NOW.date(),
        }
        settings.add_deputy(opened, app.config, said, on("deputy.reason"), on("deputy.by"), NOW)
