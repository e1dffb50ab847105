"""The dashboard as it is served, its clock set to the day that the rows of `dashboards_rows` end on."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from datetime import timedelta

from fastapi import FastAPI

from dashboards.app import build_app
from pipelines.bootstrap import build
from pipelines.settings import read
from tests.prove.dashboards_rows import NOW


def create_app() -> FastAPI:
    """For uvicorn, on the installation that the environment names."""
    began = time.monotonic()
    return build_app(replace(build(read(os.environ)), clock=lambda: NOW + timedelta(seconds=time.monotonic() - began)))
