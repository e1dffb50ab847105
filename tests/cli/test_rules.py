"""rules backtest: what a rule would have flagged of what is stored, before it is let loose."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.backtest import backtest
from pipelines.bootstrap import App
from pipelines.cli import main
from pipelines.correct import correct
from pipelines.store import entries
from tests import builders
from tests.builders import EVERYTHING, NOW, SMABY, entry, item, smaby

BAD = """
[[rule]]
id = "snow"
category = "crime"
role = "report"
all = ['re:(?i)gångväg']
reason = "Snö är inget brott: {evidence}."
"""
HIT = "Min kollega blir mobbad varje dag i Småby."


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    monkeypatch.setenv("MEDIEBEVAKNING_VAR", str(tmp_path / "var"))
    made = builders.app(tmp_path)
    posts = [entry("e1", kind="forum", text=HIT), entry("e2"), entry("e3", kind="forum", text="Han blev mobbad. Nej.")]
    posts.append(entry("old", kind="forum", text=HIT, published=NOW - timedelta(days=40)))
    builders.save(made, [item(post) for post in posts])
    return made


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """A folder with a rules.toml that has one rule more."""
    folder = tmp_path / "changed"
    folder.mkdir()
    rules = (SMABY / "rules.toml").read_text("utf-8")
    (folder / "rules.toml").write_text(rules.replace("[[alert]]", BAD + "\n[[alert]]", 1), "utf-8")
    return folder


def call(capsys: pytest.CaptureFixture[str], app: App, *arguments: str, code: int = 0) -> str:
    capsys.readouterr()
    where = ("--days", "3650", "--config", str(SMABY), "--db", app.settings.database)
    assert main(["rules", "backtest", *arguments, *where]) == code
    captured = capsys.readouterr()
    return captured.out if code == 0 else captured.err


def test_a_rule_of_the_configuration(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    correct(app, EVERYTHING, "e1", "is-flag", "bullying", "anna")
    correct(app, EVERYTHING, "e3", "not-flag", "bullying", "anna")
    (told,) = json.loads(call(capsys, app, "bullied", "--json"))
    counts = {key: told[key] for key in ("texts", "fired", "new", "corrected_wrong", "confirmed_right", "per_1000")}
    assert counts == {
        "texts": 4,
        "fired": 3,
        "new": 0,
        "corrected_wrong": 1,
        "confirmed_right": 1,
        "per_1000": 750.0,
    }
    assert {one["id"]: one["judged"] for one in told["entries"]} == {"e1": "right", "e3": "wrong", "old": None}
    assert HIT not in json.dumps(told, ensure_ascii=False)
    table = call(capsys, app, "bullied")
    assert HIT in table and "fired on 3 of 4 texts in 3650 days: 750.0 per 1,000; 2 about us, 0 new" in table


def test_the_changed_rules_of_a_file(app: App, changed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (told,) = json.loads(call(capsys, app, "--file", str(changed), "--json"))
    assert (told["rule"], told["fired"], told["new"]) == ("snow", 4, 4)  # the headline of all names a footpath
    assert json.loads(call(capsys, app, "snow", "--file", str(changed / "rules.toml"), "--json"))[0]["fired"] == 4
    assert json.loads(call(capsys, app, "--file", str(SMABY), "--json")) == []


def test_only_the_last_days_count(app: App) -> None:
    rule = next(rule for rule in smaby().rules if rule.id == "bullied")
    assert [one.id for one in backtest(app, rule, smaby(), 30).fired] == ["e1", "e3"]
    assert backtest(app, rule, smaby(), 1).texts == 3


def test_a_text_that_is_not_kept_is_not_shown_and_is_counted(app: App) -> None:
    unkept = smaby().sources[0].model_copy(update={"id": "unkept", "keeps_text": False})
    using = replace(app, config=builders.config(sources=(*smaby().sources, unkept)))
    with app.engine.begin() as connection:
        entries.save(connection, [entry("u", source_id="unkept", title=HIT, text="")], NOW, silent=False)
    rule = next(rule for rule in smaby().rules if rule.id == "bullied")
    made = backtest(using, rule, using.config, 30)
    assert made.unreadable == 1
    assert {one.id: one.excerpt is None for one in made.fired} == {"u": True, "e1": False, "e3": False}


def test_what_cannot_be_tried_is_said_with_a_remedy(
    app: App, changed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "no rule has the id «bullied-x». Alike: bullied." in call(capsys, app, "bullied-x", code=2)
    assert "rules.toml" in call(capsys, app, "zzz", code=2)
    assert "name a rule" in call(capsys, app, code=2)
    assert "holds no rules.toml" in call(capsys, app, "--file", str(tmp_path), code=2)
    path = changed / "rules.toml"
    path.write_text(path.read_text("utf-8").replace("re:(?i)gångväg", "re:("), "utf-8")
    refused = call(capsys, app, "--file", str(changed), code=1)
    assert str(path) in refused and '[[rule]] "snow", key "all"' in refused
    with pytest.raises(SystemExit):
        main(["rules", "backtest", "bullied", "--days", "0"])
