"""The mail that hands a proposal to the registrator, with the capture attached. Pure."""

from __future__ import annotations

from dataclasses import replace

from pipelines.config.schema import Config, Receiver
from pipelines.duties.diary import KINDS, Paper, Registration
from pipelines.notify.plain import one_line
from pipelines.notify.render import key_of, rendered
from pipelines.types import Attachment, Message


def letter(given: Registration, paper: Paper, receiver: Receiver, config: Config) -> Message:
    """Its subject holds nothing from outside; what was typed or collected stands in the text, one line each."""
    unit, source = config.unit(given.unit), config.source(given.source_id)
    about = unit.name if unit else config.municipality.name
    facts = (
        ("Slag", KINDS[given.kind]),
        ("Skrivet", f"{given.dated.astimezone(config.zone):%Y-%m-%d kl. %H.%M}"),
        ("Ämne", one_line(paper.subject, 200)),
        ("Avsändare enligt inlägget", one_line(paper.sender, 120)),
        ("Enhet", about),
        ("Källa", source.name if source else given.source_id),
        ("Originalets adress", paper.link or "källan anger ingen"),
        ("Bifogad fil", given.file),
        ("Filens kontrollsumma (SHA-256)", given.sha256),
    )
    page = f"{config.dashboard.base_url.rstrip('/')}/diarieforing"
    values = {"facts": facts, "about": about, "page": page, "receiver": receiver, "config": config}
    key = key_of("paper", "diary", given.id, receiver.id)
    made = rendered(key, "paper", receiver, config, values, None, template="diary")
    return replace(made, link=page, attached=Attachment(given.file, "application/pdf", paper.content))
