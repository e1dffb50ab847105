"""[records] of municipality.toml: what the records of processing say that no program can know."""

from __future__ import annotations

from datetime import date

from pipelines.config.schema.base import Table, Text


class Confirmed(Table):
    """Who stands for the legal ground."""

    by: Text
    on: date


class Records(Table):
    """As the operator's lawyer states it; shown as not verified until `confirmed` names someone."""

    ground: Text = "Uppgift av allmänt intresse (artikel 6.1 e i dataskyddsförordningen)"
    sensitive: Text = (
        "Känsliga uppgifter och uppgifter om brott kan stå i det som andra skriver öppet. "
        "Stödet för att behandla dem (artikel 9 och 10) ska prövas av kommunens jurist"
    )
    confirmed: Confirmed | None = None
    protection_officer: Text | None = None
    """Function address of the dataskyddsombud."""
