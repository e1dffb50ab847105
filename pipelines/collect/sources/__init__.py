"""The families of sources: how a kind of source is asked, and how its answer is read. Pure: no I/O, no clock.

A new family is one file and one line in FAMILIES; a new newspaper is a row in sources.toml.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from pipelines.collect.parse import Context
from pipelines.collect.sources import (
    bluesky,
    facebook,
    instagram,
    mastodon,
    mastodon_search,
    polisen,
    reddit,
    rss,
    x,
    youtube,
)
from pipelines.config.schema import Source
from pipelines.types import Failure, Parsed, Payload, Refused, Request


@dataclass(frozen=True, slots=True)
class Login:
    """How a family gets what its questions must carry, once a visit."""

    request: Callable[[Source, Context], Request]
    read: Callable[[Payload], Mapping[str, str] | Failure]
    """The secrets in the answer, by the names under which `Context.secrets` then holds them."""


@dataclass(frozen=True, slots=True)
class Family:
    """What a module in this folder offers."""

    options: type[BaseModel]
    """What a source of this family may say under `options`; closed."""
    requests: Callable[[Source, Context], tuple[Request, ...]]
    """What to ask now."""
    parse: Callable[[Payload, Source, Context], Parsed]
    """What the answer holds. Never raises: what cannot be read is told in `problems`, its neighbours are there.

    No entries and a problem: the whole answer is not what this family speaks.
    """
    secrets: tuple[str, ...] = ()
    """Names of what it cannot ask without: each is read from MEDIEBEVAKNING_<FAMILY>_<NAME>, or …_FILE."""
    login: Login | None = None
    explain: Callable[[Refused], Failure | None] | None = None
    """What a refusal means where the status alone does not tell; None leaves it to the status."""
    keeps_text: bool = True
    """Whether the provider's terms let us keep what it gives; if not, its sources must say `keeps_text = false`."""


FAMILIES: Mapping[str, Family] = {
    "bluesky": Family(
        bluesky.Options,
        bluesky.requests,
        bluesky.parse,
        bluesky.SECRETS,
        Login(bluesky.login_request, bluesky.login_read),
        bluesky.explain,
    ),
    "facebook": Family(facebook.Options, facebook.requests, facebook.parse, facebook.SECRETS, explain=facebook.explain),
    "instagram": Family(
        instagram.Options, instagram.requests, instagram.parse, instagram.SECRETS, explain=instagram.explain
    ),
    "mastodon": Family(mastodon.Options, mastodon.requests, mastodon.parse),
    "mastodon-search": Family(
        mastodon_search.Options,
        mastodon_search.requests,
        mastodon_search.parse,
        mastodon_search.SECRETS,
        explain=mastodon_search.explain,
    ),
    "polisen": Family(polisen.Options, polisen.requests, polisen.parse),
    "reddit": Family(
        reddit.Options,
        reddit.requests,
        reddit.parse,
        reddit.SECRETS,
        Login(reddit.login_request, reddit.login_read),
        reddit.explain,
    ),
    "rss": Family(rss.Options, rss.requests, rss.parse),
    "x": Family(x.Options, x.requests, x.parse, x.SECRETS, explain=x.explain),
    "youtube": Family(youtube.Options, youtube.requests, youtube.parse, youtube.SECRETS, explain=youtube.explain),
}
