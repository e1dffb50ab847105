"""Ten flags as a manager reads them, and what a bad and a good rule would have done. Part of `make prove-signals`."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipelines.bootstrap import App, build
from pipelines.config.schema import Config
from pipelines.correct import correct
from pipelines.correction import Verdict
from pipelines.enrich.assess import Assessor
from pipelines.notify import wording
from pipelines.notify.lines import line
from pipelines.settings import Settings
from pipelines.types import Assessment, Entry, Flag, Kind
from tests.builders import EVERYTHING, NOW, item, told
from tests.prove.plain import server
from tests.prove.table import Table, run

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "config" / "botkyrka"
POSTS: tuple[tuple[Kind, str, str], ...] = (
    ("microblog", "", "Rektorn på Fittjaskolan ska få en kniv i magen på fredag, vänta bara"),
    ("social", "", "Ingen pratar med Noelia i 7B på Falkbergsskolan från och med i dag. Sprid det. Hon är äcklig 😂"),
    ("forum", "", "Jag orkar inte leva längre. Sitter utanför Tumba gymnasium och vet inte vart jag ska ta vägen."),
    (
        "social",
        "",
        "Min son har blivit slagen och kallad bög varje dag i fyra månader på Storvretsskolan. Ingen agerar.",
    ),
    ("microblog", "", "Säljer braj och tramadol vid Alby T ikväll, 100 kr grammet, dm på snap"),
    (
        "social",
        "",
        "Handläggaren på socialtjänsten i Botkyrka bor på Påhittade vägen 4, nummer 070-174 06 21. Hälsa på.",
    ),
    ("news", "Inbrott på Tullinge bibliotek", "Tjuvar bröt upp bakdörren i natt och tog datorer, uppger polisen."),
    ("video", "Bråket utanför Fittjaskolan", "haha kolla när han blir nersparkad, bästa klippet, dela vidare 😂"),
    ("social", "", "Jag jobbar på Silverkronan. Vår enhetschef slår de boende och vi är rädda att säga något."),
    ("blog", "", "Zigenarna i Fittja är ohyra och ska köras ut härifrån"),
)
"""Invented; each raises at least one flag."""
BAD = """
[[rule]]
id = "threat-anything-violent"
category = "threat"
role = "report"
all = ['re:(?i)(?:hot|skjut|slag|bomb|våld)']
reason = "Texten har ett ord som påminner om våld: {evidence}."
"""
GOOD = """
[[rule]]
id = "vandalism-of-windows"
category = "crime"
role = "report"
all = [
  're:(?i)\\b(?:rut(?:a|or|an|orna)|fönst(?:er|ret|ren))\\b',
  're:(?i)\\b(?:krossa(?:d|de|t|ts|des)|inslag(?:en|na)|sönderslag(?:en|na))\\b',
]
within = 40
type = "vandalism"
confidence = 0.75
reason = "Texten berättar om krossade rutor: {evidence}."
"""
RULES: tuple[tuple[str, str, Verdict], ...] = (("bad", BAD, "not-flag"), ("good", GOOD, "is-flag"))
"""Each with what a person says of the first text that it fires on."""
FACTOR = 3
"""Times as many texts a bad rule must at least fire on as a good one: else neither shows anything."""


def show(table: Table, config: Config, assessor: Assessor) -> None:
    _flags(table, config, assessor)
    _backtests(table)


def _flags(table: Table, config: Config, assessor: Assessor) -> None:
    print("\nTen flags, as a manager reads them after login\n")
    silent = []
    for number, (kind, title, text) in enumerate(POSTS):
        entry = Entry(f"p{number}", config.sources[0].id, f"p{number}", kind, None, title, text, published=NOW)
        given = assessor.assess(entry)
        if not given.flags:
            silent.append(text)
        print(f"«{' | '.join(part for part in (title, text) if part)}» ({wording.KINDS[kind]})")
        for shown in _read(entry, given, config):
            print(f"    {shown}")
        print()
    table.row("posts shown, each with its flag and why", len(POSTS), holds=not silent)


def _read(entry: Entry, given: Assessment, config: Config) -> Iterator[str]:
    categories = {category.id: category for category in config.categories}
    steps = {step.id: step.name for step in config.severity_steps}
    for flag in given.flags:
        category = categories[flag.category]
        yield f"{category.name} {wording.ROLES[flag.role]}, säkerhet {flag.confidence * 100:.0f} %. {flag.reason}"
        yield f"  Ord i texten: {_marked(flag)}"
        moved = ", ".join(steps[step] for step in flag.steps) or "inga steg"
        yield f"  Allvar: {wording.SEVERITIES[flag.severity]} (från {wording.SEVERITIES[category.severity]}; {moved})"
        if flag.target in wording.TARGETS:
            yield f"  Gäller: {wording.TARGETS[flag.target]}"
    for rule in config.alert_rules:
        if rule.id in given.alert_reasons:
            yield f"Larm: {rule.name}"
    mailed = line((told(item(entry, **_kept(given)), given.flags[0].category),), config) if given.flags else None
    if mailed:
        yield from (f"Lag: {law}" for law in mailed.law)
        yield from (f"Gör först: {routine}" for routine in mailed.routine)
        yield from (f"Hjälp: {number}" for number in mailed.help_lines)
        yield from mailed.cautions


def _kept(given: Assessment) -> dict[str, object]:
    names = ("units", "places", "tone", "stance", "intent", "flags", "alert", "alert_reasons")
    return {name: getattr(given, name) for name in (*names, "by_employee", "about_management")}


def _marked(flag: Flag) -> str:
    return ", ".join(f"”{span.text}” ({span.start}–{span.end})" for span in flag.evidence) or "inga"


def _backtests(table: Table) -> None:
    """`rules backtest` as one calls it, on the month of the sample world, collected and understood by the commands."""
    with tempfile.TemporaryDirectory(prefix="mediebevakning-") as place:
        var = Path(place)
        environment = os.environ | {"MEDIEBEVAKNING_VAR": str(var), "MEDIEBEVAKNING_OVERLAY": str(var / "config")}
        web = [sys.executable, "-m", "sample.server", "--port", "0", "--state-dir", str(var / "sample")]
        with server(web, ROOT, environment) as port:
            ports = ["--web-port", str(port), "--smtp-port", "9"]
            _ours(environment, "sample.overlay", str(var / "config"), *ports)
            for command in ("collect", "enrich"):
                _ours(environment, "pipelines.cli", command)
        fired = {}
        app = build(Settings(CONFIG, var, f"sqlite:///{var / 'mediebevakning.db'}", overlay=var / "config"))
        for name, rule, verdict in RULES:
            fired[name] = _backtest(table, app, name, rule, verdict, environment)
        app.engine.dispose()
        holds = fired["bad"] > FACTOR * fired["good"] > 0
        table.row(
            "the bad rule shows itself before it is saved", f"{fired['bad']} against {fired['good']}", holds=holds
        )


def _backtest(table: Table, app: App, name: str, rule: str, verdict: Verdict, environment: Mapping[str, str]) -> int:
    """What the rule would have done, after a person has said of the first text what they think; how often it fires."""
    folder = app.settings.var / name
    folder.mkdir()
    present = (CONFIG / "rules.toml").read_text("utf-8")
    (folder / "rules.toml").write_text(present.replace("[[alert]]", f"{rule}\n[[alert]]", 1), "utf-8")
    asked = ("pipelines.cli", "rules", "backtest", "--file", str(folder), "--days", "60")
    (before,) = json.loads(_ours(environment, *asked, "--json"))
    if before["entries"]:
        correct(app, EVERYTHING, before["entries"][0]["id"], verdict, before["category"], "en chef")
    print(f"\nBack-test of a {name} rule: mediebevakning rules backtest --file {name} --days 60\n")
    _say(_ours(environment, *asked))
    (after,) = json.loads(_ours(environment, *asked, "--json"))
    said = after["corrected_wrong"] + after["confirmed_right"]
    seen = f"fires on {after['fired']} of {after['texts']} texts, {after['per_1000']} per 1,000; a person judged {said}"
    table.row(f"back-test of a {name} rule", seen, holds=said == 1)
    return int(after["fired"])


def _ours(environment: Mapping[str, str], *arguments: str) -> str:
    done = run([sys.executable, "-m", *arguments], ROOT, environment)
    if done.code:
        raise SystemExit(f"{' '.join(arguments)}: exit {done.code}")
    return done.output


def _say(output: str, most: int = 14) -> None:
    """A table's head and the first rows, and the line that sums it up."""
    lines = output.rstrip().splitlines()
    shown = lines if len(lines) <= most else [*lines[: most - 2], f"… {len(lines) - most + 1} more", lines[-1]]
    for one in shown:
        print(f"    {one[:170]}")
