"""channels.toml: where else than by mail receivers are told."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pipelines.config.schema.base import HttpUrl, Id, Table, Text
from pipelines.types import MessageKind


class Channel(Table):
    """Beside the mail, never in its place: category, unit and link, no excerpt.

    What is secret stands in MEDIEBEVAKNING_CHANNEL_<ID>, or in the file that …_FILE names: the address for apprise,
    the signing key (whsec_…) for webhook.
    """

    id: Annotated[Id, Field(max_length=40)]
    kind: Literal["apprise", "webhook", "file"]
    receivers: tuple[Text, ...] = Field(min_length=1)
    """Ids of those whose messages it carries."""
    tells: tuple[MessageKind, ...] = Field(("alert",), min_length=1)
    url: HttpUrl | None = None
    """For webhook."""
    folder: Text | None = None
    """For file; counts from the folder of state."""
    timeout_seconds: float = Field(15, gt=0, le=60)
    give_up_hours: int = Field(24, ge=1, le=24 * 7)
    """Older than that it is no news in a chat; the mail has told it."""
    allow_private: bool = False
    """Whether it may lead to this machine or the local network."""

    @property
    def secret(self) -> str:
        """The environment variable that holds it; file has none."""
        return f"MEDIEBEVAKNING_CHANNEL_{self.id.replace('-', '_').upper()}"


class ChannelsFile(Table):
    channel: tuple[Channel, ...] = ()
