"""The interface keeps to its document, whatever is sent to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dashboards import fuzzing

OPERATIONS = 18


@pytest.mark.timeout(600)  # where others work on the same machine
def test_nothing_that_is_sent_gets_an_answer_that_the_document_does_not_know(tmp_path: Path) -> None:
    """A longer form: tests.prove.api."""
    result = fuzzing.fuzz(fuzzing.world(tmp_path), examples=2, seeded=7)
    assert result.failures == []
    assert len(result.operations) >= OPERATIONS and result.requests > 400
    assert {200, 401, 404, 405, 412, 422} <= set(result.statuses)


def test_a_document_that_promises_too_much_is_found_out(tmp_path: Path) -> None:
    """A field that is always there, says the document; and it never is."""
    app = fuzzing.world(tmp_path)
    result = fuzzing.fuzz(app, examples=1, seeded=7, promising="/api/v1/me")
    assert any("GET /api/v1/me: response_schema_conformance" in failure for failure in result.failures)
