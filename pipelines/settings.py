"""Where things are: folders, the database, and what the environment says. Read once, by the composition root."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONFIG = "MEDIEBEVAKNING_CONFIG"
OVERLAY = "MEDIEBEVAKNING_OVERLAY"
DATABASE = "MEDIEBEVAKNING_DB"
VAR = "MEDIEBEVAKNING_VAR"
BASE_URL = "MEDIEBEVAKNING_BASE_URL"
LOG = "MEDIEBEVAKNING_LOG"
METRICS_TOKEN = "MEDIEBEVAKNING_METRICS_TOKEN"  # noqa: S105 - the variable's name, as below
OIDC_SECRET = "MEDIEBEVAKNING_OIDC_SECRET"  # noqa: S105
SMTP_PASSWORD = "MEDIEBEVAKNING_SMTP_PASSWORD"  # noqa: S105 - the variable's name, not a password


@dataclass(frozen=True, slots=True)
class Settings:
    """Paths and addresses of one installation."""

    config: Path
    var: Path
    """State that may be deleted to start afresh: database, Airflow's home, mails of the sink, salt."""
    database: str
    overlay: Path | None = None
    base_url: str | None = None
    """Where the dashboard is found in this run, if not where municipality.toml says."""

    @property
    def mails(self) -> Path:
        """Where the local mail sink files what it receives."""
        return self.var / "mail"

    def environment(self) -> dict[str, str]:
        """The variables that let a child process find the same installation."""
        named = {CONFIG: str(self.config), VAR: str(self.var), DATABASE: self.database}
        if self.overlay:
            named[OVERLAY] = str(self.overlay)
        if self.base_url:
            named[BASE_URL] = self.base_url
        return named


def read(environment: Mapping[str, str], *, config: str | None = None, database: str | None = None) -> Settings:
    """Settings from the command line first, then the environment, then the checkout's own folders.

    The database's address may stand in the file that MEDIEBEVAKNING_DB_FILE names: it may hold a password.
    """
    from pipelines.config.load import secret  # brings pydantic, which who only names a variable can do without

    var = Path(environment.get(VAR) or ROOT / "var").resolve()
    overlay = environment.get(OVERLAY)
    return Settings(
        config=Path(config or environment.get(CONFIG) or ROOT / "config" / "botkyrka").resolve(),
        var=var,
        database=database or secret(DATABASE, environment) or f"sqlite:///{var / 'mediebevakning.db'}",
        overlay=Path(overlay).resolve() if overlay else None,
        base_url=environment.get(BASE_URL) or None,
    )
