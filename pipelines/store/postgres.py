"""PostgreSQL through pg8000, spared what it does anew for each statement: reading its text sign by sign for the places
of its parameters, and asking the server to parse it.

A page asks some forty statements, always the same ones. What is only read is prepared once for each connection, and
planned for its own values all the same: a plan for any word would read the whole table for a rare one.
"""

from __future__ import annotations

import select
import time
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from pg8000 import dbapi
from pg8000.converters import make_params
from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError

KEPT = 200
"""Statements that a connection remembers."""
SURE = 30.0
"""Seconds for which a connection that rests is believed to be open: firewalls forget those that are silent."""
RESTED = "rested"
SETTINGS = "SET plan_cache_mode = force_custom_plan; SET jit = off; SET work_mem = '32MB'"
"""Of each connection. Our statements are many and short: compiling one takes longer than it does. And where the index
may not remember all that begins with "för", the entries must be read to know."""


class Connection(dbapi.Connection):  # type: ignore[misc]
    """One that remembers what it has prepared while it commits by itself."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._prepared: OrderedDict[tuple[str, tuple[int, ...]], Any] = OrderedDict()
        self.execute_simple(SETTINGS)

    @property
    def socket(self) -> Any:
        """What it speaks through: something to read there unasked is a farewell."""
        return self._usock

    def cursor(self) -> Cursor:
        return Cursor(self)

    def asked(self, statement: str, values: Sequence[Any], oids: tuple[int, ...]) -> Any:
        """What the server answers to a statement with its parameters as $1, $2 …"""
        if not self.autocommit:
            return self.execute_unnamed(statement, vals=values, oids=oids)
        name, columns, readers = self._prepare(statement, oids)
        return self.execute_named(name, make_params(self.py_types, values), columns, readers, statement)

    def _prepare(self, statement: str, oids: tuple[int, ...]) -> Any:
        known = self._prepared.get((statement, oids))
        if known is None:
            known = self._prepared[statement, oids] = self.prepare_statement(statement, oids)
            if len(self._prepared) > KEPT:
                _, (oldest, _, _) = self._prepared.popitem(last=False)
                self.close_prepared_statement(oldest)
        else:
            self._prepared.move_to_end((statement, oids))
        return known


class Cursor(dbapi.Cursor):  # type: ignore[misc]
    """One that has read most statements before."""

    def execute(self, operation: str, args: Sequence[Any] = (), stream: Any = None) -> None:
        if not args or stream is not None or self._c is None:
            super().execute(operation, args, stream)
            return
        if not self._c._in_transaction and not self._c.autocommit:
            self._c.execute_simple("begin transaction")
        self._context = self._c.asked(_numbered(operation), args, tuple(self._input_oids))
        self._row_iter = None if self._context.rows is None else iter(self._context.rows)
        self._input_oids: tuple[int, ...] = ()


@lru_cache(maxsize=2_000)
def _numbered(operation: str) -> str:
    """The same with $1, $2 … for each %s."""
    statement, _ = dbapi.convert_paramstyle("format", operation, ())
    return str(statement)


def prepare(engine: Engine) -> None:
    """Connections of this kind for the engine; those that only read need no transaction, which would be two questions
    more each time."""
    event.listen(engine, "do_connect", lambda dialect, record, given, named: Connection(*given, **named))  # noqa: ARG005
    event.listen(engine, "checkout", _answering)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "reset", _reset)
    event.listen(engine, "checkin", _rested)


def _answering(connection: Any, record: Any, proxy: Any) -> None:  # noqa: ARG001 - as SQLAlchemy calls it
    """That the server is still there. It is asked only where it has hung up, or where nobody can tell."""
    rested = time.monotonic() - record.info.get(RESTED, 0.0)
    if rested < SURE and not select.select([connection.socket], [], [], 0)[0]:
        return
    try:
        connection.execute_simple("SELECT 1")
    except Exception as error:
        raise DisconnectionError from error


def _rested(connection: Any, record: Any) -> None:  # noqa: ARG001
    record.info[RESTED] = time.monotonic()


def _begin(connection: Any) -> None:
    if connection.get_execution_options().get("reading"):
        connection.connection.dbapi_connection.autocommit = True


def _reset(connection: Any, record: Any, state: Any) -> None:  # noqa: ARG001
    connection.autocommit = False
