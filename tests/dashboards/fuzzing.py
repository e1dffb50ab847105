"""schemathesis over the interface for programs: what its document promises, held against what it answers.

In the database lie entries, a story, cases and a saved search, and their ids are among those that are tried.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis import engine
from schemathesis.config import SchemathesisConfig
from schemathesis.engine.events import NonFatalError, ScenarioFinished
from schemathesis.engine.recorder import CheckNode

from dashboards.app import build_app
from pipelines.accounts import fingerprint
from pipelines.bootstrap import App
from pipelines.keys import USES, new_key
from pipelines.store import accounts, cases, keys, saved
from tests import builders
from tests.builders import NOW, config
from tests.dashboards import seed
from tests.dashboards.walk_world import case_of

SEARCHES = (
    "snö*",
    "ton:negativ",
    "flagga:ja OR NOT larm:ja",
    '"Tredje dygnet"',
    "(skola ELLER beröm) datum:7d",
    "ärende:öppet",
)
DOCUMENT = "/api/v1/openapi.json"
REFUSALS = ["2xx", "401", "403", "404", "409", "412", "428"]
"""What may be answered to what the document allows: another has it, it is not there, or it was not read first."""


@dataclass
class Result:
    """How many requests were sent, what was answered, and where the document was not kept."""

    requests: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    operations: set[str] = field(default_factory=set)
    failures: list[str] = field(default_factory=list)


def world(folder: Path) -> App:
    """Something of every sort, and no limit on how often a key may ask."""
    changed = {"base_url": "http://testserver", "api_per_minute": 100_000}  # the host that schemathesis asks for
    dashboard = builders.smaby().dashboard.model_copy(update=changed)
    app = seed.world(folder, using=config(dashboard=dashboard))
    with app.engine.begin() as opened:
        for number, about in enumerate((seed.THREAT, seed.QUESTION)):
            cases.open_case(opened, case_of(about, number))
    return app


def key(app: App, name: str, role: str, units: Sequence[str] = (), uses: Sequence[str] = USES) -> str:
    """A key of an account with that role."""
    made = new_key()
    with app.engine.begin() as opened:
        accounts.add(opened, name, role, units, NOW)
        saved.save(opened, name, "Allt", {"omfattning": "allt"}, NOW)
        assert keys.add(opened, name, "prov", uses, fingerprint(made), NOW, NOW + timedelta(days=90))
    return made


def fuzz(app: App, examples: int, seeded: int, promising: str = "") -> Result:
    """So many examples of each operation, beside those that cover its document. promising: a path whose answer is said
    to have a field that it has not, and the only one that is tried."""
    token = key(app, "Prov", "kommunikationschef")
    with app.engine.connect() as opened:
        (search,) = (one.id for one in saved.of_account(opened, "Prov"))
    ids = {
        "entry-id": [one.entry.id for one in seed.WORLD],
        "story-id": ["s-snö", "s-hot"],
        "case-id": ["case0", "case1"],
        "search-id": [search],
        "search": SEARCHES,
    }
    for name, known in ids.items():
        schemathesis.openapi.format(name, st.sampled_from(list(known)))
    options = {
        "seed": seeded,
        "headers": {"Authorization": f"Bearer {token}"},
        "generation": {"max-examples": examples, "database": "none", "no-shrink": True},
        "checks": {"positive_data_acceptance": {"expected-statuses": REFUSALS}},
    }
    web = build_app(app)
    if promising:
        _promise(web.state.document, promising)
    schema = schemathesis.openapi.from_asgi(DOCUMENT, web, config=SchemathesisConfig.from_dict(options))
    result = Result()
    for event in engine.from_schema(schema).execute():
        if isinstance(event, NonFatalError):
            result.failures.append(str(event.info))
        if isinstance(event, ScenarioFinished):
            _count(event, result)
    return result


def _promise(document: dict[str, Any], path: str) -> None:
    document["paths"] = {path: document["paths"][path]}
    content = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
    content["schema"] = {"type": "object", "required": ["promised"]}


def _count(event: ScenarioFinished, result: Result) -> None:
    result.operations.add(str(event.label))
    for one in event.recorder.interactions.values():
        result.requests += 1
        if one.response is not None:
            result.statuses[one.response.status_code] += 1
    for checks in event.recorder.checks.values():
        result.failures += [_told(str(event.label), one) for one in checks if one.failure_info]


def _told(label: str, check: CheckNode) -> str:
    assert check.failure_info is not None
    failure = check.failure_info.failure
    return f"{label}: {check.name}: {failure.title}: {failure.message} {check.failure_info.code_sample}"
