"""What is wrong between routes.toml and the rest is refused at load, with file, table, key and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.config import load
from pipelines.errors import ConfigError

DEPUTY = """
[[deputy]]
absent = "kommunikationschef"
deputy = "enhetschef:omsorgen"
first = 2026-12-20
last = 2027-01-06
"""
DUTY = """
[[duty]]
roster = "jour"
receiver = "enhetschef:omsorgen"
first = 2026-12-20
last = 2027-01-06
"""


def refused(folder: Path, added: str, name: str = "routes.toml") -> str:
    """What is said when `added` stands at the end of the file."""
    path = folder / name
    path.write_text(path.read_text("utf-8") + added, "utf-8")
    with pytest.raises(ConfigError) as error:
        load(folder)
    (problem,) = error.value.problems
    return problem


@pytest.mark.parametrize(
    ("added", "said"),
    [
        (
            DEPUTY + DEPUTY.replace("omsorgen", "smabyhus").replace("12-20", "12-31"),
            '[[deputy]] for "kommunikationschef", keys "first" and "last": enhetschef:omsorgen and enhetschef:smabyhus '
            "are both deputies on 2026-12-31. Let one end before the other begins.",
        ),
        (DEPUTY.replace("omsorgen", "okänd"), 'key "deputy": no [[receiver]] has the id "enhetschef:okänd". Add'),
        (DEPUTY.replace("kommunikationschef", "ingen"), 'key "absent": no [[receiver]] has the id "ingen". Add'),
        (DEPUTY.replace("enhetschef:omsorgen", "kommunikationschef"), "nobody is a deputy of their own"),
        (DEPUTY.replace("2027-01-06", "2026-12-19"), "`last` comes before `first`"),
        (DUTY + DUTY.replace("omsorgen", "smabyhus"), "are both on duty on 2026-12-20"),
        (DUTY.replace("omsorgen", "okänd"), '[[duty]] "jour", key "receiver"'),
        (DUTY.replace("jour", "kommunikationschef"), "a receiver is called so too"),
        ('[[route]]\nid = "x"\nto = ["jour"]\n', '[[route]] "x", key "to": no [[receiver]] has the id "jour". Add'),
        ('[[route]]\nid = "x"\n', "neither `to` nor routes of its own"),
        ('[[route]]\nid = "x"\n[[route.route]]\nid = "y"\nto = ["ingen"]\n', '[[route]] "y", key "to"'),
        ('[[route]]\nid = "x"\n[[route.route]]\nid = "kritik"\nto = ["unit"]\n', '"kritik", key "id": stands 2 times'),
        ('[[route]]\nid = "x"\nto = ["unit"]\nmatch = { spread = 1 }\n', 'key "spread"'),
        ('[[route]]\nid = "x"\nto = ["unit"]\nmatch = { severity = "grave" }\n', 'key "severity"'),
        ("[unit_receivers]\nquiet = { begins = 22:00:00, ends = 22:00:00 }\n", "the same time"),
    ],
)
def test_routes_that_cannot_be_are_refused(folder: Path, added: str, said: str) -> None:
    problem = refused(folder, added)
    assert problem.startswith(str(folder / "routes.toml"))
    assert said in problem


def test_deputies_who_follow_each_other_and_a_tree_are_taken(folder: Path) -> None:
    path = folder / "routes.toml"
    later = (
        DEPUTY.replace("omsorgen", "smabyhus").replace("2026-12-20", "2027-01-07").replace("2027-01-06", "2027-02-01")
    )
    tree = '[[route]]\nid = "x"\n[[route.route]]\nid = "y"\nto = ["jour"]\n'
    path.write_text(path.read_text("utf-8") + DEPUTY + later + DUTY + tree, "utf-8")
    config = load(folder)
    assert len(config.deputies) == 2
    assert config.routes[-1].route[0].to == ("jour",)


def test_who_is_accused_is_not_the_only_one_to_be_told(folder: Path) -> None:
    path = folder / "units.toml"
    path.write_text(path.read_text("utf-8").replace("vd@smabyhus.example", "kommunikationschef@smaby.example"), "utf-8")
    assert 'key "hr": the manager of the unit "smabyhus" is the root too' in refused(folder, "")
    routes = folder / "routes.toml"
    hr = '[[receiver]]\nid = "hr"\ntitle = "HR-chef"\naddress = "hr@smaby.example"\n'
    routes.write_text('hr = "hr"\n' + routes.read_text("utf-8") + hr, "utf-8")
    assert load(folder).hr == "hr"


def test_what_always_passes_is_a_category(folder: Path) -> None:
    said = refused(folder, '\n[alerts]\nalways = ["hot"]\n', "municipality.toml")
    assert said.startswith(str(folder / "municipality.toml"))
    assert '[alerts], key "always": "hot" is no [[category]]' in said
