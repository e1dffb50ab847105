"""What the DAGs have in common, as data: the assets that link them, their time zone, and how a task is tried again.

An asset event is a hint that there is something to do, never a queue: each DAG takes whatever the database says is
pending, and has a timetable as a net beneath the event.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Final

from airflow.sdk import Asset, CronTriggerTimetable

ENTRIES: Final = Asset("entries", uri="mediebevakning://phases/entries")
ASSESSMENTS: Final = Asset("assessments", uri="mediebevakning://phases/assessments")

# A DAG seen for the first time waits for its next tick. False, which says the same, does not (Airflow 3.3.2): it makes
# up for a tick of the last five minutes, and the launcher would have two runs where it asked for one.
cron = partial(CronTriggerTimetable, timezone="Europe/Stockholm", run_immediately=timedelta(0))

# Every task may run twice: a worker that dies is only noticed by its silence, and its task is then started anew.
RETRIES: Final = {
    "retries": 2,
    "retry_delay": timedelta(seconds=20),
    "retry_exponential_backoff": 2,
    "max_retry_delay": timedelta(minutes=5),
    "execution_timeout": timedelta(minutes=10),
}
