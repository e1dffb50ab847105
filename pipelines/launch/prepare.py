"""What is looked at before anything is started: that the folder is ours to use, and where the dashboard goes."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from pipelines.config.schema import Config
from pipelines.errors import WrongCall
from pipelines.launch.ports import LOOPBACK, pick
from pipelines.settings import Settings

DASHBOARD_PORT = 8710
OURS = (LOOPBACK, "localhost")


def keep_apart(settings: Settings, *, sample: bool) -> None:
    """Invented posts must never reach a real manager's digest: a folder holds one world, for good.

    Raises WrongCall where `settings.var` holds the other one.
    """
    note = settings.var / "world"
    wanted = "sample" if sample else "real"
    held = note.read_text("ascii").strip() if note.exists() else wanted
    if held != wanted:
        raise WrongCall(
            f"{settings.var} holds the {held} world's data. "
            "Name another folder in MEDIEBEVAKNING_VAR, or delete this one to start afresh."
        )
    note.write_text(wanted, "ascii")


def dashboard_port(settings: Settings, config: Config) -> tuple[Settings, int, int]:
    """The settings in which links in mails lead to the dashboard, the port it gets, and the one it should have had.

    An address that is not on this machine belongs to a proxy in front of us, which knows the port from its own
    configuration: that address is left as it is.
    """
    address = urlsplit(config.dashboard.base_url)
    on_loopback = address.scheme == "http" and address.hostname in OURS
    wished = address.port or DASHBOARD_PORT if on_loopback else DASHBOARD_PORT
    port = pick(wished)
    if on_loopback and port != address.port:
        settings = replace(settings, base_url=f"http://{LOOPBACK}:{port}")
    return settings, port, wished
