"""Lines of JSON instead of text, for what gathers logs: when, how grave, from where, what, and figures.

No line holds what people wrote or who they are. Our own lines name sources and ids only. Of others' lines their pattern
is kept without what was to be filled in, and what looks like an address or a number of someone's is blotted out. Of an
error its kind and the places in the code are told, not its message, which may quote anything.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType

from pipelines.errors import UserError
from pipelines.settings import LOG

OURS = ("pipelines", "dashboards", "sentiment", "sample")
WEB_SERVER = ("uvicorn", "uvicorn.error", "uvicorn.access")
PERSONAL = re.compile(r"\S+@\S+|\w+://\S+|\+?\d[\d -]{6,}\d")
"""E-mail addresses, links, and numbers of eight digits and more: telephones, personnummer."""
LONGEST = 300


def begin(environment: Mapping[str, str]) -> bool:
    """Set up what MEDIEBEVAKNING_LOG asks for; whether that is JSON. Raises UserError for what it cannot be."""
    asked = environment.get(LOG) or "text"
    if asked not in ("text", "json"):
        raise UserError(f"{LOG} is «{asked}». Set it to json, or to text.")
    if asked == "text":
        return False
    handler = logging.StreamHandler()
    handler.setFormatter(Lines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    for name in WEB_SERVER:
        log = logging.getLogger(name)
        log.handlers, log.propagate = [], name != "uvicorn.access"  # a path may hold what someone searched for
    sys.excepthook = _uncaught
    return True


class Lines(logging.Formatter):
    """One record, one line. `extra={"figures": {…}}` adds keys of its own."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        if isinstance(figures := getattr(record, "figures", None), Mapping):
            line |= {key: value for key, value in figures.items() if key not in line}
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["at"] = _places(record.exc_info[2])
        return json.dumps(line, ensure_ascii=False, default=str)


def _message(record: logging.LogRecord) -> str:
    if record.name.partition(".")[0] in OURS:
        return record.getMessage()
    return PERSONAL.sub("…", str(record.msg))[:LONGEST]


def _places(trace: TracebackType | None) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    logging.getLogger("pipelines").critical("ended by an error", exc_info=(kind, error, trace))
