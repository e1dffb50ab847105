"""The policy, row by row: part of `make prove-duties`. docs/policy.toml says where each demand lives, and each place is
looked for here. Alone (`python -m tests.prove.duties_policy`) it writes docs/policy.md from it."""

from __future__ import annotations

import ast
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from fastapi.routing import APIRoute

from dashboards.app import build_app
from pipelines.cli.parser import parser
from pipelines.settings import ROOT
from tests import builders
from tests.prove.table import Table

SOURCE, TARGET = ROOT / "docs" / "policy.toml", ROOT / "docs" / "policy.md"
ASKED = (
    *(f"W{n}" for n in range(1, 6)),
    *(f"D{n}" for n in range(1, 8)),
    *(f"F{n}" for n in range(1, 6)),
    *(f"K{n}" for n in range(1, 8)),
)
"""Every row of the policy; what follows of it and of the law stands after them."""
KEYS = {"id", "page", "asked", "how", "not", "modules", "routes", "commands", "tests", "shown"}
HEAD = """# Policyn för sociala medier, rad för rad

Vad policyn begär, i egna ord; hur tjänsten gör det; vad den inte gör. Sidorna är policyns. Tabellen görs ur
[policy.toml](policy.toml), och `make prove-duties` letar upp varje fil, sida, kommando och prov som nämns.
"""
Row = Mapping[str, Any]


def show(table: Table) -> None:
    found = rows()
    lacking = sorted(set(ASKED) - {row["id"] for row in found})
    table.row("rows of the policy without a line", lacking, holds=not lacking)
    for row in found:
        wrong = list(problems(row))
        told = ", ".join(f"{len(row[key])} {key}" for key in ("modules", "routes", "tests", "shown"))
        table.row(f"{row['id']}: {row['asked']}"[:90], "; ".join(wrong) or told, holds=not wrong)
    table.row("docs/policy.md is made of it", TARGET.name, holds=TARGET.read_text("utf-8") == page(found))
    honest = sum("not" in row for row in found)
    table.figure("policy", {"rows": len(found), "with what is not done": honest, "lacking": len(lacking)})


def rows() -> tuple[Row, ...]:
    return tuple(tomllib.loads(SOURCE.read_text("utf-8"))["row"])


def problems(row: Row) -> Iterator[str]:
    """What the row names and there is not; and what it does not name."""
    yield from (f"unknown key {key}" for key in row.keys() - KEYS)
    for key in ("modules", "tests", "shown"):
        if not row[key]:
            yield f"names no {key}"
    yield from (f"no file {path}" for path in (*row["modules"], *row["shown"]) if not (ROOT / path).is_file())
    yield from (f"no page {path}" for path in row["routes"] if path not in _routes())
    yield from (f"no command {name}" for name in row.get("commands", ()) if name not in _commands())
    for node in row["tests"]:
        path, _, name = node.partition("::")
        if name not in _tests(path):
            yield f"no test {node}"


def page(found: Sequence[Row]) -> str:
    """The table as people read it."""
    return HEAD + "".join(f"\n{part}" for row in found for part in _told(row))


def _told(row: Row) -> Iterator[str]:
    where = f"sidan {row['page']}" if row["id"] in ASKED else row["page"]
    yield f"## {row['id']} ({where})\n"
    yield f"**{row['asked']}** {row['how']}\n"
    if "not" in row:
        yield f"Görs inte: {row['not']}\n"
    places = (*row["routes"], *(f"mediebevakning {name}" for name in row.get("commands", ())))
    lines = [f"- Kod: {_names(row['modules'])}"]
    lines += [f"- Sidor och kommandon: {', '.join(f'`{place}`' for place in places)}"] if places else []
    lines += [f"- Prov: {', '.join(f'`{node}`' for node in row['tests'])}", f"- Att titta på: {_names(row['shown'])}"]
    yield "\n".join(lines) + "\n"


def _names(paths: Sequence[str]) -> str:
    return ", ".join(f"[{path}](../{path})" for path in paths)


@cache
def _tests(path: str) -> frozenset[str]:
    """Names of the test functions in a file; none where there is no such file."""
    if not (ROOT / path).is_file():
        return frozenset()
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return frozenset(one.name for one in tree.body if isinstance(one, ast.FunctionDef))


@cache
def _routes() -> frozenset[str]:
    with tempfile.TemporaryDirectory() as folder:
        app = builders.app(Path(folder))
        found = frozenset(one.path for one in build_app(app).routes if isinstance(one, APIRoute))
        app.engine.dispose()
    return found


@cache
def _commands() -> frozenset[str]:
    return frozenset(
        name for action in parser()._actions if isinstance(action.choices, dict) for name in action.choices
    )


if __name__ == "__main__":
    TARGET.write_text(page(rows()), "utf-8")
