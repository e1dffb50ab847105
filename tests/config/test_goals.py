"""goals.toml and the communicators of units.toml: taken whole, or refused with file, table, key and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.config import load
from pipelines.errors import ConfigError

GOAL = """
[[goals]]
id = "svar"
name = "Frågor får svar"
measure = "questions-in-time"
direction = "at-least"
target = 90
year = 2027
set_on = 2026-12-01
"""
CAMPAIGN = """
[[campaigns]]
id = "vinter"
name = "Vinter"
first = 2026-11-01
last = 2026-11-30
words = "snö OR enhet:omsorgskontoret"
"""


def problems(folder: Path, goals: str, *, units: tuple[str, str] | None = None) -> list[str]:
    (folder / "goals.toml").write_text(goals, "utf-8")
    if units:
        path = folder / "units.toml"
        path.write_text(path.read_text("utf-8").replace(*units, 1), "utf-8")
    with pytest.raises(ConfigError) as refused:
        load(folder)
    return refused.value.problems


def test_goals_and_campaigns_are_taken_and_the_communicator_is_a_receiver(folder: Path) -> None:
    (folder / "goals.toml").write_text(GOAL + CAMPAIGN, "utf-8")
    config = load(folder)
    assert ([one.id for one in config.goals], [one.id for one in config.campaigns]) == (["svar"], ["vinter"])
    receiver = config.receiver("kommunikator:skolkontoret")
    assert receiver and (receiver.digest, receiver.title) == ("never", "Kommunikatör, Skolkontoret")
    assert set(receiver.units) == {"skolkontoret", "nasviksskolan", "smaby-bibliotek"}


@pytest.mark.parametrize(
    ("goals", "told"),
    [
        (GOAL.replace("questions-in-time", "happiness"), ('[[goals]] "svar"', '"measure"', "Mend the value")),
        (GOAL + GOAL, ('[[goals]] "svar"', '"id"', "stands 2 times")),
        (GOAL.replace("year = 2027", 'campaign = "x"'), ('"campaign"', 'no [[campaigns]] has the id "x"')),
        (GOAL + 'unit = "x"', ('"unit"', 'no unit has the id "x"')),
        (GOAL.replace("year = 2027\n", ""), ("name one of `year` and `campaign`",)),
        (GOAL + "mal = 1", ("unknown key", "docs/konfiguration.md")),
        (CAMPAIGN.replace("snö OR", "snö OR ("), ('[[campaigns]] "vinter"', '"words"', "never closed", "sokning.md")),
        (CAMPAIGN.replace("omsorgskontoret", "finnsinte"), ('"words"', "no enhet is named")),
        (CAMPAIGN + 'units = ["x"]', ('"units"', 'no unit has the id "x"')),
        (CAMPAIGN.replace("2026-11-30", "2026-10-30"), ("`last` comes before `first`",)),
        (CAMPAIGN.replace('"vinter"', '"2026"'), ("digits alone would be a year",)),
        ("\n".join(CAMPAIGN.splitlines()[:-1]), ("neither `words`, `accounts` nor `units`",)),
    ],
)
def test_what_cannot_be_is_refused_by_name(folder: Path, goals: str, told: tuple[str, ...]) -> None:
    (problem,) = problems(folder, goals)
    assert problem.startswith(str(folder / "goals.toml"))
    assert all(words in problem for words in told), problem


def test_a_communicator_is_a_whole_department_s(folder: Path) -> None:
    unit = (
        'parent = "skolkontoret"',
        'parent = "skolkontoret"\ncommunicator = { title = "K", address = "k@x.example" }',
    )
    (problem,) = problems(folder, "", units=unit)
    assert "units.toml" in problem and '"nasviksskolan"' in problem and "whole department" in problem
