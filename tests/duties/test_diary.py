"""Diarieföring: a proposal with its paper, its mail and its number; who may; what is left when the diary has it."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text as sql
from sqlalchemy.exc import DatabaseError
from starlette.testclient import TestClient

from pipelines.bootstrap import App
from pipelines.config import Config
from pipelines.config.routing import check_routes
from pipelines.duties import diary, handover
from pipelines.duties.diary import Filed, Paper, Registration
from pipelines.duties.letter import letter
from pipelines.duties.propose import Wish, propose, settle
from pipelines.housekeeping import phase as housekeeping
from pipelines.notify.channels.smtp import envelope
from pipelines.store import outbox
from pipelines.store.engine import reading
from pipelines.store.views import Scope
from pipelines.store.views import registrations as view
from tests import builders, pdf
from tests.builders import EVERYTHING, NOW, Clock, config, smaby
from tests.dashboards import seed

GOLDEN = Path(__file__).parents[1] / "golden"
SCHOOL = Scope(frozenset({"nasviksskolan"}), frozenset({"enhetschef:nasviksskolan"}), flagged_texts=True)
LIBRARY = Scope(frozenset({"smaby-bibliotek"}), frozenset(), flagged_texts=True)


def with_registrator() -> Config:
    head = smaby().receiver("kommunikationschef")
    registrator = head.model_copy(
        update={"id": "registrator", "title": "Registrator", "address": "registrator@smaby.example"}
    )
    return config(registrator="registrator", receivers=(*smaby().receivers, registrator))


@pytest.fixture
def app(tmp_path: Path) -> App:
    return seed.world(tmp_path, using=with_registrator())


def one(app: App, id: str, scope: Scope = EVERYTHING) -> Filed | None:
    with reading(app.engine) as opened:
        return view.one(opened, scope, id)


def mails(app: App) -> list[object]:
    with app.engine.begin() as connection:
        later = NOW + timedelta(days=1)
        return [
            mail for mail, _ in outbox.claim(connection, "w", later, timedelta(minutes=1), 50) if mail.kind == "paper"
        ]


def test_a_proposal_holds_what_a_registrator_needs_and_tells_the_registrator_once(app: App) -> None:
    wish = Wish("criticism", "Oplogade gångvägar", "A. Exempel", "nasviksskolan")
    id = propose(app, EVERYTHING, "kritik", wish, "kc")
    assert propose(app, EVERYTHING, "kritik", Wish(), "någon annan") == id
    filed = one(app, id)
    assert (filed.state, filed.registration.unit, filed.registration.kind) == ("proposed", "nasviksskolan", "criticism")
    assert (filed.paper.subject, filed.paper.sender) == ("Oplogade gångvägar", "A. Exempel")
    assert filed.registration.dated == seed.CRITICISM.when
    assert hashlib.sha256(filed.paper.content).hexdigest() == filed.registration.sha256
    said = re.sub(r"\s", "", pdf.words(filed.paper.content))
    assert "gångvägentillNäsviksskolanoplogad" in said and "https://smabybladet.example/artikel/kritik" in said
    assert seed.CRITICISM.entry.revision in said
    (mail,) = mails(app)
    assert (mail.receiver, mail.attached.content) == ("registrator", filed.paper.content)
    assert filed.registration.sha256 in mail.text and "A. Exempel" in mail.text
    assert "Oplogade" not in mail.subject


def test_the_mail_as_it_goes_over_the_wire_brings_the_very_file(app: App) -> None:
    id = propose(app, EVERYTHING, "kritik", Wish(), "kc")
    (mail,) = mails(app)
    (file,) = envelope(mail, app.config.sender, NOW).iter_attachments()
    assert file.get_content() == one(app, id).paper.content
    assert (file.get_content_type(), file.get_filename()) == ("application/pdf", one(app, id).registration.file)


@pytest.mark.parametrize("part", ["txt", "html"])
def test_golden(part: str) -> None:
    """UPDATE_GOLDEN=1 writes the files anew; read them before they are committed."""
    given = Registration(
        "d1", "e1", "criticism", "nasviksskolan", "smabybladet", NOW, "inlagg-2026-11-21-d1.pdf", "ab" * 32
    )
    paper = Paper("Plogning <vid> skolan\nBcc: x", diary.NO_SENDER, "https://smabybladet.example/1", b"%PDF")
    using = with_registrator()
    made = letter(given, paper, using.receiver("registrator"), using)
    shown = f"Subject: {made.subject}\n\n{made.text}" if part == "txt" else made.html
    file = GOLDEN / f"diary.{part}"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(shown, "utf-8")
    assert shown == file.read_text("utf-8")


def test_without_a_registrator_nobody_is_written_to(tmp_path: Path) -> None:
    app = seed.world(tmp_path)
    assert propose(app, EVERYTHING, "kritik", Wish(), "kc") and mails(app) == []
    assert "Ingen registrator är angiven" in seed.logged_in(app).get("/diarieforing").text


def test_a_registrator_who_is_no_receiver_is_refused_with_a_remedy() -> None:
    (problem,) = check_routes(config(registrator="ingen"), Path("routes.toml"))
    assert "registrator" in problem and "ingen" in problem


def test_who_may_not_read_the_post_learns_nothing_of_its_proposal(app: App) -> None:
    id = propose(app, EVERYTHING, "kritik", Wish(), "kc")
    assert propose(app, LIBRARY, "kritik", Wish(), "x") is None
    assert one(app, id, LIBRARY) is None and one(app, id, SCHOOL) is not None
    assert settle(app, LIBRARY, id, "registered", "KS 1", "x", None) == ("missing", None)
    assert one(app, id).state == "proposed"


def test_registered_needs_a_number_and_closes_the_cases_of_the_post(app: App) -> None:
    seed.open_cases(app, [seed.QUESTION])
    id = propose(app, EVERYTHING, "fråga", Wish("message"), "kc")
    assert settle(app, EVERYTHING, id, "registered", "  ", "kc", 1)[0] == "no-number"
    assert settle(app, EVERYTHING, id, "registered", "KS 2026/17", "kc", 1)[0] == "said"
    assert (one(app, id).state, one(app, id).reference) == ("registered", "KS 2026/17")
    page = seed.logged_in(app).get("/arenden?visa=avslutade").text
    assert "Diarieförd" in page


def test_who_comes_second_is_told_and_a_form_sent_twice_is_one_line(app: App) -> None:
    id = propose(app, EVERYTHING, "kritik", Wish(), "kc")
    assert settle(app, EVERYTHING, id, "registered", "KS 1", "a", 1)[0] == "said"
    assert settle(app, EVERYTHING, id, "registered", "KS 1", "a", 1)[0] == "said"
    assert settle(app, EVERYTHING, id, "declined", "", "b", 1)[0] == "meanwhile"
    assert settle(app, EVERYTHING, id, "registered", "KS 2", "b", 2)[0] == "said"
    assert [(event.action, event.reference, event.by) for event in one(app, id).history] == [
        ("proposed", "", "kc"),
        ("registered", "KS 1", "a"),
        ("registered", "KS 2", "b"),
    ]


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["registration", "registration_event"])
def test_the_database_refuses_to_change_what_was_said(app: App, table: str, statement: str) -> None:
    propose(app, EVERYTHING, "kritik", Wish(), "kc")
    with pytest.raises(DatabaseError, match="append-only"), app.engine.begin() as connection:
        connection.execute(sql(statement.format(table)))


def test_the_paper_goes_when_the_diary_has_it_and_the_number_stays(tmp_path: Path) -> None:
    clock = Clock()
    app = replace(seed.world(tmp_path), clock=clock)
    done, waits = (propose(app, EVERYTHING, entry, Wish(sender="A. Exempel"), "kc") for entry in ("kritik", "fråga"))
    settle(app, EVERYTHING, done, "registered", "KS 1", "kc", None)
    clock.forward(days=app.config.retention.mails_days + 1)
    assert housekeeping.run(app).rows["registration_paper deleted"] == 1
    assert one(app, done).paper is None and one(app, done).reference == "KS 1"
    assert one(app, waits).paper is not None
    clock.forward(days=app.config.retention.entries_days)
    assert housekeeping.run(app).rows["registration_paper deleted"] == 1
    assert one(app, done).reference == "KS 1" and one(app, waits).paper is None
    assert one(app, done, SCHOOL) is None


def test_the_file_of_the_mail_goes_with_the_mail(tmp_path: Path) -> None:
    app = replace(seed.world(tmp_path, using=with_registrator()), clock=(clock := Clock()))
    propose(app, EVERYTHING, "kritik", Wish(), "kc")
    with app.engine.begin() as connection:
        for mail, _ in outbox.claim(connection, "w", NOW, timedelta(minutes=1), 50):
            outbox.sent(connection, mail.key, "w", NOW)
    clock.forward(days=app.config.retention.mails_days + 1)
    housekeeping.run(app)
    with reading(app.engine) as opened:
        assert opened.execute(sql("SELECT count(*) FROM message_file")).scalar_one() == 0


def test_the_handover_is_an_index_the_captures_and_sums_that_fit(app: App) -> None:
    ids = [propose(app, EVERYTHING, entry, Wish(subject="=1+1"), "kc") for entry in ("kritik", "fråga", "hot")]
    with reading(app.engine) as opened:
        filed, total = view.listed(opened, EVERYTHING, ("proposed",))
    made = handover.files(filed, app.config)
    rows = list(csv.DictReader(io.StringIO(made["forteckning.csv"].decode("utf-8-sig")), delimiter=";"))
    assert total == 3 and {row["Förslag"] for row in rows} == set(ids)
    assert all(hashlib.sha256(made[row["Fil"]]).hexdigest() == row["SHA-256"] for row in rows)
    assert all(row["Ämne"].startswith("'=") for row in rows)
    sums = dict(reversed(line.split("  ", 1)) for line in made["SHA256SUMS"].decode().splitlines())
    assert sums == {name: hashlib.sha256(content).hexdigest() for name, content in made.items() if name != "SHA256SUMS"}
    assert handover.as_zip(made) == handover.as_zip(made)


# --- the page ------------------------------------------------------------------------------------------------------


def token(client: TestClient) -> str:
    return re.search(r'name="csrf" value="([^"]+)"', client.get("/arenden").text)[1]


def test_from_the_post_to_a_number(app: App) -> None:
    chief = seed.logged_in(app)
    assert "Föreslå diarieföring" in chief.get("/inlagg/kritik").text
    form = {"csrf": token(chief), "amne": "<b>Snö</b>", "avsandare": "A. Exempel", "enhet": "nasviksskolan"}
    assert chief.post("/inlagg/kritik/diariefor", data=form).status_code == 303
    page = chief.get("/diarieforing").text
    assert "&lt;b&gt;Snö&lt;/b&gt;" in page and "Registrator" in page and "behöver inte diarieföras" in page
    id = re.search(r'action="/diarieforing/([0-9a-f]+)"', page)[1]
    assert chief.get(f"/diarieforing/{id}/handling.pdf").content.startswith(b"%PDF")
    with zipfile.ZipFile(io.BytesIO(chief.get("/diarieforing.zip").content)) as file:
        assert {"forteckning.csv", "SHA256SUMS"} <= set(file.namelist())
    wanted = {"csrf": token(chief), "lage": "registered", "sedda": "1"}
    assert chief.post(f"/diarieforing/{id}", data=wanted).status_code == 400
    assert chief.post(f"/diarieforing/{id}", data=wanted | {"nummer": "KS 2026/9"}).status_code == 303
    assert "KS 2026/9" in chief.get("/diarieforing?visa=avslutade").text
    assert "KS 2026/9" in chief.get("/inlagg/kritik").text
    assert chief.post(f"/diarieforing/{id}", data=wanted | {"csrf": "x"}).status_code == 403


def test_a_flagged_paper_that_is_opened_stands_in_the_access_log(app: App) -> None:
    id = propose(app, EVERYTHING, "hot", Wish(), "kc")
    chief = seed.logged_in(app)
    chief.get(f"/diarieforing/{id}/handling.pdf")
    with reading(app.engine) as opened:
        lines = opened.execute(sql("SELECT place, action, entries FROM access_event")).all()
    assert any(
        row.place.endswith("handling.pdf") and row.action == "exported" and "hot" in row.entries for row in lines
    )
    assert seed.logged_in(app, "administrator").get(f"/diarieforing/{id}/handling.pdf").status_code == 404


def test_a_post_on_an_account_of_ours_says_why_it_need_not_be_registered(tmp_path: Path) -> None:
    own = tuple(source.model_copy(update={"own": True}) for source in smaby().sources)
    app = seed.world(tmp_path, using=builders.config(sources=own))
    assert "i den ordning de kom" in seed.logged_in(app).get("/inlagg/kritik").text
