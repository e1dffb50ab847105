"""Templates, and the filters that make stored values readable."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from babel import Locale
from babel.numbers import format_decimal
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from dashboards import dates
from dashboards.catalogue import texts
from dashboards.highlight import excerpt
from pipelines.bootstrap import App
from pipelines.config.schema import Config
from pipelines.notify.offers import label
from pipelines.notify.wording import left
from pipelines.types import Entry

LAST_PAGE = 1_000_000
"""No list that is read page by page is longer; beyond it an offset is no number that a database takes."""
HEADLINE = 140
"""Characters of a post without a title that stand for one."""


def environment(config: Config) -> Environment:
    """Everything that is put into a page is escaped; a name that a template lacks is an error."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_null_translations(newstyle=True)
    made.filters |= named(config) | {
        "excerpt": excerpt,
        "headline": headline,
        "web_link": web_link,
        "local": local,
        "language": language,
        "number": partial(format_decimal, locale=dates.LOCALE),
        "signed": signed,
        "moment": pass_context(lambda context, when: dates.moment(when, context["now"], config.zone)),
        "whole": partial(dates.whole, zone=config.zone),
        "left": pass_context(lambda context, due: left(context["now"], due)),
        "day": dates.day,
        "short_day": dates.short_day,
        "week": dates.week,
        "verdict": partial(label, config=config),
    }
    made.globals |= {"t": texts(), "municipality": config.municipality, "config": config, "with_query": with_query}
    return made


def page(request: Request, template: str, *, status: int = 200, **context: object) -> HTMLResponse:
    """The template as an answer."""
    app: App = request.app.state.world
    made: Environment = request.app.state.templates
    now: datetime = app.clock()
    given = {
        "now": now,
        "today": now.astimezone(app.config.zone).date(),
        "path": request.url.path,
        "visitor": getattr(request.state, "visitor", None),
    }
    return HTMLResponse(made.get_template(template).render(given | context), status)


def named(config: Config) -> dict[str, Callable[[str], str]]:
    """Filters from ids to names; an id that the configuration no longer knows stands for itself."""
    sources = {source.id: source.name for source in config.sources}
    units = {unit.id: unit.name for unit in config.units}
    categories = {category.id: category.name for category in config.categories} | dict(texts()["notice"])
    receivers = {receiver.id: receiver.title for receiver in config.receivers}
    rules = {rule.id: rule.name for rule in config.alert_rules}
    steps = {step.id: step.name for step in config.severity_steps}
    return {
        name: partial(_named, known)
        for name, known in (
            ("source", sources),
            ("unit", units),
            ("category", categories),
            ("receiver", receivers),
            ("alert_rule", rules),
            ("severity_step", steps),
        )
    }


def _named(known: dict[str, str], key: str) -> str:
    return known.get(key, key)


def headline(entry: Entry) -> str:
    """The title, or the beginning of the text where there is none."""
    return entry.title.strip() or excerpt(entry.text, HEADLINE) or "Inlägg utan text"


def web_link(url: str | None) -> str | None:
    """The address if it is one of the web: what was collected may hold any scheme."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


def local(url: str) -> str:
    """An address of ours without its host: the page may be open under another."""
    return urlsplit(url).path


def language(code: str) -> str:
    """The Swedish name of a language."""
    return str(Locale(dates.LOCALE).languages.get(code, code))


def signed(value: float) -> str:
    """A number with its sign and two decimals: "−0,40"."""
    pattern = "+0.00;−0.00" if round(value, 2) else "0.00"
    return str(format_decimal(value, format=pattern, locale=dates.LOCALE))


@pass_context
def with_query(context: Context, **changes: Any) -> str:
    """The page's own query with some values changed, or left out where they are None."""
    merged = context["query"] | changes
    return "?" + urlencode({key: value for key, value in merged.items() if value not in (None, "")})
