"""Templates, and the filters that make stored values readable."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from babel import Locale
from babel.numbers import format_decimal, format_percent
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from dashboards import dates
from dashboards.catalogue import texts
from dashboards.highlight import excerpt
from dashboards.language import LANGUAGES, SOURCE, current, gettext, locale, ngettext
from dashboards.language import gettext as _
from dashboards.menu import menu
from dashboards.onward import AGAIN
from pipelines.bootstrap import App
from pipelines.config.schema import Config
from pipelines.notify.offers import label
from pipelines.triage import choice
from pipelines.types import Entry

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
    made.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.filters |= named(config) | {
        "excerpt": excerpt,
        "headline": headline,
        "web_link": web_link,
        "swedish": swedish,
        "local": local,
        "language": language,
        "number": number,
        "percent": percent,
        "signed": signed,
        "moment": pass_context(lambda context, when: dates.moment(when, context["now"], config.zone)),
        "whole": partial(dates.whole, zone=config.zone),
        "left": pass_context(lambda context, due: dates.left(context["now"], due)),
        "day": dates.day,
        "local_day": lambda when: dates.day(datetime.fromisoformat(when).astimezone(config.zone).date()),
        "short_day": dates.short_day,
        "week": dates.week,
        "clock": dates.clock,
        "verdict": partial(label, config=config, translated=gettext),
    }
    made.globals |= {"municipality": config.municipality, "config": config, "with_query": with_query}
    made.globals |= {"choice": choice, "menu": menu}
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
        "t": texts(),
        "spoken": current(),
        "languages": LANGUAGES,
        "sv": Markup("") if current() == SOURCE else Markup(' lang="sv"'),
        "here": _address(request) if status != 404 else "/",
    }
    return HTMLResponse(made.get_template(template).render(given | context), status)


def _address(request: Request) -> str:
    """Of the page, to come back to; the first page's where this one answers a form."""
    if request.method != "GET":
        return "/"
    path: bytes = request.scope["raw_path"]
    query = request.url.remove_query_params(AGAIN).query
    return path.decode("ascii", "replace") + (f"?{query}" if query else "")


def named(config: Config) -> dict[str, Callable[[str], str]]:
    """Filters from ids to names; an id that the configuration no longer knows stands for itself."""
    sources = {source.id: source.name for source in config.sources}
    units = {unit.id: unit.name for unit in config.units}
    categories = {category.id: category.name for category in config.categories}
    receivers = {receiver.id: receiver.title for receiver in config.receivers}
    rules = {rule.id: rule.name for rule in config.alert_rules}
    steps = {step.id: step.name for step in config.severity_steps}
    return {"category": lambda key: categories.get(key) or texts()["notice"].get(key, key)} | {
        name: partial(_named, known)
        for name, known in (
            ("source", sources),
            ("unit", units),
            ("receiver", receivers),
            ("alert_rule", rules),
            ("severity_step", steps),
        )
    }


def _named(known: dict[str, str], key: str) -> str:
    return known.get(key, key)


def headline(entry: Entry) -> str:
    """The title, or the beginning of the text where there is none."""
    return entry.title.strip() or excerpt(entry.text, HEADLINE) or _("Inlägg utan text")


def web_link(url: str | None) -> str | None:
    """The address if it is one of the web: what was collected may hold any scheme."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


def swedish(words: str) -> str:
    """Words that are Swedish on every page, since an operator or a rule wrote them: read aloud as such elsewhere."""
    return words if current() == SOURCE or not words else Markup('<span lang="sv">{}</span>').format(words)


def local(url: str) -> str:
    """An address of ours without its host: the page may be open under another."""
    return urlsplit(url).path


def language(code: str) -> str:
    """The name of a language."""
    return str(Locale.parse(locale()).languages.get(code, code))


def number(value: float) -> str:
    """With its thousands apart: "1 234,5"."""
    return format_decimal(value, locale=locale())


def percent(share: float) -> str:
    """A share of one, in whole percents: "40 %"."""
    return format_percent(share, locale=locale())


def signed(value: float) -> str:
    """A number with its sign and two decimals: "−0,40"."""
    pattern = "+0.00;−0.00" if round(value, 2) else "0.00"
    return format_decimal(value, format=pattern, locale=locale())


@pass_context
def with_query(context: Context, **changes: Any) -> str:
    """The page's own query with some values changed, or left out where they are None."""
    merged = context["query"] | changes
    return "?" + urlencode({key: value for key, value in merged.items() if value not in (None, "")})
