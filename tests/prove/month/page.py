"""The page that tells what the month showed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from pipelines.notify import wording
from tests.prove.month import shown
from tests.prove.month.play import Stage
from tests.prove.month.world import CRISIS_DAY
from tests.prove.table import Table

BEGINS = """# En månad på prov

Fyra påhittade veckor i december, spelade genom hela systemet med en klocka som går fort: ett snöoväder (torsdag 10 och
fredag 11 december), en kris på en påhittad skola (söndag 13 till fredag 18 december) och jul och nyår. Inläggen är
påhittade; insamling, bedömning, larm och utskick är de riktiga. Sidan skrivs av `python -m tests.prove.month --write`:
krisens första dygn, eller med `FULL=1` alla fyra veckorna.
"""
MENDED = """## Vad vi rättade när vi hade läst krisdagen

- **Samma sak fjorton gånger.** När något händer på en skola skriver många om det, var och en med sina ord. Det
  är många händelser för systemet men en för den som läser. Kommunikationschefen fick "Larm: Hot –
  Näsviksskolan" fjorton gånger på en dag, de flesta för att tidningar och föräldrar *berättade* om hotet. Nu
  gäller: den som nyss har fått larm om en enhet får det som bara berättar om samma sak i ett samlat mejl,
  senast en timme efter att det skrevs (`gather_minutes`). Det som bara berättar om ett hot samlas i några minuter.
  Ett hot i själva inlägget, allt som är allvarligare, allt av ett nytt slag och all självskada larmar genast.
- **Ämnesraden om ovanligt många inlägg sa inte var.** Nu står det "i sociala medier" eller "i nyhetsmedier".
- **En fråga hette något annat.** En fråga som också larmade stod i listan över ärenden under larmregelns namn.
  Nu heter den "Fråga".
- **Ett blanksteg försvann på vägen.** "1 beröm" i en lång ämnesrad kom fram som "1beröm".

Före rättelserna fick kommunikationschefen 25 larm den dagen, och sedan slog taket till. Efter dem: se tabellen.

## Vad som är kvar

- Hot som inte är några. "Skolchefen gömmer sig" (kl. 7.50 och 16.30) larmar som hot i själva inlägget. Sådana larm
  samlas aldrig, så varje felaktigt hot är ett mejl.
- Vardagsfrågor ("Bra elektriker i Tumba?") blir ärenden med påminnelse.
"""


FIGURES = {
    "month_mails": "mejl",
    "month_threats": "hot i inläggen, larmade av alla",
    "month_alert_minutes_p50": "minuter från publicering till larm, median",
    "month_alert_minutes_p95": "minuter till larm, 95:e percentilen (det som samlades väntade med avsikt)",
}
LEFT_OUT = re.compile("/ratta/|Rätta eller bocka av:|^ +(?:Inlägget|Originalet|Ärendet): ")


def written(stage: Stage, since: datetime, table: Table) -> str:
    """The page, whole."""
    return "\n".join(_parts(stage, since, table))


def _shown(stage: Stage, at: datetime) -> str:
    return wording.moment(at, stage.app.config.zone)


def _parts(stage: Stage, since: datetime, table: Table) -> Iterator[str]:
    yield BEGINS
    yield f"Den här gången: {_shown(stage, since)} till {_shown(stage, stage.clock.now)}.\n"
    yield "## Hur många mejl\n\n```"
    yield from shown.counts(stage, since)
    yield "```\n\n## Vad som höll\n\n```"
    yield from (f"{name}: {table.figures[key]}" for key, name in FIGURES.items())
    yield from (f"höll inte: {claim}" for claim in table.failed)
    yield f"```\n\n{MENDED}"
    yield f"## Krisdagen, {CRISIS_DAY}: kommunikationschefens mejl, ett för ett\n\n```"
    yield from shown.stream(stage, CRISIS_DAY, shown.ROOT)
    yield "```\n\n## Måndagens sammanfattning till kommunikationschefen\n\nLänkarna är utelämnade.\n\n```"
    yield from (line for line in shown.digest(stage, CRISIS_DAY).splitlines() if not LEFT_OUT.search(line))
    yield "```\n"
