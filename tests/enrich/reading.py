"""Texts as the real configuration reads them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pipelines.config import Config, load
from pipelines.enrich.assess import Assessor
from pipelines.types import Assessment
from tests.builders import entry


@cache
def botkyrka() -> Config:
    return load(Path(__file__).parents[2] / "config" / "botkyrka")


@cache
def assessor() -> Assessor:
    return Assessor(botkyrka())


def assess(text: str, kind: str = "social") -> Assessment:
    return assessor().assess(entry(kind=kind, title="", text=text))
