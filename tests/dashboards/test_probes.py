"""Nothing that is tried on the dashboard gets through: each kind of attack in `probes`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dashboards.hostile_world import broken
from tests.dashboards.probes import PROBES, attack


@pytest.mark.parametrize("kind", PROBES)
def test_nothing_gets_through(tmp_path: Path, kind: str) -> None:
    tried = attack(kind, tmp_path)
    assert tried.escapes == [] and tried.count > 5
    assert not kind.startswith("markup") or len(tried.places) >= 50


@pytest.mark.parametrize(
    "html",
    [
        "<x-probe>",
        '<p onclick="x">',
        "<script>x</script>",
        '<script src="https://x.example/static/x.js"></script>',
        '<a href=" JavaScript:x">',
        '<form action="data:x">',
        '<p style="x">',
        "zzzzzzzzz",
    ],
)
def test_what_breaks_out_would_be_seen(html: str) -> None:
    assert broken(html) and broken('<p>&lt;x-probe&gt;</p><a href="/flode"></a>') == []
