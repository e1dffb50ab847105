"""What the register refuses, and what of the policy's demands an account does not meet."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from pipelines.config.schema import Config, Source
from pipelines.config.schema.municipality import Accounts
from pipelines.register import rules
from pipelines.register.clearing import clearing
from pipelines.register.official import NETWORKS, new_id
from pipelines.register.plan import plan
from pipelines.register.words import words
from pipelines.reports.blocks import Points
from tests.builders import NOW, config, entry, official, smaby

TODAY = NOW.date()


def source(id: str, family: str = "rss", **changes: object) -> Source:
    given = {"name": id, "kind": "social", "url": "https://flode.example/x"} | changes
    return Source.model_validate({"id": id, "family": family, **given})


def with_sources() -> Config:
    own = source("sidan", "facebook", own=True, options={"page": "smaby"})
    return config(sources=(*smaby().sources, own, source("flodet")))


def wrong(one: object, *others: object, using: Config | None = None) -> list[tuple[str, str]]:
    return [(found.key, found.why) for found in rules.wrong(one, others, using or with_sources(), TODAY)]  # type: ignore[arg-type]


def lacking(**changes: object) -> list[tuple[str, int]]:
    found = official(**({"feed": "flodet"} | changes))
    return [(one.what, one.page) for one in rules.lacking(found, with_sources())]


def test_an_account_that_has_all_lacks_nothing_and_may_stand() -> None:
    assert lacking() == []
    assert wrong(official(feed="flodet", source="sidan", unit="omsorgen")) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"administrators": ("Kommunikatör",)}, ("administrators", 5)),
        ({"administrators": ("Kommunikatör", "KOMMUNIKATÖR")}, ("administrators", 5)),
        ({"deputy": None}, ("deputy", 6)),
        ({"deputy": "kommunikationschef"}, ("deputy", 6)),
        ({"deputy": "finns-inte"}, ("deputy", 6)),
        ({"responsible": "finns-inte"}, ("responsible", 4)),
        ({"communicator": ""}, ("communicator", 5)),
        ({"purpose": "  "}, ("purpose", 4)),
        ({"audience": ""}, ("audience", 4)),
        ({"goals": ""}, ("goals", 5)),
        ({"approved_on": None}, ("approved", 4)),
        ({"ordered_by": ""}, ("approved", 4)),
        ({"feed": None}, ("feed", 6)),
    ],
)
def test_what_the_policy_asks_for_is_told_with_its_page(changes: dict[str, object], expected: tuple[str, int]) -> None:
    assert lacking(**changes) == [expected]
    assert words()["lacking"][expected[0]].endswith(".")


def test_nothing_is_asked_of_a_closed_account() -> None:
    assert lacking(administrators=(), purpose="", closed=TODAY) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"responsible": "finns-inte"}, ("responsible", "unknown-receiver")),
        ({"deputy": "finns-inte"}, ("deputy", "unknown-receiver")),
        ({"unit": "finns-inte"}, ("unit", "unknown-unit")),
        ({"source": "flodet"}, ("source", "not-own")),
        ({"source": "finns-inte"}, ("source", "not-own")),
        ({"feed": "sidan"}, ("feed", "not-its-feed")),
        ({"feed": "polisen"}, ("feed", "not-its-feed")),
        ({"opened": TODAY + timedelta(days=1)}, ("opened", "future")),
        ({"closed": date(2026, 1, 1)}, ("closed", "order")),
    ],
)
def test_what_cannot_be_so_is_refused(changes: dict[str, object], expected: tuple[str, str]) -> None:
    assert wrong(official(**changes)) == [expected]
    assert words()["wrong"][expected[1]].endswith(".")


def test_one_account_stands_in_the_register_once_while_it_is_open() -> None:
    again = official("annat", address="https://facebook.example/annat", handle="@småby KOMMUN")
    assert wrong(again, official()) == [("handle", "twice")]
    assert wrong(again, official(closed=TODAY)) == []
    shared = official("annat", address="https://x.example/smaby", network="x", feed="flodet")
    assert wrong(shared, official(feed="flodet")) == [("feed", "twice")]


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (source("a"), True),
        (source("a", "facebook", options={"page": "x", "lists": ["posts"], "comments": False}), True),
        (source("a", "facebook", options={"page": "x", "lists": ["posts"]}), False),
        (source("a", "facebook", options={"page": "x"}), False),
        (source("a", "bluesky", options={"search": "from:smaby.example"}), True),
        (source("a", "bluesky", options={"search": "from:smaby.example OR snö"}), False),
        (source("a", "instagram", options={"account": "1"}), False),
    ],
)
def test_only_a_source_without_others_posts_tells_when_an_account_was_kept_up(one: Source, expected: bool) -> None:
    assert rules.holds_own_posts_only(one) is expected


@given(st.sampled_from(NETWORKS), st.text(max_size=80), st.sets(st.sampled_from(["x", "x-2", "facebook-a"])))
def test_any_name_gives_an_id_that_an_account_can_have(network: str, handle: str, taken: set[str]) -> None:
    id = new_id(network, handle, taken)
    assert id not in taken
    assert official(id).id == id


def test_the_plan_says_what_is_filled_in_and_what_is_not() -> None:
    (missing,) = (one for one in plan(official(purpose=""), smaby()) if isinstance(one, Points))
    assert any("Syftet" in line and "sidan 4" in line for line in missing.items)


@pytest.mark.parametrize("network", NETWORKS)
def test_every_network_has_its_name_and_its_steps(network: str) -> None:
    shown = clearing(entry(), official(network=network), Accounts())
    assert shown.network and shown.remove and shown.checked.startswith("Ej kontrollerad")
    assert all(step.endswith(".") for step in (*shown.remove, *shown.keep))


def test_who_has_tried_the_steps_of_a_network_is_said_of_that_alone() -> None:
    tried = Accounts.model_validate({"removal_checked": {"facebook": {"by": "Webbredaktör", "on": date(2026, 11, 2)}}})
    facebook, other = (clearing(entry(), official(network=one), tried) for one in ("facebook", "flickr"))
    assert "provades av Webbredaktör den 2026-11-02" in facebook.checked
    assert other.checked.startswith("Ej kontrollerad")
    with pytest.raises(ValidationError, match="myspace"):
        Accounts.model_validate({"removal_checked": {"myspace": {"by": "Webbredaktör", "on": date(2026, 11, 2)}}})
