"""Lists that are read page by page, of pages that all are as long."""

from __future__ import annotations

from typing import Annotated

from fastapi import HTTPException, Query

SIZE = 50
"""Rows of a page."""
LAST = 1_000_000
"""No list has more pages; beyond it an offset is no number that a database takes."""
Number = Annotated[int, Query(ge=1, le=LAST)]


def before(number: int) -> int:
    """How many rows stand on the pages before that one."""
    return (number - 1) * SIZE


def pages(total: int, number: int) -> int:
    """How many pages so many rows take, at least one. Raises HTTPException(404) where that one is not among them."""
    found = max(1, -(-total // SIZE))
    if number > found:
        raise HTTPException(404)
    return found
