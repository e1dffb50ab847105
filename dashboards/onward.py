"""Where someone is led after logging in: to the page that they asked for, and never to another site."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote, unquote, urlsplit

from fastapi import Depends, Form, Query, Request

MOST = 1_000
"""Characters of an address that is remembered."""
ASKED = "till"
AGAIN = "vidare"
"""Marks an address that a page of ours has led on to (see `app._to_login`)."""
FIRST = "/"


def local(asked: str) -> str:
    """`asked`, if it is an address within this site that a login may lead to; else the first page."""
    leads_nowhere = asked.startswith(("/logga-in", "/logga-ut", "/static/"))
    return FIRST if leads_nowhere or not within(asked) else asked


def within(asked: str) -> bool:
    """Whether it is an address within this site.

    Browsers read a backslash as a slash and leave out tabs and line breaks, so that several spellings name another
    site than they seem to; what is encoded is decoded as often as any proxy might.
    """
    spellings = [asked.partition("?")[0].partition("#")[0]]
    while (decoded := unquote(spellings[-1])) != spellings[-1]:
        spellings.append(decoded)
    if len(asked) > MOST or any(map(_leads_away, spellings)) or any(_hidden(sign) for sign in asked):
        return False
    parts = urlsplit(asked)
    return not (parts.scheme or parts.netloc)


def _leads_away(path: str) -> bool:
    return not path.startswith("/") or path.startswith("//") or "\\" in path or any(map(_hidden, path))


def _hidden(sign: str) -> bool:
    return sign <= " " or sign == "\x7f"


def login(request: Request) -> str:
    """The address of the login that leads on to what `request` asked for."""
    url = request.url.remove_query_params(AGAIN)
    asked = local(f"{url.path}?{url.query}" if url.query else url.path)
    return "/logga-in" if asked == FIRST else f"/logga-in?{ASKED}={quote(asked, safe='/')}"


def of_query(till: Annotated[str, Query()] = "") -> str:
    return local(till)


def of_form(till: Annotated[str, Form()] = "") -> str:
    return local(till)


Onward = Annotated[str, Depends(of_query)]
OnwardForm = Annotated[str, Depends(of_form)]
