"""What is the same for a minute: counts and drawings that many ask for, kept for whoever may see the same."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, TypeVar

from fastapi import Request

from dashboards.language import current

LASTS = timedelta(minutes=1)
MOST = 300
Value = TypeVar("Value")


class Kept:
    """The last MOST values by key. A key holds the Scope of whoever asks, so that nobody gets another's.

    What is kept speaks the language of the request that it was made for, and is found by those who speak it.
    """

    def __init__(self) -> None:
        self._values: OrderedDict[Hashable, tuple[datetime, Any]] = OrderedDict()
        self._lock = Lock()

    def get(
        self, key: Hashable, now: datetime, make: Callable[[], Value], worth: Callable[[Value], bool] = lambda _: True
    ) -> Value:
        """What was made of the key within the last minute, or is made now; it is kept where it is worth that."""
        key = (current(), key)
        with self._lock:
            found = self._values.get(key)
        if found is not None and timedelta(0) <= now - found[0] < LASTS:
            kept: Value = found[1]
            return kept
        made = make()
        if not worth(made):
            return made
        with self._lock:
            self._values[key] = (now, made)
            self._values.move_to_end(key)
            while len(self._values) > MOST:
                self._values.popitem(last=False)
        return made


def kept_of(request: Request) -> Kept:
    """What the application keeps that was asked."""
    values: Kept = request.app.state.kept
    return values
