"""Records from the configuration that holds: what they say, that they say what is off, and what has changed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pipelines.cli import main
from pipelines.collect.sources import FAMILIES
from pipelines.config.schema import Confirmed, Keep, Records
from pipelines.config.schema.sources import SILENT_FAMILIES
from pipelines.duties import recorded, records
from pipelines.housekeeping import receipt
from pipelines.reports import paper
from tests import builders
from tests.builders import NOW, SMABY, config, smaby
from tests.dashboards import seed


def papers(**changes: object) -> dict[str, paper.Paper]:
    return records.papers(config(**changes), NOW)


def told(name: str, **changes: object) -> str:
    return paper.text(papers(**changes)[name])


@pytest.mark.parametrize("name", records.NAMES)
def test_each_record_is_dated_and_names_who_answers(name: str) -> None:
    said = told(name)
    assert "2026-11-21 09.00" in said and "Småby kommun" in said and "{" not in said


@pytest.mark.parametrize("name", ["artikel-30", "konsekvensbedomning", "information"])
def test_the_ground_is_unverified_until_someone_stands_for_it(name: str) -> None:
    assert "Ej verifierat" in told(name)
    said = told(name, records=Records(confirmed=Confirmed(by="En Jurist", on=date(2026, 12, 1))))
    assert "Bekräftat av En Jurist, 2026-12-01." in said and "Ej verifierat" not in said


def test_what_is_off_is_said_to_be_off() -> None:
    def off(**changes: object) -> set[str]:
        return {one.where for one in records.measures(config(**changes)) if not one.on}

    closed = smaby().smtp.model_copy(update={"security": "tls"})
    assert "[smtp] security = none" in off() and not any("smtp" in where for where in off(smtp=closed))
    open_web = smaby().dashboard.model_copy(update={"base_url": "http://bevakning.example"})
    assert "[dashboard] base_url = http://bevakning.example" in off(dashboard=open_web)
    assert "routes.toml, hr" in off() and "routes.toml, hr" not in off(hr="kommunikationschef")


def test_every_measure_stands_beside_a_risk_and_what_is_off_is_told_there() -> None:
    """A risk whose measure is off must not look taken care of."""
    tied = [key for risk in records.words()["dpia"]["risk"] for key in risk["measures"]]
    assert sorted(tied) == sorted(one.key for one in records.measures(smaby()))
    (risks,) = (
        one for one in papers()["konsekvensbedomning"].sections if one.heading == "Risker och vad som görs åt dem"
    )
    told = {row[0]: row[2] for row in risks.rows}
    assert (
        told["Den som anklagas får läsa anklagelsen först"]
        == "AV: Uppgifter mot en chef går till någon annan än chefen"
    )
    assert told["Enskilda kartläggs"] == "På"
    (risks,) = (
        one for one in papers(hr="kommunikationschef")["konsekvensbedomning"].sections if one.heading == risks.heading
    )
    assert {row[0]: row[2] for row in risks.rows}["Den som anklagas får läsa anklagelsen först"] == "På"


def test_a_network_that_does_not_tell_of_removed_posts_is_named_to_the_public() -> None:
    """Also in the decision on what goes when, which names them all."""
    assert "Skriv till oss, så raderar vi det" not in told("information")
    youtube = smaby().sources[0].model_copy(update={"id": "video", "family": "youtube"})
    said = told("information", sources=(*smaby().sources, youtube))
    assert "Inlägg från YouTube märker vi inte" in said and "Facebook" not in said
    assert "syns inte hos YouTube" in told("konsekvensbedomning", sources=(youtube,))
    decision = receipt.words()["decision"]["gone"]
    assert set(records.words()["network"]) == set(SILENT_FAMILIES) <= set(FAMILIES)
    assert all(name in decision for name in records.words()["network"].values())


def test_the_longest_time_told_is_that_of_the_source_that_keeps_longest() -> None:
    kept = smaby().sources[0].model_copy(update={"keep": Keep(entries_days=1500, metadata_days=1600, why="Avtal")})
    said = told("information", sources=(kept,))
    assert "i högst 1500 dagar" in said and "i högst 1600 dagar" in said


def test_times_and_sources_are_those_of_the_configuration() -> None:
    kept = smaby().retention.model_copy(update={"entries_days": 123})
    assert "efter 123 dagar" in told("artikel-30", retention=kept) and "123 dagar" in told(
        "information", retention=kept
    )
    assert all(source.name in told("artikel-30") for source in smaby().sources)


def test_no_decision_is_automatic() -> None:
    assert "fattar inga beslut om någon människa" in told("automatiserade-beslut")


def test_what_has_changed_since_last_time_is_told(tmp_path: Path) -> None:
    app = builders.app(tmp_path)
    assert "första sparade" in paper.text(recorded.present(app)["information"])
    assert recorded.keep(app, "kc") == len(records.NAMES) and recorded.keep(app, "kc") == 0
    assert "Inget är ändrat." in paper.text(recorded.present(app)["information"])
    kept = smaby().retention.model_copy(update={"entries_days": 123})
    later = replace(app, config=config(retention=kept))
    said = paper.text(recorded.present(later)["information"])
    assert "Ändrat sedan 2026-11-21" in said and re.search(r"Nytt: .*123 dagar", said) and "Borta: " in said
    assert recorded.keep(later, "kc") == 2


def test_a_page_of_a_paper_runs_nothing_of_what_it_says() -> None:
    made = paper.page(
        paper.Paper("<b>", (("<i>", "<u>"),), (paper.Section("<s>", ("<p1>",), ("<h>",), (("<r>", "<c>"),)),))
    )
    assert not re.search(r"<(b|i|u|s|p1|h|r|c)>", made) and "&lt;p1&gt;" in made


def test_the_command_writes_all_forms_and_remembers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MEDIEBEVAKNING_VAR", str(tmp_path))
    called = ["--config", str(SMABY), "--db", f"sqlite:///{tmp_path / 'x.db'}"]
    assert main(["records", "--out", str(tmp_path / "a"), *called]) == 0
    assert {path.suffix for path in (tmp_path / "a").iterdir()} == {".html", ".txt", ".pdf"}
    assert (tmp_path / "a" / "information.pdf").read_bytes().startswith(b"%PDF")
    assert main(["records", "--out", str(tmp_path / "a"), *called]) != 0
    assert main(["records", "--out", str(tmp_path / "b"), *called]) == 0
    assert "Inget är ändrat." in (tmp_path / "b" / "information.txt").read_text("utf-8")


def test_the_page_is_for_the_head_of_communication(tmp_path: Path) -> None:
    app = seed.world(tmp_path)
    chief = seed.logged_in(app)
    page = chief.get("/dataskydd?visa=information").text
    assert "Så bevakar Småby kommun" in page and "Inte på just nu" in page
    token = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    assert chief.post("/dataskydd", data={"csrf": token}).status_code == 303
    assert "Inget är ändrat." in chief.get("/dataskydd").text
    assert chief.get("/dataskydd.pdf").content.startswith(b"%PDF")
    assert seed.logged_in(app, "enhetschef", ["nasviksskolan"]).get("/dataskydd").status_code == 404
