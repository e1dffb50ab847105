"""The environment of every test, set before anything imports airflow: told of no home, it makes one in ~/airflow."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
# how long an example takes is the machine's affair: a test must not fail because its neighbour works
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
LONG = (
    "tests/launch/test_run.py",
    *("tests/dashboards/test_rights.py", "tests/dashboards/test_probes.py", "tests/dashboards/test_api_document.py"),
    *("tests/housekeeping/test_planted.py", "tests/dashboards/test_keeping.py", "tests/notify/test_channels.py"),
)
"""Files that take half a minute or more."""
HOME = Path(tempfile.mkdtemp(prefix="mediebevakning-airflow-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)

for name in [name for name in os.environ if name.startswith(("AIRFLOW", "MEDIEBEVAKNING"))]:
    del os.environ[name]  # what the person at the keyboard has set up must not decide what a test sees
os.environ |= {
    "AIRFLOW_HOME": str(HOME),
    "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
    "AIRFLOW__CORE__PLUGINS_FOLDER": str(HOME / "plugins"),
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{HOME / 'airflow.db'}",
    "AIRFLOW__API_AUTH__JWT_SECRET": "x" * 64,
    "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--postgres", action="store_true", help="databases are PostgreSQL's, of a server of our own")


@pytest.fixture(autouse=True, scope="session")
def _databases(request: pytest.FixtureRequest) -> Iterator[None]:
    if not request.config.getoption("postgres"):
        yield
        return
    from tests.prove import postgres

    with postgres.everywhere():
        yield


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is slow comes last: a fault that a fast test finds is known first. Of two at work at once each takes the
    long files first, or one would wait for the other in the end."""
    if config.getoption("postgres"):
        items[:] = [item for item in items if not item.get_closest_marker("sqlite")]
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=lambda item: not item.nodeid.startswith(LONG))
    else:
        items.sort(key=lambda item: item.get_closest_marker("slow") is not None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The one browser of a run: Playwright takes no second in the same process."""
    from tests.dashboards.chromium import launched

    with launched() as browser:
        yield browser
