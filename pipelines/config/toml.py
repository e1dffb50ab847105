"""Tables written as TOML, so that tomllib reads the same values again. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, time

BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def document(tables: Mapping[str, object]) -> str:
    """A whole file: lists of tables as [[…]], tables as […], everything else a line."""
    return "\n\n".join("\n".join(part) for part in _parts(tables, ()) if part) + "\n"


def _parts(table: Mapping[str, object], path: tuple[str, ...], head: str = "") -> Iterator[list[str]]:
    """The table's own lines, then each table in it: TOML has no way back to the one outside."""
    inner = {name: part for name, part in table.items() if isinstance(part, Mapping) or _is_list_of_tables(part)}
    yield [head] * bool(head) + [f"{key(name)} = {value(part)}" for name, part in table.items() if name not in inner]
    for name, part in inner.items():
        here = (*path, key(name))
        if isinstance(part, Mapping):
            yield from _parts(part, here, f"[{'.'.join(here)}]")
        elif isinstance(part, list | tuple):
            for one in part:
                yield from _parts(one, here, f"[[{'.'.join(here)}]]")


def _is_list_of_tables(given: object) -> bool:
    return isinstance(given, list | tuple) and bool(given) and all(isinstance(one, Mapping) for one in given)


def key(name: str) -> str:
    """Bare where TOML lets it be."""
    return name if BARE_KEY.fullmatch(name) else _string(name)


def value(given: object) -> str:
    """On one line. Raises TypeError for what TOML cannot say."""
    match given:
        case bool():
            return "true" if given else "false"
        case int() | float():
            return repr(given)
        case str():
            return _string(given)
        case date() | time():  # a datetime is a date too
            return given.isoformat()
        case Mapping():
            inside = ", ".join(f"{key(str(name))} = {value(part)}" for name, part in given.items())
            return f"{{ {inside} }}" if inside else "{}"
        case list() | tuple():
            return f"[{', '.join(map(value, given))}]"
    raise TypeError(f"{type(given).__name__} has no TOML form")


def _string(text: str) -> str:
    """A basic string; JSON writes the same escapes, but leaves DEL (U+007F), which TOML forbids."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
