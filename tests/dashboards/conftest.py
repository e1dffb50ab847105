"""The small world, once for each test that asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from starlette.testclient import TestClient

from pipelines.bootstrap import App
from tests.dashboards import seed

if TYPE_CHECKING:
    pass


@pytest.fixture
def app(tmp_path: Path) -> App:
    return seed.world(tmp_path)


@pytest.fixture
def chief(app: App) -> TestClient:
    return seed.logged_in(app)


@pytest.fixture
def head(app: App) -> TestClient:
    """The head of Näsviksskolan."""
    return seed.logged_in(app, "enhetschef", ["nasviksskolan"])


@pytest.fixture
def administrator(app: App) -> TestClient:
    return seed.logged_in(app, "administrator")


@pytest.fixture
def address(app: App) -> Iterator[str]:
    """Where the dashboard answers a browser."""
    from tests.dashboards.chromium import served

    with served(app) as found:
        yield found
