"""Nobody who wrote stands anywhere by name, and nobody's child leaves in a mail; nor can anyone look for an author."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from html import escape
from string import ascii_lowercase
from urllib.parse import quote, quote_plus

import pytest
from fastapi.routing import APIRoute
from httpx import Response

from pipelines.cli.parser import parser
from tests import pdf
from tests.collect.conftest import World
from tests.dashboards.seed import browser, logged_in
from tests.dashboards.walk import _said
from tests.housekeeping.planted import AUTHORS, MINORS, Planted, account, planted

SEARCHES = ("sok", "alla", "fras", "inga")
"""Parameters that take words."""
TURNED = str.maketrans(ascii_lowercase, ascii_lowercase[7:] + ascii_lowercase[:7])


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    world = World()
    with planted(tmp_path_factory.mktemp("planted"), world) as made:
        yield made
    world.close()


def test_no_author_s_name_is_anywhere(found: Planted) -> None:
    assert len(AUTHORS) == 50
    assert {place: names for place, names in found.hits(AUTHORS).items() if names} == {}


def test_no_minor_s_name_leaves_in_a_mail(found: Planted) -> None:
    assert len(MINORS) == 20 and "Insändare" in found.mails
    first_names = [name.split()[0] for name in MINORS]
    assert [name for name in first_names if re.search(rf"\b{name}", found.mails)] == []
    assert "Låtsaslund" not in found.mails


def test_nothing_that_can_be_asked_of_a_page_finds_an_author(found: Planted) -> None:
    """Every parameter of every page, given a name, an account or a pseudonym, says what it says to nonsense."""
    with_client = logged_in(found.app)
    routes = [one for one in browser(found.app).app.routes if isinstance(one, APIRoute)]  # type: ignore[attr-defined]
    tried = 0
    for route in routes:
        if "GET" not in route.methods or "{" in route.path or route.path in ("/metrics", "/readyz"):
            continue
        for name in _parameters(route):
            for sought in _sought(found):
                nonsense = _nonsense(sought)
                one, other = (with_client.get(route.path, params={name: asked}) for asked in (sought, nonsense))
                assert one.status_code == other.status_code
                assert _without(_read(one), sought) == _without(_read(other), nonsense), (route.path, name)
                tried += 1
    assert tried > 60


def _read(answer: Response) -> str:
    """Of a document its words alone: its fonts are called after the signs that stand in it."""
    return pdf.words(answer.content) if answer.content.startswith(b"%PDF") else _said(answer)


def _parameters(route: APIRoute) -> set[str]:
    fields = {field.alias for field in route.dependant.query_params}
    for field in route.dependant.query_params:  # a model's fields are parameters of their own
        fields |= set(getattr(field.field_info.annotation, "model_fields", {}))
    return fields | {"forfattare", "author", "konto", "sortera"}


def _sought(found: Planted) -> tuple[str, ...]:
    name = AUTHORS[30]
    pseudonym = found.app.pseudonym(f"https://annan.example/users/{account(name)}")
    return (name, f"författare:{account(name)}", f"author:{pseudonym}")


def _nonsense(sought: str) -> str:
    """What nobody is called, of the same shape; the operator before it stays."""
    operator, colon, value = sought.rpartition(":")
    turned = value.lower().translate(TURNED)
    return f"{operator}{colon}{turned}"


def _without(said: str, sought: str) -> str:
    """What was typed stands in its field, escaped for a page, for an address or for an address within one."""
    value = sought.rpartition(":")[2]
    for form in (quote(quote_plus(value)), quote(value), quote_plus(value), escape(value), value):
        said = said.replace(form, "…").replace(form.lower(), "…")
    return said


def test_no_command_takes_an_author_but_the_one_for_the_person_s_own_request() -> None:
    takes = {
        (command, option)
        for command, one in _commands("", parser())
        for action in one._actions
        for option in action.option_strings
        if re.search(r"author|forfattare|writer|pseudonym|handle|person", option)
    }
    assert takes == {("person", "--pseudonym-of")}


def _commands(name: str, one: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    yield name, one
    for action in one._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner, command in action.choices.items():
                yield from _commands(f"{name} {inner}".strip(), command)
