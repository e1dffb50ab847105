"""A snapshot and a delivery as values. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from pipelines.register.official import Official
from pipelines.types import short_hash

Outcome = Literal["taken", "uploaded", "login", "shut", "gone", "refused", "large", "slow", "unreachable"]
"""taken, uploaded: there is a file. login: the page asks for one, or for a consent. shut: it answers no program. gone:
there is none at the address. refused: it leads to where the watch may not connect. large, slow: past the limits.
unreachable: no answer."""
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
HELD: tuple[Outcome, ...] = ("taken", "uploaded")
PASSING: tuple[Outcome, ...] = ("slow", "unreachable")
"""Worth another try the next night."""
TRIES = 3
Form = Literal["pdfa", "pdf", "png", "jpeg", ""]
ENDINGS: dict[str, str] = {"pdfa": "pdf", "pdf": "pdf", "png": "png", "jpeg": "jpg"}
MEDIA: dict[str, str] = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One try at an account's start page, whether it came to a file or not; never changed."""

    id: str
    account: str
    """Id in the register."""
    period: date
    """The half-year's day that it is for; when it was made is `at`."""
    outcome: Outcome
    at: datetime
    by: str
    """Who uploaded it; "clock" where nobody did."""
    network: str
    handle: str
    """As the register had it then."""
    asked: str
    """Address."""
    reached: str = ""
    """Address in the end; of a picture taken by hand empty."""
    status: int = 0
    """HTTP's; 0 for none."""
    sha256: str = ""
    """Of the file, in hexadecimal; empty where there is none."""
    size: int = 0
    """Bytes."""
    form: Form = ""
    """pdfa: made as PDF/A-2b by Ghostscript, which nobody has validated."""
    checked: bool = False
    """qpdf found nothing wrong with the PDF's structure."""
    whole: bool = True
    """The page had been read to its end."""
    sandboxed: bool = True

    @property
    def is_held(self) -> bool:
        """Whether there is a file."""
        return bool(self.sha256)

    @property
    def stored_as(self) -> str:
        """The file's name where it is kept."""
        return f"{self.sha256}.{ENDINGS[self.form]}" if self.sha256 else ""

    @property
    def media_type(self) -> str:
        return MEDIA[ENDINGS[self.form]] if self.form else ""


def tried(account: Official, period: date, outcome: Outcome, at: datetime, by: str, apart: str) -> Snapshot:
    """A try at the account as the register has it now, without a file. apart: what tells it from another try of the
    same moment."""
    return Snapshot(
        id=short_hash("snapshot", account.id, period.isoformat(), at.isoformat(), apart)[:24],
        account=account.id,
        period=period,
        outcome=outcome,
        at=at,
        by=by,
        network=account.network,
        handle=account.handle,
        asked=account.address,
    )


@dataclass(frozen=True, slots=True)
class Delivery:
    """A package that was handed over; never changed."""

    id: str
    period: date
    at: datetime
    by: str
    receiver: str
    """To whom, as it was typed."""
    sha256: str
    """Of the package's list of checksums."""
    files: int
