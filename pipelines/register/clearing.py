"""How an unsuitable post on an account of ours is removed, and what is kept of it before. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from pipelines.config.schema.municipality import Accounts, Network
from pipelines.register.official import Official
from pipelines.register.words import network, words
from pipelines.types import Entry


@dataclass(frozen=True, slots=True)
class Clearing:
    """What is shown with a case about an unsuitable post (policy, page 6)."""

    network: str
    responsible: str | None
    """Ids of receivers; None where the register does not know the account."""
    deputy: str | None
    checksum: str
    """SHA-256 of the text, in hex: what the kept copy says, and what can be computed again."""
    counted: tuple[str, ...]
    not_counted: str
    within: str
    keep: tuple[str, ...]
    remove: tuple[str, ...]
    after: str
    checked: str
    """Who has tried the steps and when, or that nobody has."""


def clearing(entry: Entry, account: Official | None, accounts: Accounts) -> Clearing:
    """account: the one on which `entry` was written, where the register knows it. accounts: of the configuration."""
    said = words()
    at: Network = account.network if account else "other"
    told, tried = said["clearing"], accounts.removal_checked.get(at)
    return Clearing(
        network=network(at),
        responsible=account.responsible if account else None,
        deputy=account.deputy if account else None,
        checksum=checksum(entry),
        counted=tuple(told["counted"]),
        not_counted=told["not_counted"],
        within=told["within"],
        keep=tuple(told["keep"]),
        remove=tuple(said["remove"][at]),
        after=told["after"],
        checked=told["checked"].format(by=tried.by, on=tried.on.isoformat()) if tried else told["unchecked"],
    )


def checksum(entry: Entry) -> str:
    """SHA-256 of title and text in UTF-8, a line between them where there are both."""
    return hashlib.sha256(entry.content.encode("utf-8", "surrogatepass")).hexdigest()
