"""assess, parse, eval, train: files in, JSON out; a database for the corrections of `train` alone."""

from __future__ import annotations

import json
import os
import re
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from io import BufferedIOBase
from pathlib import Path
from typing import get_args

from pipelines import config as configuration
from pipelines import settings
from pipelines.cli.show import print_json
from pipelines.config import Config
from pipelines.errors import UserError, WrongCall
from pipelines.types import Entry, Kind

HELD_OUT = "held-out"
AT_HAND = 1 << 16
"""Bytes of the input that are taken at once."""
SURROGATE = re.compile(r"[\ud800-\udfff]")


def _config(called: Namespace) -> Config:
    found = settings.read(os.environ, config=called.config)
    return configuration.load(found.config)


def assess(called: Namespace) -> int:
    """Lines in, lines out, in order; a line that cannot be read gives an error line, and exit code 1 at the end."""
    from pipelines.enrich.assess import Assessor
    from pipelines.enrich.contract import as_json
    from pipelines.notify.route import receivers

    config = _config(called)
    assessor = Assessor(config)
    failed = False
    number = 0
    given = sys.stdin.buffer
    assert isinstance(given, BufferedIOBase)
    for lines in _arrived(given):
        posts = [_post(line, at) for at, line in enumerate(lines, start=number + 1) if line.strip()]
        number += len(lines)
        told = assessor.assess_all(post for post in posts if isinstance(post, Entry))
        for post in posts:
            if isinstance(post, Entry):
                assessed = next(told)
                answer = as_json(post, assessed, receivers(assessed, post.kind, config))
            else:
                failed, answer = True, post
            sys.stdout.write(_line(answer))
    return int(failed)


def _arrived(stream: BufferedIOBase) -> Iterator[list[bytes]]:
    """Lines as they come, those at hand together: they are assessed together, and none waits for one not yet sent."""
    begun: list[bytes] = []
    while chunk := stream.read1(AT_HAND):
        lines, ended, rest = chunk.rpartition(b"\n")
        if ended:
            yield b"".join((*begun, lines)).split(b"\n")
            begun = []
        begun.append(rest)
    yield [b"".join(begun)]


def _post(line: bytes, number: int) -> Entry | dict[str, object]:
    """The post in a line, or the answer to a line that holds none."""
    from pipelines.enrich.contract import BadPost, read_post

    given: object = None
    try:
        given = json.loads(line)
        return read_post(given)
    except (BadPost, ValueError, RecursionError) as error:
        said = str(error) if isinstance(error, BadPost) else "the line is not JSON"
        return {"id": _id(given), "error": f"line {number}: {said}"}


def _id(given: object) -> str | int | None:
    """What the line gives for its id, where it can be read at all."""
    said = given.get("id") if isinstance(given, dict) else None
    return said if isinstance(said, str | int) else None


def _line(answer: Mapping[str, object]) -> str:
    """JSON as people read it; all in escapes where it holds half a character, which no encoding can write."""
    line = json.dumps(answer, ensure_ascii=False)
    return f"{json.dumps(answer) if SURROGATE.search(line) else line}\n"


def parse(called: Namespace) -> int:
    """Entries of each file; an error line for one that is no feed at all, and exit code 1 at the end."""
    from pipelines.collect.recordings import read

    failed = False
    for name in called.files:
        for answer in read(Path(name), called.family, called.url):
            failed = failed or "error" in answer
            sys.stdout.write(_line(answer))
    return int(failed)


def evaluate(called: Namespace) -> int:
    from pipelines.enrich.assess import Assessor
    from pipelines.evaluate import evaluate as measure

    if called.misses and called.split == HELD_OUT:
        raise WrongCall("what was missed of the held-out rows is not shown: who has seen it tunes to it.")
    rows: Iterator[dict[str, object]] = _rows(Path(called.file))
    if called.split:
        rows = (row for row in rows if row.get("split") == called.split)
    report = measure(rows, Assessor(_config(called)), called.source)
    if called.json:
        print_json(report.as_json())
    else:
        print(report.as_text(misses=called.misses))
    return 0


def train(called: Namespace) -> int:
    from pipelines.learn import Labelled, learn

    given = [(kind, Path(name)) for kind, _, name in (one.partition("=") for one in called.source)]
    for kind, path in given:
        if kind not in get_args(Kind) or path == Path():
            raise WrongCall(f"--source {kind}: write KIND=FILE, KIND one of {', '.join(get_args(Kind))}.")
    files = [*given, *((None, Path(name)) for name in called.files)]
    if not files and not called.corrections:
        raise WrongCall("train needs labelled texts: name a FILE.jsonl, --source KIND=FILE, or --corrections.")
    samples: list[Labelled] = [(kind, path.name, _rows(path)) for kind, path in files]
    if called.corrections:
        samples.append((None, "corrections", _corrected(called)))
    learned = learn(samples, Path(called.out))
    if called.json:
        print_json(learned.as_json())
    else:
        print(learned.as_text())
    return 0


def _corrected(called: Namespace) -> list[dict[str, object]]:
    """The texts whose tone someone logged in has given."""
    from pipelines.cli.phases import app
    from pipelines.store.corrections import labelled
    from pipelines.store.engine import reading

    with reading(app(called).engine) as connection:
        found = list(labelled(connection))
    if not found:
        raise UserError("no one has corrected a tone yet. Correct some in the dashboard, or leave out --corrections.")
    return found


def _rows(path: Path) -> Iterator[dict[str, object]]:
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if not line.strip():
                    continue
                try:
                    row = json.loads(line)
                except json.JSONDecodeError as error:
                    raise UserError(f"{path}, line {number}: not JSON: {error.msg}. Mend the line.") from error
                if not isinstance(row, dict):
                    raise UserError(f"{path}, line {number}: not an object. Write one JSON object a line.")
                yield row
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path} cannot be read: {error}. Name a UTF-8 file of one JSON object a line.") from error
