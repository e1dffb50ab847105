"""A unit's watch terms: a text for which they hold is about the unit, and says why."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from pipelines.config.schema import Unit
from pipelines.enrich.match import Matcher
from tests import builders


def watching(terms: str) -> Matcher:
    config = builders.smaby()
    first, *others = config.units
    unit = Unit.model_validate(first.model_dump() | {"watch": terms})
    return Matcher(config.model_copy(update={"units": (unit, *others)}))


def test_a_unit_is_mentioned_where_its_terms_hold() -> None:
    unit = builders.smaby().units[0]
    matched = watching('("gula huset" OR gulhus*) NOT cirkus').match(
        builders.entry(title="", text="Nu rivs gula huset, säger grannarna.")
    )
    mention = next(mention for mention in matched.mentions if mention.name == unit.id)
    assert (matched.about, matched.units, mention.span.text) == (True, (unit.id,), "gula huset")
    assert "gula huset" in mention.reason and unit.name in mention.reason


@pytest.mark.parametrize("text", ["Gula huset får cirkus på besök", "Ett gult hus"])
def test_and_not_where_they_do_not(text: str) -> None:
    matcher = watching('("gula huset" OR gulhus*) NOT cirkus')
    assert not matcher.match(builders.entry(title="", text=text)).about


@pytest.mark.parametrize("terms", ["NOT cirkus", "(hus", "hus OR NOT cirkus"])
def test_terms_that_cannot_be_watched_are_refused(terms: str) -> None:
    given = builders.smaby().units[0].model_dump() | {"watch": terms}
    with pytest.raises(ValidationError, match=r"character|says nothing"):
        Unit.model_validate(given)
