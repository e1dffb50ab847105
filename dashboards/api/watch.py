"""Bevakningen: who asks, units and categories, how the sources fare, and how often the rules are right."""

from __future__ import annotations

from datetime import timedelta

from dashboards import conditions
from dashboards.api import figures
from dashboards.api.caller import Anyone, Keeper, Watcher
from dashboards.api.route import routes
from dashboards.api.shapes import Shapes
from dashboards.auth import Reading, World
from pipelines.precision import records
from pipelines.store import corrections
from pipelines.store.views import health

router = routes("Bevakningen")
WEEK = timedelta(days=7)
SOURCE = "source:"


@router.get("/me", summary="Visa vem nyckeln hör till")
def me(app: World, who: Anyone) -> figures.Me:
    """Kontot, rollen och vad nyckeln får göra."""
    shapes, key = Shapes(app.config), who.key
    units = tuple(map(shapes.unit, who.account.units))
    return figures.Me(
        account=who.account.name,
        role=who.account.role,
        units=units,
        key=key.name,
        uses=key.uses,
        expires_at=key.expires_at,
    )


@router.get("/units", summary="Lista enheter")
def unit_list(app: World, who: Anyone) -> tuple[figures.Unit, ...]:
    """De enheter vars inlägg du får läsa."""
    allowed = who.scope.units
    return tuple(
        figures.Unit(id=one.id, name=one.name, parent=one.parent)
        for one in app.config.units
        if allowed is None or one.id in allowed
    )


@router.get("/categories", summary="Lista kategorier av flaggor")
def category_list(app: World, who: Anyone) -> tuple[figures.Category, ...]:  # noqa: ARG001 - to those who have a key
    """Vad varje kategori är, och vad den inte är."""
    return tuple(
        figures.Category(
            id=one.id,
            name=one.name,
            about=one.about,
            not_about=one.not_about,
            severity=one.severity,
            law=one.legal,
        )
        for one in app.config.categories
    )


@router.get("/sources", summary="Lista källor och hur de mår")
def source_list(app: World, opened: Reading, who: Watcher) -> tuple[figures.Source, ...]:
    """De som någon bör se över först."""
    lines = conditions.lines(app.config.sources, health.health(opened, who.scope, app.clock() - WEEK))
    return tuple(map(_source, lines))


@router.get("/issues", summary="Lista problem att se över")
def issue_list(opened: Reading, who: Watcher) -> tuple[figures.Issue, ...]:
    """Problem som inte är lösta, det senast sedda först."""
    return tuple(
        figures.Issue(
            source=one.subject.removeprefix(SOURCE) if one.subject.startswith(SOURCE) else None,
            text=one.text,
            remedy=one.remedy,
            first_at=one.first_at,
            last_at=one.last_at,
            count=one.count,
        )
        for one in health.issues(opened, who.scope)
    )


@router.get("/rules", summary="Lista regler och hur ofta de har rätt")
def rule_list(app: World, opened: Reading, who: Keeper) -> tuple[figures.Rule, ...]:  # noqa: ARG001 - its right is asked
    """Räknat på de dagar som konfigurationen säger, de tveksamma först."""
    since = app.clock() - timedelta(days=app.config.precision.days)
    return tuple(
        figures.Rule(
            id=one.rule.id,
            category=one.rule.category,
            role=one.rule.role,
            fired=one.figures.fired,
            wrong=one.figures.wrong,
            right=one.figures.right,
            precision=one.precision,
            interval=one.interval if one.precision is not None else None,
            doubtful=one.doubtful,
        )
        for one in records(app.config, corrections.rules(opened, since))
    )


def _source(line: conditions.SourceLine) -> figures.Source:
    state = line.health.state if line.health else None
    ails = line.health is not None and line.condition in ("failed", "degraded", "gone")
    return figures.Source(
        id=line.source.id,
        name=line.source.name,
        kind=line.source.kind,
        condition=line.condition,
        reason=(line.health.reason or line.health.state.last_failure) if ails and line.health else None,
        last_ok_at=state.last_ok_at if state else None,
        last_new_at=state.last_new_at if state else None,
        entries=line.health.entries if line.health else 0,
        about=line.health.about if line.health else 0,
    )
