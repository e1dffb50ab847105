"""One person's request: everything that is found is handed out or gone, everywhere; none or too many are refused."""

from __future__ import annotations

import json
import signal
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipelines.bootstrap import App
from pipelines.cli import keeping, main
from pipelines.housekeeping import hold, person, phase, receipt
from pipelines.housekeeping.person import Asked, NothingFoundError, TooManyError
from pipelines.reports.paper import text as said
from pipelines.store import access, entries
from pipelines.store.engine import reading
from tests import builders
from tests.builders import NOW, entry, flag, item
from tests.full_disk import full
from tests.housekeeping.crash_driver import STEPS, erase_and_die
from tests.housekeeping.person_world import NAME, URL, WORDS, asked, raw, world
from tests.housekeeping.test_keeping import everything


@pytest.fixture
def app(tmp_path: Path) -> App:
    return world(tmp_path)


@pytest.mark.parametrize(
    "request_", [asked(), asked("text", WORDS), asked("pseudonym-of", NAME), asked("pseudonym-of", f"@{NAME}")]
)
def test_what_is_erased_is_nowhere_and_does_not_come_back(app: App, request_: Asked) -> None:
    assert WORDS in everything(app) and WORDS.encode() in raw(app)
    done = person.erase(app, request_)
    assert done.request.before["entry"] == done.request.before["search"] == 1
    assert done.request.before["message"] >= 1 and done.request.before["files"] >= 1
    assert set(done.request.after.values()) == {0}
    assert WORDS not in everything(app) and "Vendela" not in everything(app)
    assert WORDS.encode() not in raw(app)
    with app.engine.begin() as opened:
        again = entry("om-vendela", title="", text=WORDS)
        assert entries.save(opened, [again], NOW, silent=False) == entries.Saved(0, 0, 1)
    assert "Bygget är nu klart" in everything(app)


def test_the_receipt_says_where_what_was_and_what_cannot_be_reached(app: App) -> None:
    told = said(receipt.receipt(app.config, person.erase(app, asked("pseudonym-of", NAME))))
    for wanted in ("KS 2026:417", "Kopior av mejl", "Säkerhetskopior", "Kommunikationschef", "meddelarskyddet"):
        assert wanted in told
    assert "Vendela" not in told and WORDS not in told and URL not in told


def test_an_extract_holds_the_posts_and_changes_nothing(app: App) -> None:
    before = everything(app)
    done, posts = person.extract(app, asked("text", WORDS))
    (found,) = posts
    assert WORDS in json.dumps(found, ensure_ascii=False, default=str)
    assert found["told_to"] and "author" not in found["post"][0]
    assert done.request.after == done.request.before
    assert WORDS in everything(app) and len(everything(app)) > len(before)  # the request is noted


@pytest.mark.parametrize(
    ("request_", "refusal"),
    [
        (asked("url", "https://smabybladet.example/artikel/ingen"), NothingFoundError),
        (asked("text", "finns inte någonstans"), NothingFoundError),
        (asked("pseudonym-of", "Ingen Alls"), NothingFoundError),
        (asked("text", "a"), person.WrongCall),
        (asked("url", URL, expect=3), TooManyError),
        (Asked("url", URL, " ", "registrator"), person.WrongCall),
    ],
)
def test_what_matches_nothing_or_another_number_is_refused_and_nothing_is_changed(
    app: App, request_: Asked, refusal: type[Exception]
) -> None:
    before = everything(app)
    for do in (person.erase, person.extract):
        with pytest.raises(refusal):
            do(app, request_)
    assert everything(app) == before


def test_what_matches_too_much_is_refused_until_its_number_is_said(app: App) -> None:
    many = [item(entry(f"m{n}", text="Samma långa mening om gatan.")) for n in range(person.MOST + 1)]
    builders.save(app, many)
    with pytest.raises(TooManyError, match=f"--expect {len(many)}"):
        person.erase(app, asked("text", "långa mening"))
    done = person.erase(app, asked("text", "långa mening", expect=len(many)))
    assert (done.request.before["entry"], done.request.after["entry"]) == (len(many), 0)


@pytest.mark.parametrize("step", STEPS)
def test_killed_before_any_step_it_is_taken_up_again(app: App, step: str) -> None:
    app.engine.dispose()
    assert erase_and_die(app.settings.var, asked(), step) == -signal.SIGKILL
    (begun,) = person.listed(app)
    assert begun.done_at is None and begun.after is None
    assert phase.run(app).resumed == 1
    (done,) = person.listed(app)
    assert done.done_at is not None and set(done.after.values()) == {0}
    assert WORDS not in everything(app) and WORDS.encode() not in raw(app)
    assert phase.run(app).resumed == 0


def test_what_is_held_stays_and_is_said(app: App) -> None:
    with app.engine.begin() as opened:
        hold.add(opened, app.config, "post", "om-vendela", last=date(2027, 1, 1), reason="Tvist", by="jurist", now=NOW)
    done = person.erase(app, asked())
    assert done.request.held == ("om-vendela",) and done.request.after["entry"] == 1
    assert WORDS in everything(app)
    assert "1 av inläggen hålls" in said(receipt.receipt(app.config, done))


def test_reading_or_erasing_what_is_flagged_stands_in_the_access_log_without_the_name(app: App) -> None:
    builders.save(app, [item(entry("hot", text="Ett annat hemskt ord."), flags=(flag(),))])
    person.extract(app, asked("text", "annat hemskt"))
    person.erase(app, asked("text", "annat hemskt"))
    with reading(app.engine) as opened:
        lines, _ = access.listed(opened)
    assert [(line.account, line.action, line.entries) for line in reversed(lines)] == [
        ("registrator", "exported", ("hot",)),
        ("registrator", "changed", ("hot",)),
    ]


def test_nobody_finds_out_whether_an_employee_has_written(app: App) -> None:
    """The same answer where there is such a post and where there is none; and it is neither shown nor erased."""
    answers = []
    for there in (False, True):
        if there:
            employee = entry("visslat", text="Jag jobbar här och vi mörkar.", author=app.pseudonym("Anställd Person"))
            builders.save(app, [item(employee, by_employee=True)])
        for do in (person.extract, person.erase):
            with pytest.raises(NothingFoundError) as refused:
                do(app, asked("pseudonym-of", "Anställd Person"))
            answers.append(str(refused.value))
    assert len(set(answers)) == 1
    assert "vi mörkar" in everything(app)


def test_a_rotated_key_cuts_the_link(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from pipelines.bootstrap import pseudonymiser

    before = pseudonymiser(tmp_path / "author.key")(NAME)
    assert pseudonymiser(tmp_path / "author.key")(NAME) == before
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEDIEBEVAKNING_VAR", str(tmp_path))
        assert main(["rotate-authors", "--config", str(builders.SMABY)]) == 0
    assert pseudonymiser(tmp_path / "author.key")(NAME) != before
    assert (tmp_path / "author.key").stat().st_mode & 0o077 == 0
    assert "The key is new" in capsys.readouterr().out


def test_old_mails_that_lie_as_files_go_with_the_copies(app: App) -> None:
    lying = sorted(app.settings.mails.glob("*.eml"))
    assert lying and phase.preview(app).files == 0
    app.clock.now += timedelta(days=app.config.retention.mails_days * 3000)  # type: ignore[attr-defined]
    assert phase.run(app).files == len(lying)
    assert list(app.settings.mails.glob("*.eml")) == []


def called(app: App, *more: str) -> list[str]:
    where = ["--config", str(builders.SMABY), "--db", app.settings.database]
    return ["person", "erase", "--url", URL, "--reference", "KS 1", *more, *where]


def test_a_receipt_that_finds_no_room_is_told_on_the_screen(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The erasure is done then: what was done must not be lost with the file."""
    monkeypatch.setenv("MEDIEBEVAKNING_VAR", str(app.settings.var))
    out = tmp_path / "ut" / "kvitto.pdf"
    out.parent.mkdir()
    whole = keeping._write_once

    def without_room(path: Path, content: bytes) -> None:
        with full(after=len(content) // 2):
            whole(path, content)

    monkeypatch.setattr(keeping, "_write_once", without_room)
    assert main(called(app, "--out", str(out))) != 0
    told = capsys.readouterr()
    assert "Kvitto på radering" in told.out and "KS 1" in told.out and "Make room" in told.err
    assert list(out.parent.iterdir()) == [] and WORDS not in everything(app)


def test_nothing_is_erased_where_the_receipt_could_not_be_kept(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MEDIEBEVAKNING_VAR", str(app.settings.var))
    (tmp_path / "kvitto.pdf").write_bytes(b"ett annat")
    assert main(called(app, "--out", str(tmp_path / "kvitto.pdf"))) != 0
    assert "Nothing was done" in capsys.readouterr().err
    assert WORDS in everything(app) and person.listed(app) == ()
