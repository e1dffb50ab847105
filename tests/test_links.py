"""A signed link says what we have sealed, for its purpose and its time, and nothing else is believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.links import LONGEST, fingerprint, seal, unseal

KEY = b"an invented key"
NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=14)
PARTS = st.lists(st.text(max_size=40), max_size=6)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=åÅ \x00"


@settings(deadline=None)
@given(parts=PARTS, purpose=st.text(max_size=20))
def test_what_is_sealed_is_what_comes_out(parts: list[str], purpose: str) -> None:
    assert unseal(KEY, purpose, seal(KEY, purpose, parts, LATER), NOW) == tuple(parts)


@settings(deadline=None, max_examples=300)
@given(parts=PARTS, data=st.data())
def test_any_changed_character_is_refused(parts: list[str], data: st.DataObject) -> None:
    token = seal(KEY, "correct", parts, LATER)
    at = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from(ALPHABET).filter(lambda letter: letter != token[at]))
    assert unseal(KEY, "correct", token[:at] + other + token[at + 1 :], NOW) == "forged"


@settings(deadline=None)
@given(parts=PARTS, data=st.data())
def test_a_cut_or_lengthened_token_is_refused(parts: list[str], data: st.DataObject) -> None:
    token = seal(KEY, "correct", parts, LATER)
    cut = data.draw(st.integers(0, len(token) - 1))
    more = data.draw(st.text(alphabet=ALPHABET, min_size=1, max_size=LONGEST))
    assert unseal(KEY, "correct", token[:cut], NOW) == "forged"
    assert unseal(KEY, "correct", token + more, NOW) == "forged"
    assert unseal(KEY, "correct", more + token, NOW) == "forged"


@settings(deadline=None)
@given(token=st.text(max_size=300))
def test_nonsense_is_refused_and_never_crashes(token: str) -> None:
    assert unseal(KEY, "correct", token, NOW) == "forged"


@settings(deadline=None)
@given(purposes=st.lists(st.text(max_size=12), min_size=2, max_size=2, unique=True), parts=PARTS)
def test_a_token_is_for_one_purpose_and_one_key(purposes: list[str], parts: list[str]) -> None:
    token = seal(KEY, purposes[0], parts, LATER)
    assert unseal(KEY, purposes[1], token, NOW) == "forged"
    assert unseal(b"another key", purposes[0], token, NOW) == "forged"


def test_it_runs_out_to_the_second_and_a_forged_one_is_never_called_old() -> None:
    token = seal(KEY, "correct", ["x"], LATER)
    assert unseal(KEY, "correct", token, LATER - timedelta(seconds=1)) == ("x",)
    assert unseal(KEY, "correct", token, LATER) == "expired"
    assert unseal(KEY, "correct", token[:-1], LATER) == "forged"


def test_tokens_that_differ_have_fingerprints_that_differ() -> None:
    assert fingerprint("a") != fingerprint("b") and len(fingerprint("\ud800")) == 64
