"""Messages as files: for dry runs, and for programs of the operator's own that watch a folder."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from pipelines.config.schema import Sender
from pipelines.notify.channels.smtp import envelope
from pipelines.types import Message, Refusal, short_hash


class FileChannel:
    """One file a Message, as the mail it would be; sent again it is the same file, so that nothing comes twice."""

    def __init__(self, folder: Path, sender: Sender, clock: Callable[[], datetime]) -> None:
        self._folder = folder
        self._sender = sender
        self._clock = clock

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def send(self, message: Message) -> Refusal | None:
        """Write one Message, whole or not at all."""
        path = self._folder / f"{short_hash(message.key)}.eml"
        unfinished = path.with_suffix(".part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(envelope(message, self._sender, self._clock()).as_bytes())
            unfinished.replace(path)
        except OSError as error:
            return Refusal(f"filen kunde inte skrivas ({error.strerror})", permanent=False, unreachable=True)
        return None
