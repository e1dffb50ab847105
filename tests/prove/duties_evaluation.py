"""Part of `make prove-duties`: a simulated year evaluated; figures that outlive their texts; mailed once to each."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipelines.evaluation import areas, paper, phase
from pipelines.evaluation.areas import Occasion, Subject
from pipelines.evaluation.facts import Facts, facts
from pipelines.evaluation.report import title
from pipelines.housekeeping import phase as housekeeping
from pipelines.notify.channels.file import FileChannel
from pipelines.notify.deliver import deliver
from pipelines.roles import ROLES
from pipelines.store.engine import reading
from pipelines.store.views import Scope
from pipelines.types import Item
from tests import pdf
from tests.builders import EVERYTHING
from tests.evaluation import world
from tests.evaluation.world import ACCOUNT, CAMPAIGN, JANUARY, Year, goal
from tests.prove.table import Table

POSTS = 400
SEED = 2026
GOALS = (
    goal("antal", name="Vi syns", target=50),
    goal("svar", name="Frågor får svar i tid", measure="questions-in-time", target=90, set_on="2026-02-01"),
    goal(
        "negativt",
        name="Skolan talas väl om",
        measure="negative-share",
        direction="at-most",
        target=90,
        unit="skolkontoret",
    ),
    goal("konto", name="Ett konto som inte finns", measure="own-posts", account="finns-inte"),
    goal("vinter", name="Kampanjen märks", year=None, campaign="vinter"),
)


def show(table: Table) -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        year = world.made(folder, SEED, POSTS, GOALS)
        world.polls(year.app, "smabybladet", range(16, 300))
        world.polls(year.app, "rikstidningen", range(16, 200), "failed", new=0)
        world.polls(year.app, "rikstidningen", range(200, 300))
        _counts(table, year, "as the year ends")
        _reports(table, year, folder)
        _sent(table, year, folder)
        year.app.clock.now = datetime(2028, 6, 1, tzinfo=UTC)  # type: ignore[attr-defined]
        housekeeping.run(year.app)
        _counts(table, year, "when all texts are gone")
        gone = _read(year, areas.municipality(year.app.config))
        table.row("posts whose text is gone, of all", f"{gone.figures.gone} of {gone.figures.posts}",
                  holds=gone.figures.gone == gone.figures.posts)  # fmt: skip
        _rights(table, year)


def _read(year: Year, subject: Subject, occasion: Occasion | None = None, scope: Scope = EVERYTHING) -> Facts:
    with reading(year.app.engine) as opened:
        return facts(opened, scope, year.app.config, subject, occasion or areas.of_year(2026), year.app.clock())


def _subjects(year: Year) -> tuple[tuple[Subject, Occasion, Callable[[Item], bool]], ...]:
    config, of_2026 = year.app.config, areas.of_year(2026)
    school = areas.of_unit("skolkontoret", config)
    assert school
    whole = areas.municipality(config)
    return (
        (whole, of_2026, world.about),
        (school, of_2026, world.of_school),
        (areas.of_account(ACCOUNT), of_2026, world.on_account),
        (whole, areas.of_campaign(CAMPAIGN), world.of_campaign),
    )


def _counts(table: Table, year: Year, when: str) -> None:
    """Against what is counted post by post from what was put in."""
    for subject, occasion, holds in _subjects(year):
        found, items = _read(year, subject, occasion).figures, year.of(holds)
        ids = {one.entry.id for one in items}
        judged = {key for key in year.judged if key[0] in ids}
        same = (
            found.posts == len(items)
            and {tone: number for tone, number in found.tones.items() if number} == world.tones(items)
            and sum(one.right + one.wrong for one in found.flags.values()) == len(judged)
        )
        named = f"{occasion.name}, {subject.name}: posts, tones, judged flags {when}"
        table.row(named, f"{found.posts} posts, {len(judged)} judged", holds=same and found.posts > 0)


def _reports(table: Table, year: Year, folder: Path) -> None:
    whole, school, account, campaign = (_read(year, subject, occasion) for subject, occasion, _ in _subjects(year))
    told = {one.goal.id: one.why or one.reached for one in whole.results}
    expected = {"antal": True, "svar": False, "negativt": True, "konto": "no-account"}
    table.row("goals: reached, not reached, cannot be told", told, holds=told == expected)
    table.row("goals set after their period began, told so", [one.goal.id for one in whole.results if one.late],
              holds=[one.goal.id for one in whole.results if one.late] == ["svar"])  # fmt: skip
    sources = {one.source: one.dead for one in whole.sources}
    table.row("days on which a source was dead", sources, holds=sources["rikstidningen"] == 184)
    for found in (whole, school, account, campaign):
        files = paper.files(found, year.app.config)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        page, document = sorted(files)
        pages = len(re.findall(rb"/Type\s*/Page\b", files[document]))
        words = re.sub(r"\W+", "", pdf.words(files[document]))
        cells = re.findall(r"<t[dh][^>]*>([^<]+)<", files[page].decode())
        printed = all(re.sub(r"\W+", "", cell) in words for cell in cells)
        texts = [one for one in year.items if one.entry.text in files[page].decode()]
        sizes = f"{len(files[page])} B, {len(files[document])} B, {pages} pages, {len(cells)} cells"
        table.row(f"{title(found)}: HTML and PDF", sizes, holds=printed and pages > 0 and not texts)
        table.figure(f"pages of {document}", pages)


def _sent(table: Table, year: Year, folder: Path) -> None:
    """Every day from November to March, twice."""
    channel = FileChannel(folder / "mail", year.app.config.sender, year.app.clock)
    made: dict[str, int] = {}
    for day in range(-70, 60):
        year.app.clock.now = JANUARY + timedelta(days=day)  # type: ignore[attr-defined]
        for _ in range(2):
            if mails := phase.run(year.app).mails:
                made[f"{year.app.clock():%Y-%m-%d}"] = mails
        deliver(year.app, channel)
    files = list((folder / "mail").rglob("*.eml"))
    attached = sum(b"application/pdf" in file.read_bytes() for file in files)
    expected = {"2026-11-13": 1, "2027-01-15": 1}
    table.row("mails to förvaltningens kommunikatör, by day", made, holds=made == expected)
    table.row("mails that left, with the report as PDF", f"{len(files)}, {attached}", holds=len(files) == attached == 2)
    table.figure("mails", len(files))


def _rights(table: Table, year: Year) -> None:
    seen = []
    for role, units in (("enhetschef", ("omsorgen",)), ("kommunikator", ("omsorgen",)), ("administrator", ())):
        scope = ROLES[role].scope(units, year.app.config)
        for subject, occasion, _ in _subjects(year):
            if _read(year, subject, occasion, scope).figures.posts:
                seen.append((role, subject.name))
    table.row("others' reports that tell a figure", seen, holds=not seen)
