"""Så säkert är systemet: every figure with its interval, in words, and whether it is of the rules that work here."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from pipelines import accuracy
from pipelines.accuracy import Accuracy, Field, Share, Told, Trust
from pipelines.bootstrap import App
from tests import builders
from tests.dashboards import seed
from tests.dashboards.test_pages import plain

HALF, MOST, NONE = (
    Share(rows=200, right=0.5, low=0.43, high=0.57),
    Share(rows=40, right=0.9, low=0.77, high=0.96),
    Share(rows=0, right=0.0, low=0.0, high=1.0),
)
IN_USE = builders.assessment("x").version


def figures(**changes: object) -> Accuracy:
    fields = {
        name: Field(right=HALF, kinds={"news": MOST}, answers={}, difficulties={"irony": HALF})
        for name in ("about", "units")
    }
    fields |= {
        name: Field(
            right=HALF,
            kinds={"news": MOST, "wiki": HALF},
            answers={answer: Told(found=MOST, kept=NONE if answer == "positive" else HALF) for answer in answers},
            difficulties={"irony": HALF, "negation": MOST},
        )
        for name, answers in (
            ("tone", ("negative", "positive")),
            ("stance", ("critical",)),
            ("intent", ("question",)),
            ("flags", ("all",)),
            ("alert", ("yes", "no")),
        )
    }
    given = {
        "measured": date(2026, 11, 20),
        "version": IN_USE,
        "municipality": "<b>Småby",
        "texts": 200,
        "fields": fields,
        "trust": (Trust(confidence=0.87, right=MOST),),
    }
    return Accuracy.model_validate(given | changes)


def shown(client: TestClient, monkeypatch: pytest.MonkeyPatch, **changes: object) -> str:
    monkeypatch.setattr(accuracy, "read", lambda: figures(**changes))
    return client.get("/hjalp/sa-sakert").text


def test_each_question_answer_kind_and_confidence_has_its_figures(
    chief: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    html = shown(chief, monkeypatch)
    page = plain(html)
    assert "200 påhittade inlägg om &lt;b&gt;Småby" in page and "Mätningen gjordes fredag 20 november 2026" in page
    assert "Vilken ton har det? 50 % 43–57 % 200" in page
    assert "Larm Ska larma 90 % (77–96) 40 50 % (43–57) 200" in page and "Positiv 90 % (77–96) 40 – 0" in page
    assert "omkring 87 % 90 % 77–96 % 40" in page
    assert "Nyheter 90 % (77–96) 90 % (77–96)" in page
    assert "Wiki – – 50 % (43–57)" in page  # nobody measured the first two there
    assert "Ironi 50 % (43–57)" in page and "”Inte” och liknande ord" in page
    assert "besked" not in html


def test_figures_of_other_rules_say_so(chief: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    stale = plain(shown(chief, monkeypatch, stale_since=date(2026, 11, 21)))
    assert "Reglerna ändrades lördag 21 november 2026." in stale
    assert "andra regler eller namn än de som mättes" in plain(shown(chief, monkeypatch, version="v0"))


def test_before_anything_is_assessed_nothing_differs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = seed.logged_in(builders.app(tmp_path))
    assert "besked" not in shown(empty, monkeypatch, version="v0")


def test_what_is_shipped_can_be_shown_to_all_who_are_logged_in(
    app: App, head: TestClient, administrator: TestClient
) -> None:
    for client in (head, administrator):
        page = client.get("/hjalp/sa-sakert")
        assert page.status_code == 200 and "Larm" in plain(page.text)
    assert 'href="/hjalp/sa-sakert"' in head.get("/hjalp").text
    assert seed.browser(app).get("/hjalp/sa-sakert").headers["location"] == "/logga-in?till=/hjalp/sa-sakert"
