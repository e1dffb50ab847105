"""rules backtest: what a rule would have done, before it is let loose."""

from __future__ import annotations

from argparse import Namespace
from difflib import get_close_matches
from pathlib import Path

from pipelines import config as configuration
from pipelines.backtest import Backtest, backtest, changed
from pipelines.cli.phases import app
from pipelines.cli.show import print_json, table
from pipelines.config import Config
from pipelines.config.schema import Rule
from pipelines.errors import WrongCall


def tried(called: Namespace) -> int:
    """One rule of the configuration, one of another rules.toml, or all that are new or changed there."""
    if called.id is None and called.file is None:
        raise WrongCall("name a rule, or a folder with a changed rules.toml: --file DIR")
    built = app(called)
    wanted = built.config if called.file is None else _wanted(built.settings.config, Path(called.file))
    chosen = changed(built.config, wanted) if called.id is None else (_rule(wanted, called.id),)
    results = [backtest(built, rule, wanted, called.days) for rule in chosen]
    if called.json:
        print_json([one.as_json() for one in results])
    else:
        for one in results:
            _print(one)
        if not results:
            print("No rule is new or changed.")
    return 0


def _wanted(present: Path, folder: Path) -> Config:
    folder = folder.parent if folder.name == "rules.toml" else folder
    if not (folder / "rules.toml").is_file():
        raise WrongCall(f"{folder} holds no rules.toml. Copy {present / 'rules.toml'} there and change it.")
    return configuration.load(present, folder)


def _rule(config: Config, id: str) -> Rule:
    found = next((rule for rule in config.rules if rule.id == id), None)
    if found is None:
        near = ", ".join(get_close_matches(id, [rule.id for rule in config.rules]))
        raise WrongCall(
            f"no rule has the id «{id}». " + (f"Alike: {near}." if near else "The ids stand in rules.toml.")
        )
    return found


def _print(one: Backtest) -> None:
    print(f"{one.rule} ({one.category})")
    heads = ("post", "at", "source", "about us", "new", "said", "text")
    if one.fired:
        table(
            heads,
            (
                (
                    fired.id,
                    f"{fired.date:%Y-%m-%d}",
                    fired.source,
                    "yes" if fired.about else "",
                    "yes" if fired.new else "",
                    fired.judged,
                    fired.excerpt if fired.excerpt is not None else "(not kept)",
                )
                for fired in one.fired
            ),
        )
    said = one.figures
    print(
        f"fired on {said['fired']} of {said['texts']} texts in {one.days} days: {said['per_1000']} per 1,000; "
        f"{said['about']} about us, {said['new']} new against the present rules; "
        f"a person has said wrong of {said['corrected_wrong']}, right of {said['confirmed_right']}"
    )
    if one.unreadable:
        print(f"{one.unreadable} of the texts are kept as headlines only: on those the rule may fire more often")
