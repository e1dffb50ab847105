"""The tables. Texts of flagged posts live in `entry` and its earlier versions, and their words in `search`; every other
table refers to them by id."""

from pipelines.store.schema.access import access_event, access_purge, access_seal
from pipelines.store.schema.base import AnyRow, Utc, metadata
from pipelines.store.schema.beside import (
    account,
    account_event,
    api_key,
    issue,
    login_failure,
    login_link,
    login_state,
    session,
)
from pipelines.store.schema.cases import case_event, case_file, case_now
from pipelines.store.schema.duties import (
    message_file,
    record_version,
    registration,
    registration_event,
    registration_paper,
)
from pipelines.store.schema.keeping import forgotten, hold_event, person_request
from pipelines.store.schema.presence import presence
from pipelines.store.schema.register import register_event
from pipelines.store.schema.search import gist, gist_unit, saved_search, search
from pipelines.store.schema.snapshots import snapshot, snapshot_delivery
from pipelines.store.schema.tallies import source_day, tally, tally_case
from pipelines.store.schema.telling import digest_run, feed, message, notice, routed, setting, spike
from pipelines.store.schema.understanding import (
    assessment,
    correction,
    entry_unit,
    flag,
    mention,
    story,
    story_decision,
    story_entry,
    story_key,
)
from pipelines.store.schema.world import entry, entry_version, poll, source_state, spent

__all__ = [
    "AnyRow",
    "Utc",
    "access_event",
    "access_purge",
    "access_seal",
    "account",
    "account_event",
    "api_key",
    "assessment",
    "case_event",
    "case_file",
    "case_now",
    "correction",
    "digest_run",
    "entry",
    "entry_unit",
    "entry_version",
    "feed",
    "flag",
    "forgotten",
    "gist",
    "gist_unit",
    "hold_event",
    "issue",
    "login_failure",
    "login_link",
    "login_state",
    "mention",
    "message",
    "message_file",
    "metadata",
    "notice",
    "person_request",
    "poll",
    "presence",
    "record_version",
    "register_event",
    "registration",
    "registration_event",
    "registration_paper",
    "routed",
    "saved_search",
    "search",
    "session",
    "setting",
    "snapshot",
    "snapshot_delivery",
    "source_day",
    "source_state",
    "spent",
    "spike",
    "story",
    "story_decision",
    "story_entry",
    "story_key",
    "tally",
    "tally_case",
]
