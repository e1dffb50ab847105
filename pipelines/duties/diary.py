"""Diarieföring as values: a proposal that something be registered, what happened to it, and its paper. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from pipelines.config.schema import Config

Kind = Literal["criticism", "message"]
"""Saklig kritik; a message received in service."""
State = Literal["proposed", "registered", "declined"]
STATES: tuple[State, ...] = get_args(State)
KINDS = {"criticism": "Saklig kritik", "message": "Meddelande i tjänsten"}
STATE_NAMES: dict[State, str] = {
    "proposed": "Föreslagen",
    "registered": "Diarieförd",
    "declined": "Behöver inte diarieföras",
}
NO_SENDER = "Framgår av originalet"
LONGEST_SUBJECT = 200
LONGEST_SENDER = 120
LONGEST_REFERENCE = 80
HEAD = (
    *("Förslag", "Skrivet", "Slag", "Ämne", "Avsändare enligt inlägget", "Enhet", "Källa", "Adress", "Läge"),
    *("Diarienummer", "Läget ändrat", "Fil", "SHA-256"),
)


@dataclass(frozen=True, slots=True)
class Registration:
    """A proposal; never changed."""

    id: str
    entry_id: str
    kind: Kind
    unit: str
    """Id; empty for the municipality as a whole."""
    source_id: str
    dated: datetime
    """When the post was written, or first seen where it does not say."""
    file: str
    """Name of the capture."""
    sha256: str
    """Of the capture, in hexadecimal."""


@dataclass(frozen=True, slots=True)
class Event:
    action: State
    at: datetime
    by: str
    reference: str = ""
    """Diarienummer, as the registrator gave it."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """What is handed over; emptied here when the diary has it."""

    subject: str
    sender: str
    """As someone typed it who had read the original: the watch itself knows no writer."""
    link: str
    content: bytes = field(repr=False)
    """The capture, a PDF."""


@dataclass(frozen=True, slots=True)
class Filed:
    """A proposal with its history, and its paper as long as there is one."""

    registration: Registration
    history: tuple[Event, ...]
    """Oldest first, at least one."""
    paper: Paper | None

    @property
    def state(self) -> State:
        return self.history[-1].action

    @property
    def reference(self) -> str:
        return self.history[-1].reference


def rows(filed: Sequence[Filed], config: Config) -> Iterator[list[str]]:
    """The index of a delivery to the registrator: a row for each under HEAD, times local."""
    units = {unit.id: unit.name for unit in config.units}
    sources = {source.id: source.name for source in config.sources}
    yield list(HEAD)
    for one in filed:
        given, paper = one.registration, one.paper
        yield [
            given.id,
            _local(given.dated, config),
            KINDS[given.kind],
            paper.subject if paper else "",
            paper.sender if paper else "",
            units.get(given.unit, given.unit) or config.municipality.name,
            sources.get(given.source_id, given.source_id),
            paper.link if paper else "",
            STATE_NAMES[one.state],
            one.reference,
            _local(one.history[-1].at, config),
            given.file if paper else "",
            given.sha256,
        ]


def _local(at: datetime, config: Config) -> str:
    return f"{at.astimezone(config.zone):%Y-%m-%d %H:%M}"
