"""Words that a rule leaves alone, as someone says so on its page: read, back-tested, and proven to have been.

Of a rule that must always alert none are taken; and only what was back-tested just so, by the same person, is stored.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Sequence

from sqlalchemy import Connection

from dashboards.auth import Visitor
from dashboards.changing import RefusedError
from dashboards.language import N_
from dashboards.language import gettext as _
from pipelines import changes
from pipelines.backtest import Trial, trial
from pipelines.bootstrap import App
from pipelines.config.beside import Said
from pipelines.config.schema import Config, Rule
from pipelines.config.terms import EXCEPTION
from pipelines.store import overlay

DAYS = 30
"""That the back-test looks back."""
MOST = 1000
"""Texts of a back-test: someone sits and waits, and others want the processor too."""
MOST_WORDS = 20
BUSY = N_("Någon annan provkör en regel just nu. Försök igen om en stund.")
TOO_MANY = N_("En regel kan ha högst %d undantagna ord.")
NO_WORD = N_("”{word}” kan inte undantas. Skriv hela ord med minst tre bokstäver, ett på varje rad, utan andra tecken.")
NO_PROOF = N_("Provkör orden innan du sparar dem, så att du har sett vad de gör.")
ALWAYS = N_("Regeln gäller sådant som alltid ska larma. Inga ord får undantas från den här.")
one_at_a_time = threading.Lock()


def held(opened: Connection, rule: Rule) -> Sequence[str]:
    """The words that people have excepted on the rule's page."""
    found = overlay.newest(opened, "rule", rule.id)
    return found.value["except"] if found and found.value else ()


def read(given: str, rule: Rule, config: Config) -> tuple[str, ...]:
    """The words, one a line. Raises RefusedError for what is no word, and where none may be excepted."""
    words = sorted({" ".join(line.split()).casefold() for line in given.splitlines() if line.strip()})
    if wrong := next((word for word in words if not EXCEPTION.fullmatch(word)), None):
        raise RefusedError(_(NO_WORD).format(word=wrong[:60]))
    if len(words) > MOST_WORDS:
        raise RefusedError(_(TOO_MANY) % MOST_WORDS)
    if words and rule.category in config.alerts.always:
        raise RefusedError(_(ALWAYS))
    return tuple(words)


def tried(app: App, rule: Rule, words: Sequence[str]) -> Trial:
    """The back-test. Raises RefusedError while another is at it: it takes a processor for some seconds."""
    files = changes.files_of(app)
    bare, wanted = (
        next(one for one in tables.config().rules if one.id == rule.id)
        for tables in (files, files.put(Said("rule", rule.id, {"except": list(words)})))
    )
    if not one_at_a_time.acquire(blocking=False):
        raise RefusedError(_(BUSY))
    try:
        return trial(app, rule, wanted, bare, DAYS, MOST)
    finally:
        one_at_a_time.release()


def proof(who: Visitor, rule: Rule, words: Sequence[str]) -> str:
    """That this visitor has seen the back-test of these words; it ends with the session."""
    said = "\0".join(("provkörd", rule.model_dump_json(), *words))
    return hmac.new(who.token.encode(), said.encode(), hashlib.sha256).hexdigest()


def check(given: str, who: Visitor, rule: Rule, words: Sequence[str]) -> None:
    """Raises RefusedError where the form does not bring that proof."""
    if not hmac.compare_digest(given.encode(), proof(who, rule, words).encode()):
        raise RefusedError(_(NO_PROOF))
