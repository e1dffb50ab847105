"""Real servers, watched. They need Debian's packages, and half a minute each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.live import dokuwiki, mediawiki
from tests.live.server import lacking
from tests.live.watching import Claim

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]


@pytest.mark.parametrize(
    ("packages", "show"), [(mediawiki.PACKAGES, mediawiki.show), (dokuwiki.PACKAGES, dokuwiki.show)]
)
def test_a_real_server_is_watched(
    tmp_path: Path, packages: tuple[str, ...], show: Callable[[Path], Iterable[Claim]]
) -> None:
    if absent := lacking(packages):
        pytest.skip(f"not installed: {', '.join(absent)}")
    failed = [claim for claim in show(tmp_path) if not claim.holds]
    assert not failed
