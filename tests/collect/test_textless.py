"""Texts that may be read but not kept: what the provider answers, what is stored, what is understood."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.collect.textless import assessed
from pipelines.config import load
from pipelines.enrich import phase as enrich
from pipelines.enrich.assess import Assessor
from pipelines.errors import ConfigError
from pipelines.store import assessments
from pipelines.store.engine import reading
from pipelines.types import Assessment
from tests import builders
from tests.builders import SMABY
from tests.collect.conftest import World
from tests.collect.sources.asking import Watch, told, watch
from tests.collect.sources.test_googleplaces import ENVIRONMENT, REVIEWS, REVIEWS_PATH, place, review

WORDS = "Jag ska döda dig, rektorn. Skolan i Näsvik är den sämsta i Småby."
THREAT = review(originalText={"text": WORDS, "languageCode": "sv"})


@pytest.fixture
def site(tmp_path: Path, world: World) -> Watch:
    pages = {REVIEWS_PATH: place(THREAT)}
    return watch(REVIEWS, tmp_path, world, pages, environment=ENVIRONMENT, keeps_text=False)


def understood(site: Watch) -> Assessment:
    (native_id, _, _), *_ = site.entries()
    with reading(site.app.engine) as connection:
        (row,) = connection.exec_driver_sql("SELECT id FROM entry WHERE native_id = ?", (native_id,))
        return assessments.present(connection, [row[0]])[row[0]]


def words_in(site: Watch) -> list[str]:
    """The words of the review that the database holds anywhere."""
    dumped = site.dump()
    return [word for word in ("ska döda", "rektorn", "sämsta", "Kim Testsson") if word in dumped]


def test_a_text_is_understood_and_gone(site: Watch) -> None:
    whole = Assessor(site.app.config).assess(
        builders.entry(title="Betyg 2 av 5: Näsviksskolan", text=WORDS, kind="review", language="sv")
    )
    assert "threat" in {flag.category for flag in whole.flags}, "the example has lost its point"
    assert site.run().new == 1
    assert [(title, text) for _, title, text in site.entries()] == [("Betyg 2 av 5: Näsviksskolan", "")]
    enrich.run(site.app)
    kept = understood(site)
    assert (kept.tone.label, kept.tone.polarity, kept.stance) == (whole.tone.label, whole.tone.polarity, whole.stance)
    assert [flag.category for flag in kept.flags] == [flag.category for flag in whole.flags]
    assert (kept.alert, kept.alert_reasons, kept.units) == (whole.alert, whole.alert_reasons, ("nasviksskolan",))
    assert words_in(site) == []


def test_enrich_takes_over_what_it_cannot_read_anew_and_tells_its_story(site: Watch) -> None:
    site.run()
    assert enrich.run(site.app).stories_new == 1
    first = understood(site)
    assert first.version == Assessor(site.app.config).version
    rules = site.app.config.model_copy(update={"rules": site.app.config.rules[:1]})
    changed = replace(site.app, config=rules)
    enrich.run(changed)
    again = understood(site)
    assert again == replace(first, version=Assessor(rules).version)
    assert again.flags != ()


def test_a_review_written_anew_is_understood_anew(site: Watch, world: World) -> None:
    site.run()
    enrich.run(site.app)
    kind = {"text": "Underbar skola, fantastiska lärare!", "languageCode": "sv"}
    world.pages[REVIEWS_PATH] = told(place(review(originalText=kind, rating=5)))
    assert site.run().edited == 1
    enrich.run(site.app)
    now = understood(site)
    assert (now.tone.label, now.flags, now.alert) == ("positive", (), False)


def test_what_was_purged_stays_purged(site: Watch) -> None:
    site.run()
    with site.app.engine.begin() as connection:
        builders.purge(connection)
    site.run()
    with reading(site.app.engine) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM assessment").scalar() == 0


def test_places_in_the_title_are_kept_and_places_in_the_text_are_not() -> None:
    entry = builders.entry(title="Näsviksskolan", text="Näsviksskolan är hemsk och usel", author="p1", kind="review")
    assess = Assessor(builders.smaby()).assess
    assert assess(entry).tone.parts, "the example has lost its point"
    ((kept, given),) = assessed([entry], assess, local=False)
    assert (kept.text, kept.author, kept.title) == ("", None, "Näsviksskolan")
    assert {mention.span.text for mention in given.mentions} == {"Näsviksskolan"}
    assert all(mention.span.end <= len("Näsviksskolan") for mention in given.mentions)
    assert given.tone.parts == ()


@pytest.mark.parametrize("family", ["googleplaces", "foursquare"])
def test_a_source_whose_terms_keep_no_text_must_say_so(family: str, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SMABY, tmp_path / "smaby"))
    row = (
        f'\n[[source]]\nid = "omdomen"\nname = "Omdömen"\nfamily = "{family}"\nkind = "review"\n'
        'url = "https://x.example"\noptions = { places = { a = "Badhuset" } }\n'
    )
    path = folder / "sources.toml"
    path.write_text(path.read_text("utf-8") + row, "utf-8")
    with pytest.raises(ConfigError) as refused:
        load(folder)
    (problem,) = refused.value.problems
    assert "keeps_text" in problem and "omdomen" in problem
    path.write_text(path.read_text("utf-8") + "keeps_text = false\n", "utf-8")
    assert any(source.id == "omdomen" for source in load(folder).sources)
