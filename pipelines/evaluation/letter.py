"""The mail that brings the report to förvaltningens kommunikatör: figures only, no post and no name. Pure."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from pipelines.config.schema import Config, Receiver
from pipelines.evaluation.areas import Occasion
from pipelines.evaluation.facts import Facts
from pipelines.evaluation.report import brief, title
from pipelines.notify.render import key_of, rendered
from pipelines.types import Attachment, Message


def key(occasion: Occasion, receiver: Receiver) -> str:
    """The same for the same occasion and receiver: the outbox takes it once."""
    return key_of("paper", "evaluation", occasion.id, receiver.id)


def letter(facts: Facts, document: bytes, name: str, receiver: Receiver, config: Config) -> Message:
    """document: the report as PDF, with the name of its file."""
    asked = urlencode({"period": facts.occasion.id, "vem": f"enhet:{facts.subject.id}"}, safe=":")
    page = f"{config.dashboard.base_url.rstrip('/')}/utvardering/rapport?{asked}"
    values = {
        "heading": title(facts),
        "campaign": facts.occasion.campaign is not None,
        "brief": tuple(brief(facts, config)),
        "file": name,
        "page": page,
        "receiver": receiver,
        "config": config,
    }
    made = rendered(key(facts.occasion, receiver), "paper", receiver, config, values, None, template="evaluation")
    return replace(made, link=page, attached=Attachment(name, "application/pdf", document))
