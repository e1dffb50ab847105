"""Sources as rows that others can read: TOML and JSON without loss, OPML for feed readers. Pure."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable
from unicodedata import normalize
from urllib.parse import urlsplit

from pydantic import ValidationError

from pipelines.collect import opml
from pipelines.config import toml
from pipelines.config.schema import Source
from pipelines.errors import UserError
from pipelines.types import Kind

FORMATS = ("opml", "toml", "json")
LONGEST_ID = 64


def as_row(source: Source) -> dict[str, object]:
    """What the row in sources.toml says: whatever is not as it is by default."""
    return source.model_dump(mode="json", exclude_defaults=True)


def as_toml(sources: Iterable[Source]) -> str:
    """[[source]] tables."""
    tables = [
        "[[source]]\n" + "".join(f"{toml.key(key)} = {toml.value(value)}\n" for key, value in as_row(source).items())
        for source in sources
    ]
    return "\n".join(tables) or "source = []\n"


def as_json(sources: Iterable[Source]) -> str:
    return json.dumps({"source": [as_row(source) for source in sources]}, ensure_ascii=False, indent=2) + "\n"


def read(text: str, form: str, kind: Kind, taken: Iterable[str]) -> tuple[tuple[Source, ...], tuple[str, ...]]:
    """The sources in `text`, and a line for each row that is none.

    `kind` is that of feeds of which OPML says none; `taken` are ids that a new row must not get.
    Raises UserError where the text is not of that form at all.
    """
    taken, found, refused = set(taken), [], []
    for row in _rows(text, form, kind):
        if "id" not in row:
            row["id"] = new_id(str(row.get("name", "")), str(row.get("url", "")), taken)
        try:
            source = Source.model_validate(row)
        except ValidationError as error:
            detail = error.errors()[0]
            where = ".".join(map(str, detail["loc"]))
            refused.append(f"«{row.get('name') or row['id']}»: {where}: {detail['msg'].removeprefix('Value error, ')}")
        else:
            taken.add(source.id)
            found.append(source)
    return tuple(found), tuple(refused)


def new_id(name: str, url: str, taken: Iterable[str]) -> str:
    """An id that says what it is, and is not taken: "Småbybladet" -> "smabybladet"."""
    plain = normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    made = "-".join(re.findall(r"[a-z0-9]+", plain)) or "-".join(re.findall(r"[a-z0-9]+", _host(url))) or "flode"
    made = made[: LONGEST_ID - 6].strip("-")
    used = set(taken)
    return next(
        candidate for number in range(1, len(used) + 3) if (candidate := made + f"-{number}" * (number > 1)) not in used
    )


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _rows(text: str, form: str, kind: Kind) -> list[dict[str, object]]:
    try:
        given: object = opml.read(text, kind) if form == "opml" else _tables(text, form)
    except (tomllib.TOMLDecodeError, json.JSONDecodeError, opml.NotOpmlError, RecursionError) as error:
        raise UserError(f"the file is not {form.upper()}: {error}. Export it anew, or mend it.") from error
    if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
        raise UserError("the file has no list named «source». Write one table for each source, as in sources.toml.")
    return [dict(row) for row in given]


def _tables(text: str, form: str) -> object:
    whole = tomllib.loads(text) if form == "toml" else json.loads(text)
    return whole.get("source") if isinstance(whole, dict) else whole
