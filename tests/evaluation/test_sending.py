"""The report as page, document and mail: what it says, that it holds no post, and that it is sent once to each."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.cli import main
from pipelines.config.schema import Campaign, Config
from pipelines.evaluation import areas, paper, phase
from pipelines.evaluation.facts import Facts, facts
from pipelines.evaluation.letter import letter
from pipelines.notify.channels.file import FileChannel
from pipelines.notify.deliver import deliver
from pipelines.store import outbox
from pipelines.store.engine import reading
from pipelines.types import Message
from tests import builders, pdf
from tests.builders import EVERYTHING, SMABY
from tests.evaluation import world
from tests.evaluation.world import JANUARY, Year, goal

GOLDEN = Path(__file__).parents[1] / "golden"
GOALS = (
    goal("antal", name="Vi syns", target=5),
    goal("svar", name="Alla får svar", measure="questions-in-time", target=100, set_on="2026-02-01"),
    goal("skola", name="Skolan nämns", unit="skolkontoret", target=10_000),
    goal("vard", name="Omsorgen nämns", unit="omsorgen", target=1),
    goal("konto", name="Kontot lever", measure="own-posts", account="finns-inte", target=1),
    goal("vinter", name="Kampanjen märks", year=None, campaign="vinter", target=1),
)


@pytest.fixture
def year(tmp_path: Path) -> Year:
    return world.made(tmp_path, 11, posts=70, goals=GOALS)


def read(year: Year, unit: str | None = None, occasion: areas.Occasion | None = None) -> Facts:
    config = year.app.config
    subject = areas.of_unit(unit, config) if unit else areas.municipality(config)
    assert subject
    with reading(year.app.engine) as connection:
        return facts(connection, EVERYTHING, config, subject, occasion or areas.of_year(2026), year.app.clock())


def mails(year: Year) -> list[Message]:
    with year.app.engine.begin() as connection:
        later = year.app.clock() + timedelta(days=2)
        return [one for one, _ in outbox.claim(connection, "test", later, timedelta(minutes=1), 100)]


def test_page_and_document_say_the_same_and_hold_no_post(year: Year) -> None:
    found = read(year)
    files = paper.files(found, year.app.config)
    shown, drawn = files["utvardering-2026.html"].decode(), pdf.words(files["utvardering-2026.pdf"])
    assert files["utvardering-2026.pdf"].startswith(b"%PDF") and shown.count("<svg") == 2
    plain = re.sub(r"\W+", "", drawn)
    said = re.sub(r"<svg.*?</svg>|<style.*?</style>|<title>.*?</title>", "", shown, flags=re.DOTALL)
    for words in re.findall(r">([^<>]+)<", said):
        assert re.sub(r"\W+", "", words) in plain, words
    assert not [one.entry.id for one in year.items if f"nummer {one.entry.id}." in shown + drawn]


def test_goals_are_told_with_result_and_reason(year: Year) -> None:
    told = {one.goal.id: (one.reached, one.why, one.late) for one in read(year).results}
    assert told.keys() == {"antal", "svar", "skola", "vard", "konto"}
    assert told["antal"] == (True, "", False)
    assert told["skola"][0] is not True and told["konto"] == (None, "no-account", False)
    assert told["svar"][0] is False and told["svar"][2]
    shown = paper.files(read(year), year.app.config)["utvardering-2026.html"].decode()
    assert "Alla får svar: målet sattes 1 februari 2026, när perioden redan hade börjat." in shown
    assert "Kontot lever: kontot finns inte i förteckningen." in shown
    assert [one.goal.id for one in read(year, "omsorgen").results] == ["vard"]
    campaign = read(year, occasion=areas.of_campaign(world.CAMPAIGN))
    assert [one.goal.id for one in campaign.results] == ["vinter"]


def test_few_posts_have_no_percentage(tmp_path: Path) -> None:
    year = world.made(tmp_path, 12, posts=6)
    shown = paper.files(read(year), year.app.config)["utvardering-2026.html"].decode()
    assert not re.search(r"\d\s*%", re.sub(r"<style.*?</style>|<svg.*?</svg>", "", shown, flags=re.DOTALL))


def test_each_communicator_is_sent_the_year_once(year: Year, tmp_path: Path) -> None:
    days = {}
    for day in range(-20, 60):
        year.app.clock.now = JANUARY + timedelta(days=day)  # type: ignore[attr-defined]
        if made := phase.run(year.app).mails:
            days[day] = made
        assert phase.run(year.app).mails == 0
    assert days == {0: 1}
    (mail,) = mails(year)
    assert (mail.receiver, mail.attached and mail.attached.name) == (
        "kommunikator:skolkontoret",
        "utvardering-2026-skolkontoret.pdf",
    )
    assert mail.attached and mail.attached.content.startswith(b"%PDF")
    assert not [one for one in year.items if one.entry.text in mail.text + mail.html]


def test_the_mail_leaves_with_its_document(year: Year, tmp_path: Path) -> None:
    phase.run(year.app)
    channel = FileChannel(tmp_path / "mail", year.app.config.sender, year.app.clock)
    assert deliver(year.app, channel).sent == 1 and deliver(year.app, channel).sent == 0
    (file,) = (tmp_path / "mail").rglob("*.eml")
    assert b"utvardering-2026-skolkontoret.pdf" in file.read_bytes()


def test_a_watch_that_began_after_the_year_sends_nothing(tmp_path: Path) -> None:
    year = world.made(tmp_path, 13, posts=0)
    assert phase.run(year.app).due == 0
    builders.save(year.app, [builders.item(builders.entry("ny", published=JANUARY - timedelta(days=2)))])
    assert phase.run(year.app).due == 0


@pytest.mark.parametrize(("kept", "last"), [(1095, 27), (5, 4)])
def test_a_year_is_due_only_as_long_as_the_outbox_remembers(kept: int, last: int) -> None:
    retention = world.using().retention.model_copy(update={"metadata_days": kept, "mails_days": 1})
    config: Config = world.using(retention=retention, campaigns=())
    first = datetime(2027, 1, 15, tzinfo=UTC).date()
    days = [day for day in range(-40, 90) if list(phase.due(config, first + timedelta(days=day)))]
    assert days == list(range(last + 1))


def test_a_campaign_goes_to_those_it_concerns() -> None:
    one = world.using()
    unit = one.unit("omsorgen")
    assert unit and unit.manager
    both = tuple(
        each.model_copy(update={"communicator": unit.manager}) if each.id == "omsorgen" else each for each in one.units
    )
    config = one.model_copy(update={"units": both})

    def told(**changes: object) -> tuple[str, ...]:
        given = Campaign.model_validate({**world.CAMPAIGN.model_dump(), **changes})
        return phase.concerned(areas.of_campaign(given), {"kontot": world.ACCOUNT}, config)

    assert told() == ("skolkontoret", "omsorgen")
    assert told(units=("nasviksskolan",)) == told(accounts=("kontot",)) == ("skolkontoret",)
    assert told(units=("omsorgen",)) == ("omsorgen",)


@pytest.mark.parametrize("part", ["txt", "html"])
def test_golden(tmp_path: Path, part: str) -> None:
    year = world.made(tmp_path, 14, goals=GOALS)
    config = year.app.config
    receiver = config.receiver("kommunikator:skolkontoret")
    assert receiver
    made = letter(read(year, "skolkontoret"), b"%PDF", "utvardering-2026-skolkontoret.pdf", receiver, config)
    file = GOLDEN / f"evaluation.{part}"
    shown = f"Subject: {made.subject}\n\n{made.text}" if part == "txt" else made.html
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(shown, "utf-8")
    assert shown == file.read_text("utf-8")


def test_the_command_writes_a_folder_and_refuses_what_it_cannot(year: Year, tmp_path: Path) -> None:
    where = ["--config", str(SMABY), "--db", year.app.settings.database]
    out = tmp_path / "rapport"
    assert main(["evaluation", "--year", "2026", "--unit", "skolkontoret", "--out", str(out), *where]) == 0
    name = "utvardering-2026-skolkontoret"
    assert {one.name for one in out.iterdir()} == {f"{name}.html", f"{name}.pdf"}
    refused = {
        ("--year", "2026"): 2,
        ("--out", "x"): 2,
        ("--year", "2026", "--campaign", "x", "--out", "x"): 2,
        ("--campaign", "2026", "--out", "x"): 2,
        ("--year", "2026", "--unit", "finns-inte", "--out", "x"): 1,
        ("--year", "2026", "--out", str(out)): 1,
    }
    assert {wrong: main(["evaluation", *wrong, *where]) for wrong in refused} == refused
    assert main(["evaluation", "--send", *where]) == 0
