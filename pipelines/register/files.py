"""The register as a file: TOML and CSV in and out, JSON out. Strict: what is wrong is told by line and key. Pure."""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import ValidationError

from pipelines.config import toml
from pipelines.config.schema import Config
from pipelines.register import rules
from pipelines.register.official import FIELDS, Official
from pipelines.register.plan import shown
from pipelines.register.words import words

FORMATS = ("toml", "csv", "json")
READABLE = ("toml", "csv")
HEAD = re.compile(r"^\s*\[\[\s*account\s*\]\]", re.MULTILINE)
SEPARATOR = "; "
"""Between administrators, in a cell of CSV."""
REMEDIES: Mapping[str, str] = {
    "unknown-receiver": "no receiver has that id. Name one of routes.toml, or enhetschef:UNIT",
    "unknown-unit": "no unit has that id. Name one of units.toml, or leave it out",
    "not-own": "no source with own = true has that id. Mend sources.toml, or leave it out",
    "not-its-feed": "no source, or one that brings more than the account's own posts. Name another, or leave it out",
    "future": "the day is still to come. Write today's or an earlier one",
    "order": "closed before it was opened. Mend one of the days",
    "twice": "another open account has the same. Take one of them out, or close it",
}


def read(text: str, form: str, name: str) -> tuple[tuple[tuple[int, Official], ...], tuple[str, ...]]:
    """The accounts of a file in one of READABLE, each with its line, and what is wrong with the rest.

    name: of the file, for what is wrong. An account that is told to be wrong is not among the first.
    """
    found: list[tuple[int, Official]] = []
    problems: list[str] = []
    try:
        rows = list(_toml(text) if form == "toml" else _csv(text))
    except (tomllib.TOMLDecodeError, csv.Error, ValueError) as error:
        return (), (f"{name}: {error}. Mend the line.",)
    for line, row in rows:
        try:
            found.append((line, Official.model_validate(row)))
        except ValidationError as error:
            problems += [f'{name}, line {line}, key "{_key(one["loc"])}": {_why(one)}.' for one in error.errors()]
    lines: dict[str, int] = {}
    for line, one in found:
        if one.id in lines:
            problems.append(
                f'{name}, line {line}, key "id": «{one.id}» stands on line {lines[one.id]} too. Rename one.'
            )
        lines.setdefault(one.id, line)
    return tuple(found), tuple(problems)


def check(
    given: Iterable[tuple[int, Official]], kept: Iterable[Official], config: Config, today: date, name: str
) -> Iterator[str]:
    """What the rules refuse of accounts that have been read, beside those that are kept already."""
    rows = tuple(given)
    whole = {one.id: one for one in kept} | {one.id: one for _, one in rows}
    for line, one in rows:
        for problem in rules.wrong(one, whole.values(), config, today):
            yield f'{name}, line {line}, key "{problem.key}": {REMEDIES[problem.why]}.'


def as_toml(accounts: Iterable[Official]) -> str:
    """What `read` reads as the same."""
    rows = [{key: value for key, value in one.model_dump().items() if value not in (None, "", ())} for one in accounts]
    return toml.document({"account": rows}) if rows else ""


def as_csv(accounts: Iterable[Official]) -> str:
    """What `read` reads as the same: a column for each field, semicolons between them."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(FIELDS)
    for one in accounts:
        row = one.model_dump(mode="json")
        row["administrators"] = SEPARATOR.join(one.administrators)
        writer.writerow(["" if row[key] is None else row[key] for key in FIELDS])
    return written.getvalue()


def as_json(accounts: Iterable[Official]) -> str:
    return json.dumps({"accounts": [one.model_dump(mode="json") for one in accounts]}, ensure_ascii=False, indent=2)


def public_rows(accounts: Iterable[Official], keys: Sequence[str], config: Config) -> Iterator[list[str]]:
    """A table for a spreadsheet under a Swedish head, with names in place of ids."""
    yield [str(words()["field"][key]) for key in keys]
    for one in accounts:
        yield [shown(one, key, config) for key in keys]


def _toml(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    tables = tomllib.loads(text)
    rows = tables.pop("account", [])
    if tables:
        raise ValueError(f"«{next(iter(tables))}» is not known here. Write [[account]] before each account")
    lines = [text.count("\n", 0, one.end()) + 1 for one in HEAD.finditer(text)]
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows) or len(lines) != len(rows):
        raise ValueError("accounts are not written one by one. Write [[account]] on a line of its own before each")
    yield from zip(lines, rows, strict=True)


def _csv(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    head = next(reader, [])
    if unknown := [name for name in head if name not in FIELDS or head.count(name) > 1]:
        raise ValueError(f"line 1: unknown or repeated columns {unknown}. They are {', '.join(FIELDS)}")
    for row in reader:
        if not any(row):
            continue
        if len(row) != len(head):
            raise ValueError(f"line {reader.line_num}: {len(row)} cells under {len(head)} columns")
        filled: dict[str, Any] = {key: cell for key, cell in zip(head, row, strict=True) if cell}
        if "administrators" in filled:
            filled["administrators"] = [name for part in filled["administrators"].split(";") if (name := part.strip())]
        yield reader.line_num, filled


def _key(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in loc) or "account"


def _why(detail: Mapping[str, Any]) -> str:
    match detail["type"]:
        case "extra_forbidden":
            return f"unknown key. The keys are {', '.join(FIELDS)}"
        case "missing":
            return "the key is missing. Add it"
    message = str(detail["msg"]).removeprefix("Value error, ")
    return f"{message[:1].lower()}{message[1:]} (it says {detail['input']!r}). Mend the value"
