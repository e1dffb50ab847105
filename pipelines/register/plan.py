"""The activity plan of an account (aktivitetsplan, the policy's annex 1), as blocks of a document. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.config.schema import Config
from pipelines.register.official import Official
from pipelines.register.rules import lacking
from pipelines.register.words import network, words
from pipelines.reports.blocks import Block, Heading, Points, Table, Text

EMPTY = "Saknas"
PARTS = (
    ("Kontot", ("network", "handle", "address", "unit", "opened", "closed")),
    ("Varför och för vem", ("purpose", "audience", "goals")),
    ("Vem som gör vad", ("responsible", "deputy", "communicator", "administrators")),
    ("Uppdraget", ("ordered_by", "approved_by", "approved_on")),
)


def title(given: Official) -> str:
    return f"Aktivitetsplan för sociala medier: {network(given.network)} {given.handle}"


def plan(given: Official, config: Config) -> tuple[Block, ...]:
    return tuple(_blocks(given, config))


def shown(given: Official, key: str, config: Config) -> str:
    """What the account says under `key`, as people read it; empty where it says nothing."""
    value = getattr(given, key)
    if not value:
        return config.municipality.name if key == "unit" else ""
    match key:
        case "network":
            return network(value)
        case "unit":
            unit = config.unit(value)
            return unit.name if unit else str(value)
        case "responsible" | "deputy":
            receiver = config.receiver(value)
            return receiver.title if receiver else str(value)
        case "source" | "feed":
            source = config.source(value)
            return source.name if source else str(value)
        case "administrators":
            return ", ".join(value)
    return str(value)


def _blocks(given: Official, config: Config) -> Iterator[Block]:
    said = words()
    yield Text(
        "Planen säger vad kontot är till för, vem som sköter det och vem som har gett uppdraget. "
        "Den hör till kommunens policy för sociala medier, sidan 4."
    )
    for heading, keys in PARTS:
        rows = tuple((said["field"][key], shown(given, key, config) or EMPTY) for key in keys if key != "closed")
        closed = ((said["field"]["closed"], str(given.closed)),) if "closed" in keys and given.closed else ()
        yield Heading(heading)
        yield Table(heading, ("Uppgift", "Svar"), rows + closed)
    missing = lacking(given, config)
    yield Heading("Det som saknas enligt policyn")
    if missing:
        yield Points(tuple(f"{said['lacking'][one.what]} Policyn, sidan {one.page}." for one in missing))
    else:
        yield Text("Inget saknas.")
