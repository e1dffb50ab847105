"""A person's post among others, told of in mails, in digests, and in mails that lie as files."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from pipelines.bootstrap import App
from pipelines.correction import Said
from pipelines.housekeeping import person
from pipelines.housekeeping.person import Asked
from pipelines.notify import phase as notify
from pipelines.notify.channels.file import FileChannel
from pipelines.store import corrections, entries, outbox, presence
from pipelines.store.engine import reading
from pipelines.store.schema import message
from pipelines.types import Mention
from sentiment import Span
from tests import builders
from tests.builders import NOW, entry, item
from tests.notify.servers import Answering

NAME, WORDS = "Vendela Påhittad", "hemligtordet"
URL = "https://smabybladet.example/artikel/om-vendela"


def world(folder: Path) -> App:
    made = builders.app(folder)
    stance = builders.Stance("critical", 0.9)
    about = entry("om-vendela", title="", text=f"{NAME} skrev {WORDS} om skolan.", author=made.pseudonym(NAME))
    other = entry("annan", text="Bygget är klart.", author=made.pseudonym("Någon Annan"))
    place = Mention("unit", "nasviksskolan", Span(0, 7, "Vendela"), 0.9, f"Efter {NAME}.")
    known = {"units": ("nasviksskolan",), "mentions": (place,), "stance": stance}
    builders.save(made, [item(about, **known), item(other, stance=stance)])
    notify.run(made, channel=Answering())
    with made.engine.begin() as opened:  # an edit leaves the earlier wording
        changed = entry("om-vendela", title="", text=f"{NAME} skrev {WORDS} om skolan. Ändrat.", author=about.author)
        later = entry("annan", text="Bygget är nu klart.", author=other.author)
        entries.save(opened, [changed, later], NOW, silent=False)
        corrections.add(opened, Said("om-vendela", changed.revision, "done", "", "rektorn", "account"), NOW)
        presence.save(opened, "om-vendela", NOW, None, None)
    notify.digest(made, channel=Answering())
    _as_files(made)
    return made


def _as_files(app: App) -> None:
    """Every mail lies as a file too, as the local sink leaves them."""
    with reading(app.engine) as opened:
        fields = [getattr(message.c, name) for name in outbox.FIELDS]
        mails = [outbox.Message(**row) for row in opened.execute(select(*fields)).mappings()]
    with FileChannel(app.settings.mails, app.config.sender, app.clock) as channel:
        for mail in mails:
            channel.send(mail)


def asked(how: person.How = "url", given: str = URL, **changes: object) -> Asked:
    return Asked(how, given, "KS 2026:417", "registrator", **changes)  # type: ignore[arg-type]


def raw(app: App) -> bytes:
    """Every byte of the database's files and of the mails."""
    app.engine.dispose()
    return b"".join(path.read_bytes() for path in sorted(app.settings.var.rglob("*")) if path.is_file())
