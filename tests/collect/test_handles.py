"""Accounts in texts: whom a post speaks to is masked at the door, ours and public institutions stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.collect import handles
from pipelines.config.schema import Persons
from tests import builders
from tests.builders import entry
from tests.collect.feeds import source

OWN = source(id="eget", own=True, url="https://mastodon.example/@smabynytt", options={})
CONFIG = builders.config(
    sources=(*builders.smaby().sources, OWN), persons=Persons(public_accounts=("@kommunalradet_x",))
)
KNOWN = handles.public(CONFIG)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("@vendela_p du ljuger", "@konto du ljuger"),
        ("Tack @Vendela.Pahittad!", "Tack @konto!"),
        ("hej @vendela@social.example.", "hej @konto."),
        ("hej @vendela.bsky.social, och @bo", "hej @konto, och @konto"),
        ("(@vendela)", "(@konto)"),
        ("hej.@vendela", "hej.@konto"),
        ("sa u/vendela_p och /u/bo-1", "sa u/konto och /u/konto"),
        ("se https://x.com/vendelap/status/17", "se https://x.com/konto/status/17"),
        ("se https://social.example/@vendela/99", "se https://social.example/@konto/99"),
        ("se https://www.facebook.com/vendela.pahittad", "se https://www.facebook.com/konto"),
    ],
)
def test_private_accounts_are_masked(text: str, kept: str) -> None:
    assert handles.without(text, KNOWN) == kept


@pytest.mark.parametrize(
    "text",
    [
        "Fråga @smabykommun om det",
        "@Småby_kommun svarade",
        "@smabynytt skrev",
        "@polisen_sthlm är på plats",
        "@kommunalradet_x lovade",
        "skriv till anna@skolan.example",
        "kl @19.00 eller 3 @ 10 kr",
        "https://www.facebook.com/groups/1234",
        "inga/alls u / v",
    ],
)
def test_ours_institutions_and_what_is_no_account_stay(text: str) -> None:
    assert handles.without(text, KNOWN | {"smabykommun"}) == text


@given(st.text(st.sampled_from("@u/ab._-åÄ1 x.com:https")))
def test_twice_is_as_once(text: str) -> None:
    once = handles.without(text, KNOWN)
    assert handles.without(once, KNOWN) == once


def test_an_entry_is_masked_in_title_and_text_and_keeps_its_identity_and_its_link() -> None:
    given = entry(title="Svar till @vendela", text="Hej @vendela", url="https://social.example/@vendela/1")
    (kept,) = handles.masked([given], KNOWN)
    assert (kept.title, kept.text) == ("Svar till @konto", "Hej @konto")
    assert (kept.id, kept.url) == (given.id, given.url)
