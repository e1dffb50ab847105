from __future__ import annotations

import json
from pathlib import Path

import pytest

from sentiment import ablate
from sentiment.coefficients import shipped

ROWS = [
    {"source": "social", "title": "", "text": "Tack för att ni inte är dåliga", "tone": "positive"},
    {"source": "review", "title": "Badet", "text": "Vattnet är verkligen inte trevligt", "tone": "negative"},
    {"source": "forum", "title": "", "text": "Mötet är på tisdag i biblioteket", "tone": "neutral"},
    {"source": "forum", "title": "", "text": "Nobody answers the phone at the town hall", "tone": "negative"},
    {"source": "forum", "title": "", "text": "Ingen svarar i växeln", "tone": "negative", "split": "held-out"},
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "posts.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in ROWS), "utf-8")
    return path


def test_held_out_and_foreign_rows_are_left_out(file: Path) -> None:
    assert len(ablate.read(file, "microblog")) == 3


def test_a_rule_that_is_left_out_costs_what_it_brought(file: Path) -> None:
    judged = [one for one in ablate.read(file, "microblog") if "negated+" in one.totals]
    assert ablate.figure(judged) > ablate.figure(judged, ablate.RULES["negation of praise"])


def test_every_rule_is_a_rule_of_the_analyzer_and_every_feature_of_it_is_in_one() -> None:
    features = [feature for rule in ablate.RULES.values() for feature in rule]
    assert len(features) == len(set(features))
    assert set(shipped().weights) - set(features) == {"word+", "word-"}


def test_the_table_has_a_line_for_each_rule(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ablate.main([f"forum={file}"])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 + len(ablate.RULES)
