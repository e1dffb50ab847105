"""The delivery: whole or not at all, the same each time, its checksums fit, and its index is read as it was written."""

from __future__ import annotations

import csv
import errno
import io
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.bootstrap import App
from pipelines.cli import main
from pipelines.duties import folder
from pipelines.errors import UserError
from pipelines.snapshots import stored
from pipelines.snapshots.package import (
    CSV,
    READ_ME,
    SUMS,
    TAGS,
    XML,
    as_zip,
    beside,
    checksum,
    deliver,
    package,
    sums_of,
)
from pipelines.snapshots.upload import upload
from pipelines.snapshots.values import OUTCOMES, Snapshot
from pipelines.store import snapshots
from pipelines.store.engine import reading
from tests import builders
from tests.builders import NOW, Clock, smaby
from tests.snapshots.test_phase import HALF, IDS, THAT_NIGHT, account, enter, run

anything = st.text(min_size=1, max_size=30)
taken = st.builds(
    Snapshot,
    id=st.uuids().map(lambda one: one.hex[:24]),
    account=st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True),
    period=st.just(HALF),
    outcome=st.sampled_from(OUTCOMES),
    at=st.just(NOW),
    by=anything,
    network=st.sampled_from(("facebook", "x")),
    handle=anything | st.sampled_from(('=HYPERLINK("http://x.example")', "+1", "-1", "@x", "<b>&amp;\x00\x1b]]>")),
    asked=anything,
    reached=anything,
    sha256=st.just("ab" * 32) | st.just(""),
    form=st.just("pdfa"),
)


@pytest.fixture
def app(tmp_path: Path) -> App:
    """Three accounts with a picture, and one without."""
    (tmp_path / "here").mkdir()
    made = builders.app(tmp_path / "here", clock=Clock(THAT_NIGHT))
    for id in IDS[:3]:
        enter(made, account(id))
    run(made)
    enter(made, account(IDS[3]))
    run(made, "login")
    return made


@settings(deadline=None)
@given(st.lists(taken, min_size=1, max_size=4))
def test_whatever_stands_in_it_the_index_is_read_back(found: list[Snapshot]) -> None:
    made = beside(found, HALF, smaby())
    rows = list(csv.reader(io.StringIO(made[CSV].decode("utf-8-sig"), newline=""), delimiter=";"))[1:]
    read = [[cell.text or "" for cell in one] for one in ElementTree.fromstring(made[XML])]
    assert len(rows) == len(read) == len(found)
    for one, row, cells in zip(found, rows, read, strict=True):
        assert len(row) == len(cells) == len(TAGS)
        assert not [cell for cell in row if cell.lstrip()[:1] in ("=", "+", "-", "@")]
        assert (row[0], cells[0], row[12], cells[12]) == (one.account, one.account, one.sha256, one.sha256)
        if one.handle.isalnum():
            assert row[2] == cells[2] == one.handle


def test_the_package_is_there_whole_and_sha256sum_says_so(app: App, tmp_path: Path) -> None:
    made = package(app, HALF)
    out = tmp_path / "paket"
    folder.write(out, made.files)
    names = {f"{id}_2026-06-30.pdf" for id in IDS[:3]} | {CSV, XML, READ_ME, SUMS}
    assert {path.name for path in out.iterdir()} == names
    done = subprocess.run(["sha256sum", "--strict", "-c", SUMS], cwd=out, capture_output=True, text=True, check=True)
    assert done.stdout.count(": OK\n") == len(names) - 1
    said = (out / READ_ME).read_text()
    assert "varken FGS, METS, PREMIS eller OAIS" in said and "3 av 4 konton" in said
    (row,) = [line for line in (out / CSV).read_text("utf-8-sig").splitlines() if line.startswith("d-fyra")]
    assert "kräver inloggning" in row
    assert (package(app, HALF).sha256, sums_of(out)) == (made.sha256, made.sha256)
    with zipfile.ZipFile(as_zip(made)) as whole:
        assert {Path(name).name for name in whole.namelist()} == names and whole.testzip() is None


def test_a_file_that_is_not_as_it_was_kept_stops_it(app: App) -> None:
    first, second, *_ = stored.all_files(app.settings)
    whole = first.read_bytes()
    first.write_bytes(b"%PDF changed")
    with pytest.raises(UserError, match="not as it was kept"):
        package(app, HALF)
    first.write_bytes(whole)
    second.unlink()
    with pytest.raises(UserError, match="cannot be read"):
        package(app, HALF)
    with pytest.raises(UserError, match="no snapshot for 2025-06-30"):
        package(app, date(2025, 6, 30))


def test_a_disk_that_is_full_in_the_middle_leaves_nothing_and_the_next_time_is_whole(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, out, copy = package(app, HALF), tmp_path / "paket", shutil.copyfile

    def full(source: Path, target: Path) -> None:
        if "c-tre" in target.name:
            raise OSError(errno.ENOSPC, "No space left on device")
        copy(source, target)

    with monkeypatch.context() as broken, pytest.raises(UserError, match="No space left"):
        broken.setattr(shutil, "copyfile", full)
        folder.write(out, made.files)
    assert [path.name for path in tmp_path.iterdir()] == ["here"]
    folder.write(out, made.files)
    assert sums_of(out) == made.sha256


def test_what_is_delivered_is_what_was_made(app: App) -> None:
    before = package(app, HALF).sha256
    app.clock.forward(days=1)  # type: ignore[attr-defined]
    assert isinstance(upload(app, account("d-fyra"), b"%PDF-1.4\n%%EOF\n", "anna"), Snapshot)
    assert deliver(app, HALF, "Kommunarkivet", "anna", before) is None
    after = package(app, HALF)
    assert after.held == 4 and after.sha256 != before
    given = deliver(app, HALF, " Kommun\narkivet ", "anna", after.sha256)
    assert given is not None and (given.receiver, given.files, given.by) == ("Kommun arkivet", 4, "anna")
    with reading(app.engine) as connection:
        assert snapshots.deliveries(connection) == (given,)
        found = snapshots.standing(snapshots.of_period(connection, HALF))
    assert checksum(found, HALF, app.config) == after.sha256


def test_a_picture_taken_later_without_a_file_does_not_take_the_place_of_one_that_has_one() -> None:
    held = Snapshot("1", "a", HALF, "taken", NOW, "clock", "x", "a", "https://a.example", sha256="ab" * 32, form="pdf")
    failed = replace(held, id="2", outcome="slow", sha256="", form="", at=NOW + timedelta(days=1))
    better = replace(held, id="3", outcome="uploaded", at=NOW + timedelta(days=2))
    assert snapshots.standing((held, failed)) == (held,)
    assert snapshots.standing((failed, held)) == (held,)
    assert snapshots.standing((held, failed, better)) == (better,)
    before = replace(failed, id="4", period=date(2025, 12, 31))
    assert snapshots.standing((before, held, failed)) == (before, held)


def test_the_commands_from_upload_to_delivery(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MEDIEBEVAKNING_VAR", str(app.settings.var))
    where = ["--config", str(app.settings.config), "--db", app.settings.database]
    picture = tmp_path / "bild.pdf"
    picture.write_bytes(b"%PDF-1.4 hand\n%%EOF\n")
    out, period = tmp_path / "paket", ["--period", "2026-06-30"]
    assert main(["snapshot", "upload", str(picture), "--account", "d-fyra", *where]) == 0
    assert capsys.readouterr().out.split()[0] == "d-fyra"
    assert main(["snapshot", "upload", str(picture), "--account", "ingen", *where]) == 1
    assert "accounts list" in capsys.readouterr().err
    assert main(["snapshot", "package", "--out", str(out), *period, *where]) == 0
    assert main(["snapshot", "list", "--json", *where]) == 0
    capsys.readouterr()
    assert main(["snapshot", "deliver", str(out), "--to", "Kommunarkivet", "--by", "anna", *period, *where]) == 0
    assert "delivered to Kommunarkivet" in capsys.readouterr().out
    (out / CSV).write_bytes(b"x")
    assert main(["snapshot", "deliver", str(out), "--to", "Kommunarkivet", *period, *where]) == 1
    assert "not as it was made" in capsys.readouterr().err
