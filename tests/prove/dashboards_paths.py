"""What people ask the dashboard for: pages and searches by name, and how often, for each role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

SEARCHES: Mapping[str, str] = {
    "frequent word": "kommunen",
    "frequent English word": "the",
    "word": "skola",
    "rare word": "Dnr 4711",
    "phrase": '"i Tumba"',
    "prefix": "skol*",
    "short prefix": "för*",
    "words": "snö plog",
    "and not": "skola INTE förskola",
    "or": "bussen ELLER tåget",
    "not": "INTE ton:negativ",
    "fields": "ton:positiv hållning:kritisk larm:ja",
    "field and word": "flagga:ja skola",
    "category": "flagga:threat",
    "month and word": "datum:2026-03 skola",
    "week or field": "datum:v12 ELLER larm:ja",
    "case or word": "ärende:öppet ELLER bussen",
    "not a year": "INTE (datum:2026 ELLER larm:ja)",
    "no hits": "finnsintealls",
    "no hits, three words": "kommunen skola finnsintealls",
}
FILTERS: Mapping[str, str] = {
    "tone": "ton=negative",
    "stance": "hallning=critical",
    "intent": "avsikt=question",
    "flag": "flagga=*",
    "category": "flagga=threat",
    "unit": "enhet=fittjaskolan",
    "source": "kalla={source}",
    "rare source": "kalla={rare}",
    "kind": "slag=news",
    "days": "fran=2025-03-01&till=2025-03-31",
    "all that came in": "omfattning=allt",
    "several": "ton=negative&hallning=critical&slag=news&enhet=kommunledning&fran=2025-01-01",
}
OF_POSTS = ("kommunikationschef", "kommunikator", "enhetschef", "administrator")
Paths = dict[str, str]


def paths(role: str, sources: Sequence[str], places: Mapping[str, int], ids: Sequence[str], feed: str) -> Paths:
    """By name, the address of each page that the role has. Searches begin with "search: ", programs' with "api: ".

    places: steps of the list by name. ids: entries that the role may read, the last with the largest story. feed: the
    token of a saved search.
    """
    if role == "granskare":
        return {
            "log": "/atkomst",
            "log: deep": "/atkomst?sida=15",
            "log: account": "/atkomst?konto=konto-7",
            "log: entry": f"/atkomst?inlagg={ids[-1]}",
            "help": "/hjalp",
        }
    found = {
        "overview": "/",
        "chart": "/diagram/ton.svg",
        "list": "/flode",
        **{f"list: {name}": f"/flode?fore={place}" for name, place in places.items()},
        **{
            f"list: {name}": "/flode?" + query.format(source=sources[0], rare=sources[-1])
            for name, query in FILTERS.items()
        },
        **{f"list: {name}, deep": f"/flode?{FILTERS[name]}&fore={places['middle']}" for name in ("tone", "flag")},
        **{f"search: {name}": f"/flode?sok={quote(text)}" for name, text in SEARCHES.items()},
        **{f"entry {number}": f"/inlagg/{id}" for number, id in enumerate(ids)},
        "saved": "/flode/sparade",
        "trends": "/trender",
        "trends: months": "/trender?steg=manad",
        "trends: chart": "/trender/ton.svg",
        "reports": "/rapporter",
        "reports: month": "/rapporter?period=manad",
        "atom": f"/atom/sokning/{feed}",
        "api: entries": "/api/v1/entries",
        "api: entry": f"/api/v1/entries/{ids[0]}",
        "api: stories": "/api/v1/stories",
        "api: cases": "/api/v1/cases",
        "csv": "/flode.csv",
        "csv: search": "/flode.csv?sok=skola",
        "cases": "/arenden",
        "cases: closed": "/arenden?visa=avslutade",
        "cases: closed, deep": "/arenden?visa=avslutade&sida=15",
        "sources": "/kallor",
        "coverage": "/tackning",
        "account": "/konto",
        "help": "/hjalp",
    }
    if role in ("kommunikationschef", "enhetschef"):
        found |= {"messages": "/utskick", "messages: deep": "/utskick?sida=15"}
    if role in ("kommunikationschef", "administrator"):
        found |= {"rules": "/regler", "settings": "/installningar"}
    return found


USED: Mapping[str, float] = {
    "chart": 6,
    "overview": 18,
    "list": 18,
    "list: ": 22,
    "search: ": 14,
    "entry": 20,
    "cases": 5,
    "messages": 4,
    "sources": 3,
    "coverage": 1,
    "rules": 1,
    "settings": 1,
    "saved": 1,
    "trends": 3,
    "reports": 1,
    "atom": 3,
    "api: ": 3,
    "csv": 0.4,
    "account": 0.5,
    "help": 0.5,
    "log": 20,
}
"""How often, by how a name begins; the weight is shared by all that begin so."""


def weights(names: Sequence[str]) -> list[float]:
    """How often each is asked for."""
    kinds = [next(kind for kind in sorted(USED, key=len, reverse=True) if name.startswith(kind)) for name in names]
    return [USED[kind] / kinds.count(kind) for kind in kinds]


def aim(name: str) -> float | None:
    """Milliseconds that 95 of 100 answers shall not take; None for what is made to be waited for."""
    if name.startswith("csv"):
        return None
    return 300.0 if name.startswith("search: ") else 100.0
