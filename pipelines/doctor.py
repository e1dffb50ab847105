"""What is configured, reachable and missing, each with its remedy."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from urllib.parse import urlsplit

from pipelines.bootstrap import App
from pipelines.collect.coverage import coverage
from pipelines.config.load import secret
from pipelines.notify.at_once import hand_over
from pipelines.notify.channels.opened import Closed, opened
from pipelines.notify.channels.smtp import reach
from pipelines.oidc import Refused, flow
from pipelines.readiness import LEAST_FREE_BYTES
from pipelines.settings import OIDC_SECRET, SMTP_PASSWORD
from pipelines.store import notices, sources
from pipelines.store.engine import reading
from pipelines.store.views import Scope, health

EVERYTHING = Scope(units=None, receivers=None, flagged_texts=False)
OFTEN_MINUTES = 10
ALERT_MINUTES = 15
"""Within which an alert is out, of a source that is asked every OFTEN_MINUTES."""
IN_TIME = 0.95
"""The share that is: a source may date a post earlier than it shows it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at, in Swedish; a remedy where it is not as it should be."""

    ok: bool
    what: str
    remedy: str = ""


def examine(app: App, *, offline: bool = False) -> list[Finding]:
    """Every finding, in the order that an installation is set up."""
    return [
        *_ground(app),
        *_configured(app),
        *_recent(app),
        *_alert_times(app),
        *_covered(app),
        *(() if offline else _reachable(app)),
    ]


def try_mail(app: App, address: str) -> Finding:
    """Hand over a test message for `address` to the mail server, as the outbox would an alert: at once, and once."""
    text = (
        f"Det här är ett provutskick från {app.config.sender.name}.\n\n"
        "Kommer det fram fungerar inloggningen i e-postservern och avsändaradressen. Se gärna efter att det inte har\n"
        f"hamnat i skräpposten. Länkarna i larmen kommer att leda till {app.config.dashboard.base_url}.\n"
    )
    refusal = hand_over(app, address, "Provutskick från mediebevakningen", text)
    return Finding(
        refusal is None,
        f"Provutskick till {address}: {refusal.reason if refusal else 'e-postservern tog emot det'}",
        "Kontrollera [smtp] och [sender] i mail.toml, lösenordet och mottagarens adress." if refusal else "",
    )


def _ground(app: App) -> Iterator[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    yield Finding(sys.version_info >= (3, 11), f"Python {version}", "")
    yield Finding(True, f"Databas {app.engine.url.render_as_string(hide_password=True)}, aktuellt schema")
    free = shutil.disk_usage(app.settings.var).free
    yield Finding(
        free > LEAST_FREE_BYTES,
        f"{free / 1e9:.0f} GB ledigt i {app.settings.var}",
        "" if free > LEAST_FREE_BYTES else "Frigör minst 1 GB, annars kan inget sparas.",
    )


def _configured(app: App) -> Iterator[Finding]:
    config = app.config
    yield Finding(
        True,
        f"{config.municipality.name}: {len(config.sources)} källor, {len(config.units)} enheter, "
        f"{len(config.receivers)} mottagare, {len(config.rules)} regler",
    )
    placeholder = [receiver.id for receiver in config.receivers if receiver.address.endswith(".example")]
    yield Finding(
        not placeholder,
        f"{len(placeholder)} mottagare har påhittade adresser (.example)" if placeholder else "Mottagarnas adresser",
        "Skriv riktiga funktionsadresser i routes.toml och units.toml." if placeholder else "",
    )
    if config.smtp.user:
        has = secret(SMTP_PASSWORD, app.environment) is not None
        yield Finding(has, "Lösenord för e-post", "" if has else f"Sätt {SMTP_PASSWORD} eller {SMTP_PASSWORD}_FILE.")
    if config.dashboard.oidc:
        has = bool(secret(OIDC_SECRET, app.environment))
        name = f"Hemlighet för {config.dashboard.oidc.name}"
        yield Finding(has, name, "" if has else f"Sätt {OIDC_SECRET} eller {OIDC_SECRET}_FILE.")
    for row in config.channels:
        through = opened(row, app)
        shut = isinstance(through, Closed)
        yield Finding(
            not shut,
            f"Kanalen {row.id} ({row.kind}){f': {through.reason}' if isinstance(through, Closed) else ''}",
            f"Rätta channels.toml eller {row.secret}." if shut else "",
        )
    host = urlsplit(config.dashboard.base_url).hostname
    local = host in ("127.0.0.1", "localhost", "::1")
    yield Finding(
        not local,
        f"Länkarna i mejlen leder till {config.dashboard.base_url}",
        "Adressen nås bara från den här datorn. Ändra [dashboard] base_url i municipality.toml." if local else "",
    )


def _recent(app: App) -> Iterator[Finding]:
    with reading(app.engine) as connection:
        for problem in health.issues(connection, EVERYTHING):
            yield Finding(False, problem.text, problem.remedy)


def _alert_times(app: App) -> Iterator[Finding]:
    """From publication to the first alert, of sources that are asked so often that it can be prompt."""
    prompt = {source.id for source in app.config.sources if source.every_minutes <= OFTEN_MINUTES}
    with reading(app.engine) as connection:
        told = notices.delays(connection, app.clock() - timedelta(days=7))
    minutes = sorted(delay / timedelta(minutes=1) for source, delay in told if source in prompt)
    if not minutes:
        return
    in_time = sum(delay <= ALERT_MINUTES for delay in minutes)
    yield Finding(
        in_time >= IN_TIME * len(minutes),
        f"Från publicering till larm, senaste veckan: hälften inom {median(minutes):.0f} min, "
        f"längst {minutes[-1]:.0f} min; {in_time} av {len(minutes)} inom {ALERT_MINUTES} min",
        ""
        if in_time >= IN_TIME * len(minutes)
        else "Se i Airflow att collect, enrich och alerts körs i tid, och om källornas egna tider är sena.",
    )


def _covered(app: App) -> Iterator[Finding]:
    """A network without a key is no fault of the installation, but nobody is to take its silence for quiet."""
    with reading(app.engine) as connection:
        rows = coverage(app.config, sources.states(connection), app.environment)
    open_ways = ("covered", "waiting")
    if rows:
        yield Finding(True, f"{sum(row.condition in open_ways for row in rows)} av {len(rows)} nätverk hämtas")
    for row in rows:
        if row.condition == "needs":
            lacks = f": saknar {', '.join(row.missing)}" if row.missing else ""
            yield Finding(True, f"{row.network.name} bevakas inte än{lacks}", row.network.ask)


def _reachable(app: App) -> Iterator[Finding]:
    from pipelines.collect import phase

    report = phase.run(app, only=[source.id for source in app.config.sources if source.enabled])
    yield Finding(
        report.failed == 0,
        f"{report.asked - report.failed} av {report.asked} källor svarade",
        "" if report.failed == 0 else "Se orsaken för varje källa: mediebevakning sources list",
    )
    yield from _login(app)
    smtp = app.config.smtp
    refused = reach(smtp)
    yield Finding(
        refused is None,
        f"E-postservern {smtp.host}:{smtp.port} " + (f"svarar inte ({refused})" if refused else "svarar"),
        "Kontrollera [smtp] i mail.toml och att brandväggen släpper igenom." if refused else "",
    )


def _login(app: App) -> Iterator[Finding]:
    """Whether the municipality's own login describes itself as it should, and has keys."""
    by = flow.provider(app)
    if by is None:
        return
    try:
        by.keys()
        yield Finding(True, f"Inloggningen {by.oidc.issuer} svarar; den ska känna till {flow.redirect_uri(app)}")
    except Refused as refused:
        remedy = "Rätta issuer i [dashboard.oidc] och se att brandväggen släpper igenom."
        yield Finding(False, f"Inloggningen {by.oidc.issuer}: {refused.detail}", remedy)
