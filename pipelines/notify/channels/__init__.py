"""The second door to the world: what takes a Message away. A refusal is a value; a bug is an exception."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self

from pipelines.types import Message, Refusal


class Unusable(Exception):
    """What a channel was set up with cannot be used; says in Swedish why, and never repeats a secret."""


class Channel(Protocol):
    """Opened for a batch, used for every Message of it, closed."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def send(self, message: Message) -> Refusal | None:
        """Hand over one Message. None when it was taken."""
