"""Alembic's entry point: always run from `store.engine.migrate`, on the connection it hands over."""

from typing import Any, Literal

from alembic import context

from pipelines.store.schema import Utc, metadata


def _render(kind: str, what: Any, _: Any) -> str | Literal[False]:
    """A migration stands on its own: it names no type of ours, which may change after it was written."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(what, Utc) else False


def _ours(name: str | None, kind: str, _: Any) -> bool:
    """What SQLite makes behind a full-text index is its own."""
    return kind != "table" or not (name or "").startswith("search_index")


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    render_item=_render,
    include_name=_ours,
)
with context.begin_transaction():
    context.run_migrations()
