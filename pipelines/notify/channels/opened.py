"""The channels of channels.toml, each with what is secret about it."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from pipelines.bootstrap import App
from pipelines.config.load import secret
from pipelines.config.schema import Channel as Row
from pipelines.errors import UserError
from pipelines.notify.channels import Channel, Unusable, apprise, webhook
from pipelines.notify.channels.apprise import AppriseChannel
from pipelines.notify.channels.file import FileChannel
from pipelines.notify.channels.webhook import WebhookChannel
from pipelines.types import Message, Refusal


class Closed:
    """A channel that cannot be used until the operator has mended it; what it was to tell waits."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def send(self, message: Message) -> Refusal | None:  # noqa: ARG002 - one signature for every channel
        """Refuse it, without blame."""
        return Refusal(self.reason, permanent=False, unreachable=True)


def opened(row: Row, app: App) -> Channel:
    """The channel that `row` describes; Closed, with the reason, where its secret is missing or cannot be used."""
    try:
        return _open(row, app)
    except (Unusable, UserError) as error:
        return Closed(str(error))


def _open(row: Row, app: App) -> Channel:
    if row.kind == "file":
        assert row.folder is not None, "the configuration's own check promises a folder"
        return FileChannel(app.settings.var / row.folder, app.config.sender, app.clock)
    given = secret(row.secret, app.environment)
    if not given:
        raise Unusable(f"{row.secret} är inte satt")
    private = row.allow_private or app.allow_private
    if row.kind == "apprise":
        return AppriseChannel(apprise.checked(given), timeout=row.timeout_seconds, private=private)
    assert row.url is not None, "the configuration's own check promises an address"
    key = webhook.key_of(given)
    return WebhookChannel(row.url, key, app.clock, timeout=row.timeout_seconds, private=private)
