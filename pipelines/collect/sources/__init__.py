"""The families of sources: how a kind of source is asked, and how its answer is read. Pure: no I/O, no clock.

A new family is one file and one line in FAMILIES; a new newspaper is a row in sources.toml.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from pipelines.asking import Failure, Payload, Refused, Request
from pipelines.collect.parse import Context
from pipelines.collect.sources import (
    bluesky,
    discourse,
    facebook,
    flickr,
    foursquare,
    googleplaces,
    hackernews,
    instagram,
    krisinformation,
    mastodon,
    mastodon_search,
    mediawiki,
    osm,
    polisen,
    reddit,
    riksdagen,
    rss,
    x,
    youtube,
)
from pipelines.config.schema import Source
from pipelines.types import Parsed


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
    "discourse": Family(discourse.Options, discourse.requests, discourse.parse, explain=discourse.explain),
    "facebook": Family(facebook.Options, facebook.requests, facebook.parse, facebook.SECRETS, explain=facebook.explain),
    "flickr": Family(flickr.Options, flickr.requests, flickr.parse, flickr.SECRETS),
    "foursquare": Family(
        foursquare.Options,
        foursquare.requests,
        foursquare.parse,
        foursquare.SECRETS,
        explain=foursquare.explain,
        keeps_text=False,
    ),
    "googleplaces": Family(
        googleplaces.Options,
        googleplaces.requests,
        googleplaces.parse,
        googleplaces.SECRETS,
        explain=googleplaces.explain,
        keeps_text=False,
    ),
    "hackernews": Family(hackernews.Options, hackernews.requests, hackernews.parse),
    "instagram": Family(
        instagram.Options, instagram.requests, instagram.parse, instagram.SECRETS, explain=instagram.explain
    ),
    "krisinformation": Family(krisinformation.Options, krisinformation.requests, krisinformation.parse),
    "mastodon": Family(mastodon.Options, mastodon.requests, mastodon.parse),
    "mastodon-search": Family(
        mastodon_search.Options,
        mastodon_search.requests,
        mastodon_search.parse,
        mastodon_search.SECRETS,
        explain=mastodon_search.explain,
    ),
    "mediawiki": Family(mediawiki.Options, mediawiki.requests, mediawiki.parse),
    "osm": Family(osm.Options, osm.requests, osm.parse),
    "polisen": Family(polisen.Options, polisen.requests, polisen.parse),
    "reddit": Family(
        reddit.Options,
        reddit.requests,
        reddit.parse,
        reddit.SECRETS,
        Login(reddit.login_request, reddit.login_read),
        reddit.explain,
    ),
    "riksdagen": Family(riksdagen.Options, riksdagen.requests, riksdagen.parse),
    "rss": Family(rss.Options, rss.requests, rss.parse),
    "x": Family(x.Options, x.requests, x.parse, x.SECRETS, explain=x.explain),
    "youtube": Family(youtube.Options, youtube.requests, youtube.parse, youtube.SECRETS, explain=youtube.explain),
}
