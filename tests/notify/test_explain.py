"""Why who got what, without a word of the text or of who wrote it; and routes that lie in routes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.config.schema import Match, Route
from pipelines.errors import UserError
from pipelines.notify import phase
from pipelines.notify.explain import explain
from pipelines.notify.route import route
from pipelines.types import Stance
from tests import builders
from tests.builders import entry, flag, item
from tests.notify.servers import Answering

TREE = (
    Route(
        id="skolor",
        match=Match(units=("skolkontoret",)),
        route=(
            Route(id="grova", match=Match(severity="high"), to=("department",), urgent=True, last=True),
            Route(id="lindriga", to=("unit",)),
        ),
    ),
    Route(id="spridda", match=Match(spread=3), to=("unit",)),
    Route(id="egna", match=Match(own=True), to=("unit",)),
)


def test_a_branch_is_asked_only_where_it_holds_and_ends_where_it_says_so() -> None:
    config = builders.config(routes=TREE)

    def told(units: tuple[str, ...], severity: str) -> set[str]:
        given = item(units=units, flags=(flag("crime", severity=severity),))
        return {notice.receiver for notice in route(given, config)} - {"kommunikationschef"}

    assert told(("nasviksskolan",), "high") == {"enhetschef:skolkontoret"}
    assert told(("nasviksskolan",), "low") == {"enhetschef:nasviksskolan"}
    assert told(("omsorgen",), "high") == set()


def test_routes_by_how_far_a_story_has_spread_and_by_whose_account_it_is() -> None:
    own = tuple(source.model_copy(update={"own": True}) for source in builders.smaby().sources[:1])
    config = builders.config(routes=TREE, sources=own)

    def routes(**changes: object) -> list[str]:
        given = item(entry(source_id=str(changes.pop("source_id", "another"))), units=("omsorgen",))
        return [notice.route for notice in route(replace(given, **changes), config)]

    assert routes() == []
    assert routes(spread=2) == []
    assert routes(spread=3) == ["spridda"]
    assert routes(source_id="smabybladet") == ["egna"]


def test_the_explanation_names_routes_and_outcome_and_neither_text_nor_writer(tmp_path: Path) -> None:
    app = builders.app(tmp_path)
    secret = entry("e1", text="Rektorn slår barnen", title="Hemligt", author="p-skribent", kind="forum")
    given = item(
        secret,
        units=("nasviksskolan",),
        flags=(flag("bullying"),),
        stance=Stance("critical", 0.8),
        alert=True,
        about_management=True,
    )
    builders.save(app, [given])
    phase.run(app, channel=Answering())
    shown = "\n".join(explain(app, "e1"))
    assert "larm: gäller, till kommunikationschef, enhetschef:nasviksskolan" in shown
    assert "fragor: gäller inte (intent)" in shown
    assert "inte enhetschef:nasviksskolan: enheten får inte veta" in shown
    assert "enhetschef:skolkontoret: i stället för enheten (väg larm), larm direkt" in shown
    assert "larm alert:s-e1:bullying:enhetschef:skolkontoret" in shown
    assert not any(word in shown for word in ("Rektorn", "Hemligt", "p-skribent"))
    with pytest.raises(UserError, match="no assessed post"):
        explain(app, "e2")
    app.engine.dispose()
