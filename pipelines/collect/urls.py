"""One address per page: without tracking, wrappers and mobile doubles; http and https only."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, quote, urljoin, urlsplit, urlunsplit

MAX_LENGTH = 4096
UNWRAPPINGS = 3

TRACKING = re.compile(
    r"(?:utm_\w*|pk_\w+|mtm_\w+|at_(?:medium|campaign|link\w*|custom\d)|hsa_\w+|_hs\w+|__hs\w+|mc_[ce]id|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid"
    r"|twclid|ttclid|igshid|igsh|mibextid|li_fat_id|s_kwcid|ref_src|ref_url|_ga|_gl|vero_id|wickedid|oly_(?:enc|anon)_id"
    r"|cmpid|ns_campaign|ns_mchannel|outputtype|amp|oc)",
    re.IGNORECASE,
)
MOBILE_HOSTS = {
    "m.facebook.com": "www.facebook.com",
    "mobile.twitter.com": "twitter.com",
    "m.youtube.com": "www.youtube.com",
    "m.flashback.org": "www.flashback.org",
    "old.reddit.com": "www.reddit.com",
}
_MOBILE_WIKI = re.compile(r"([a-z-]{2,12})\.m\.(wikipedia|wikinews|wiktionary)\.org")
_WRAPPERS = (
    (re.compile(r"(?:www\.)?google\.[a-z.]{2,6}"), "/url", ("url", "q")),
    (re.compile(r"l\.facebook\.com|l\.instagram\.com|lm\.facebook\.com"), "/", ("u",)),
    (re.compile(r"out\.reddit\.com"), "/", ("url",)),
)
_REWRITTEN = re.compile(
    r"//(?:m|mobile|old|www|l|lm|out|[a-z-]{2,12}\.m)\.(?:google|facebook|instagram|twitter|youtube|flashback|reddit|wiki)"
    r"|//google\.|cdn\.ampproject|/amp/?(?:\Z|\?)"
)
"""Addresses that any of the rules here may have something to say about; only they take the long way."""
_AMP_CACHE = re.compile(r"/(?:amp/|c/|v/)(s/)?([a-z0-9-]+(?:\.[a-z0-9-]+)+/.*)", re.IGNORECASE)
_NAMES_A_POST = re.compile(r"!.*|/.*|(?:comment|kommentar|post|inlagg|reply|answer|msg|c|p)[-_]?\d+", re.IGNORECASE)
"""Fragments that are part of the address: one comment or forum post among many on a page, or a page of a script."""
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\]")
_CANONICAL = re.compile(
    r"https?://((?:[a-z0-9-]+\.)+[a-z]{2,24})(?:/[\w~-]+(?:[.][\w~-]+)*)+/?(?:\?(?:p|id|q|t|f|v)=\d+)?", re.ASCII
)
"""What stays as it is, but for the hosts that have another name and the pages that have another form."""
_ESCAPE = re.compile(r"%[0-9a-f]{2}", re.IGNORECASE)


def canonical(url: object, base: str = "") -> str | None:
    """The one form of `url`, made absolute by `base`; None for what is no http(s) address."""
    if not isinstance(url, str):
        return None
    page = _without_tracking(url)
    if len(url) <= MAX_LENGTH and _CANONICAL.fullmatch(page) and not _REWRITTEN.search(page):
        return page
    try:
        given = url.strip()
        return _canonical(given if _ABSOLUTE.match(given) else urljoin(base, given), UNWRAPPINGS)
    except ValueError:  # urllib's word for a broken port or IPv6 address
        return None


_ABSOLUTE = re.compile(r"https?://[^/?#]", re.IGNORECASE)
"""Needs no base; joining would take it apart twice over."""


def _without_tracking(url: str) -> str:
    """`url` without its query, where that is tracking and nothing else: so are those of most feeds' links."""
    page, mark, query = url.partition("?")
    if not mark or "#" in query:
        return url
    return page if all(TRACKING.fullmatch(pair.partition("=")[0]) for pair in query.split("&")) else url


def _canonical(url: str, unwrappings: int) -> str | None:
    if len(url) > MAX_LENGTH:
        return None
    parts = urlsplit(url)
    host = _host(parts)
    if parts.scheme not in ("http", "https") or host is None:
        return None
    inner = _wrapped(parts, host)
    if inner is not None and unwrappings:
        return _canonical(inner, unwrappings - 1) or _put_together(parts, host)
    return _put_together(parts, host)


def _host(parts: SplitResult) -> str | None:
    host = (parts.hostname or "").rstrip(".")
    if not host.isascii():
        host = host.encode("idna").decode("ascii")  # UnicodeError is a ValueError
    if ":" in host:
        host = f"[{host}]"
    return host if _HOST.fullmatch(host) else None


def _wrapped(parts: SplitResult, host: str) -> str | None:
    """The address that `parts` only passes on to."""
    for hosts, path, keys in _WRAPPERS:
        if hosts.fullmatch(host) and parts.path.startswith(path):
            given = dict(parse_qsl(parts.query, max_num_fields=100))
            return next((given[key] for key in keys if given.get(key, "").startswith("http")), None)
    if host.endswith(".cdn.ampproject.org") or (host.startswith("www.google.") and parts.path.startswith("/amp/")):
        inner = _AMP_CACHE.match(parts.path)
        return f"{'https' if inner[1] else 'http'}://{inner[2]}" if inner else None
    return None


def _put_together(parts: SplitResult, host: str) -> str:
    host = MOBILE_HOSTS.get(host, host)
    if wiki := _MOBILE_WIKI.fullmatch(host):
        host = f"{wiki[1]}.{wiki[2]}.org"
    port = parts.port
    if port is not None and port != {"http": 80, "https": 443}[parts.scheme]:
        host = f"{host}:{port}"
    path = parts.path or "/"
    if path.rstrip("/").endswith("/amp") and path.count("/") > 1:
        path = path.rstrip("/").removesuffix("amp")
    query = "&".join(pair for pair in parts.query.split("&") if pair and not TRACKING.fullmatch(pair.partition("=")[0]))
    fragment = parts.fragment if _NAMES_A_POST.fullmatch(parts.fragment) else ""
    return urlunsplit((parts.scheme, host, _quoted(path), _quoted(query), _quoted(fragment)))


def _quoted(part: str) -> str:
    """Percent-encoded in one way, with nothing in it that could end an HTML attribute."""
    kept = quote(part, safe="/:@!$&()*+,;=~%?-._[]", errors="replace")
    return _ESCAPE.sub(lambda escape: escape[0].upper(), kept)
