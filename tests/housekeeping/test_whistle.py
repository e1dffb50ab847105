"""Meddelarfrihet: attempts to find out whether an employee has written something, and who. None may succeed."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import select

from pipelines import accounts
from pipelines.bootstrap import App
from pipelines.duties.diary import Paper, Registration
from pipelines.housekeeping import person
from pipelines.housekeeping.person import Asked, NothingFoundError
from pipelines.keys import USES, new_key
from pipelines.notify import phase as notify
from pipelines.store import cases, keys, register, registrations, saved
from pipelines.store.engine import reading
from pipelines.store.schema import entry as entry_table
from pipelines.store.schema import message, metadata
from tests import builders
from tests.builders import NOW, entry, flag, item, official
from tests.dashboards.seed import browser, logged_in
from tests.dashboards.walk_world import case_of
from tests.housekeeping.test_keeping import everything
from tests.housekeeping.test_planted import _read
from tests.notify.servers import Answering

EMPLOYEE, ADDRESS = "Anställd Exempelsson", "anstalld.exempelsson@smaby.example"
OWN = "polisen"
"""A source that is taken for one of the municipality's own."""
ASKED = ("omfattning=allt", "scope=all", "flagga=*&omfattning=allt", "sok=jobbar&omfattning=allt", "flag=*&scope=all")
LISTS = ("/flode", "/flode.csv", "/flode.xlsx", "/flode.pdf", "/api/v1/entries", "/arenden", "/trender", "/rapporter")
UNLIKE = ("/metrics", "/readyz", "/konto/nycklar")
"""For nobody who is logged in; and where a new key has a new name."""
MOVING = re.compile(r'name="csrf" value="[^"]*"|mbv_\w+|"instance":"[^"]*"|nonce[^ ]*')
SECRET = "vi som jobbar här mörkar tillbuden"


@pytest.fixture
def app(tmp_path: Path) -> App:
    return written(tmp_path, hers=True)


def written(folder: Path, *, hers: bool) -> App:
    """An employee, who has an account here too, has written of her unit under her own name, or has not; and somebody
    else has."""
    sources = (one.model_copy(update={"own": one.id == OWN}) for one in builders.smaby().sources)
    made = builders.app(folder, builders.config(sources=tuple(sources)))
    post = entry("hennes", title="", text=f"Jag vet, {SECRET}.", author=made.pseudonym(EMPLOYEE))
    comment = entry("kommentar", source_id=OWN, title="", text=f"Här med, {SECRET}.", author=post.author)
    other = entry("annans", title="", text="Snön ligger kvar vid skolan.", author=made.pseudonym("Någon Annan"))
    critical = builders.Stance("critical", 0.9)
    known = {"units": ("nasviksskolan",), "stance": critical}
    if hers:
        tiny = [item(one, by_employee=True, flags=(flag("neglect"),), **known) for one in (post, comment)]
        builders.save(made, tiny)
        with made.engine.begin() as opened:
            cases.open_case(opened, case_of(tiny[0], 1))
            given = Registration("diarie", "hennes", "criticism", "nasviksskolan", OWN, NOW, "d.pdf", "0" * 64)
            registrations.propose(opened, given, Paper(SECRET, EMPLOYEE, "", b"%PDF"), "kc", NOW)
    builders.save(made, [item(other, **known)])
    with made.engine.begin() as opened:  # her manager answers for the account on which she has commented
        ours = official(source=OWN, responsible="enhetschef:nasviksskolan")
        register.change(opened, ours, seen=0, by="kc", reason="x", now=NOW)
    accounts.invite(made, EMPLOYEE, "enhetschef", ("nasviksskolan",), ADDRESS)
    return made


def asked(given: str) -> Asked:
    return Asked("pseudonym-of", given, "KS 2026:1", "chefen", expect=1)


@pytest.mark.parametrize("name", [EMPLOYEE, f"@{EMPLOYEE}", EMPLOYEE.lower(), EMPLOYEE.upper()])
def test_asking_by_her_name_says_the_same_as_of_one_who_never_wrote(app: App, name: str) -> None:
    answers = set()
    for given in (name, "Ingen Sådan Finns"):
        for do in (person.extract, person.erase):
            with pytest.raises(NothingFoundError) as refused:
                do(app, asked(given))
            answers.add(str(refused.value))
    assert len(answers) == 1 and SECRET in everything(app)
    assert person.listed(app) == ()


def test_nothing_stored_joins_an_account_to_a_post(app: App) -> None:
    """No table refers to both, and no value of one is derived from the other's name."""
    posts = {"entry", "assessment", "entry_version", "mention", "search"}
    for table in metadata.tables.values():
        referred = {key.column.table.name for key in table.foreign_keys}
        assert not ({"account"} <= referred and referred & posts), table.name
    with reading(app.engine) as opened:
        (author,) = opened.execute(select(entry_table.c.author).where(entry_table.c.id == "hennes")).scalars()
    assert everything(app).count(author) == 2  # her post and her comment
    assert EMPLOYEE not in author and ADDRESS not in author


def test_her_own_manager_gets_neither_mail_nor_page_nor_count(app: App) -> None:
    mails = Answering()
    notify.run(app, channel=mails)
    notify.digest(app, channel=mails)
    to_unit = [one for one in mails.sent if one.receiver == "enhetschef:nasviksskolan"]
    assert not [one for one in to_unit if "hennes" in one.text + one.html or SECRET in one.text + one.html]
    manager = logged_in(app, "enhetschef", ["nasviksskolan"])
    pages = {
        path: manager.get(path).text for path in ("/", "/flode?omfattning=allt", f"/flode?sok={SECRET}", "/arenden")
    }
    assert manager.get("/inlagg/hennes").status_code == 404
    assert not [path for path, said in pages.items() if "/inlagg/hennes" in said]
    assert manager.get("/flode.csv?omfattning=allt").text.count("/inlagg/") == 1  # the other's


def test_no_mail_names_who_wrote_nor_joins_two_posts_of_one_writer(app: App) -> None:
    second = entry("andra", title="", text="Och gatan är inte sandad.", author=app.pseudonym(EMPLOYEE))
    builders.save(app, [item(second, stance=builders.Stance("critical", 0.9))])
    notify.run(app, channel=Answering())
    with reading(app.engine) as opened:
        said = " ".join(row.text + row.html for row in opened.execute(select(message)))
        (author,) = set(opened.execute(select(entry_table.c.author).where(entry_table.c.id == "andra")).scalars())
    assert author not in said and EMPLOYEE not in said


def test_no_page_tells_the_pseudonym_even_to_the_head_of_communications(app: App) -> None:
    chief = logged_in(app)
    paths = ("/inlagg/hennes", "/flode?omfattning=allt", "/flode.csv?omfattning=allt", "/gallring", "/atkomst")
    said = " ".join(chief.get(path).text for path in paths)
    assert not re.search(r"\bp[0-9a-f]{16}\b", said)


def test_an_extract_by_words_tells_no_pseudonym_that_could_be_compared(app: App) -> None:
    _, posts = person.extract(app, Asked("text", "Snön ligger kvar", "KS 2026:2", "chefen"))
    assert not re.search(r"\bp[0-9a-f]{16}\b", str(posts))


def test_stories_are_not_told_apart_or_joined_by_their_writer() -> None:
    """What places posts in stories, judges and routes them never reads who wrote."""
    root = Path(__file__).parents[2]
    for folder in ("pipelines/enrich", "pipelines/notify", "sentiment", "dashboards"):
        for path in sorted((root / folder).rglob("*.py")):
            assert not re.search(r"\.author\b", path.read_text("utf-8")), path


def test_whatever_her_manager_opens_says_what_it_said_without_her(tmp_path: Path) -> None:
    """Every page, list, figure, feed, file and answer to a program, in a world where she wrote and one where she did
    not. A figure of a group of one, an id that answers otherwise, a line in a log: whatever is added is tried."""
    worlds = []
    for hers in (True, False):
        folder = tmp_path / str(hers)
        folder.mkdir()
        worlds.append(_opened(written(folder, hers=hers)))
    with_her, without = worlds
    assert with_her.keys() == without.keys() and len(with_her) > 60
    assert [path for path, said in with_her.items() if said != without[path]] == []
    assert any("Snön ligger kvar" in said for said in with_her.values())


def test_what_her_manager_opens_would_tell_if_the_post_were_open(tmp_path: Path) -> None:
    """The same comparison finds her where nothing says that an employee wrote: so it can fail."""
    app = written(tmp_path, hers=False)
    before = _opened(app)
    post = entry("hennes", title="", text=f"Jag vet, {SECRET}.")
    builders.save(app, [item(post, units=("nasviksskolan",), stance=builders.Stance("critical", 0.9))])
    told = [path for path, said in _opened(app).items() if said != before[path]]
    assert {"/", "/flode", "/flode.csv", "/inlagg/hennes", "/api/v1/entries"} <= {
        path.partition("?")[0] for path in told
    }


def _opened(app: App) -> dict[str, str]:
    """By address what her manager is answered, by page and by program, without what is new at every answer."""
    manager, key, token = logged_in(app, "enhetschef", ["nasviksskolan"]), new_key(), "a-token"
    name = "enhetschef ['nasviksskolan']"
    with app.engine.begin() as opened:
        keys.add(opened, name, "x", USES, accounts.fingerprint(key), NOW, NOW + timedelta(days=1))
        if not saved.of_account(opened, name):
            saved.save(opened, name, "Allt", {"omfattning": "allt"}, NOW)
        saved.offer(opened, name, saved.of_account(opened, name)[0].id, accounts.fingerprint(token))
    routes = [one for one in browser(app).app.routes if isinstance(one, APIRoute)]  # type: ignore[attr-defined]
    paths = [f"/atom/sokning/{token}"]
    for route in routes:
        if "GET" in route.methods and route.path not in UNLIKE:
            filled = re.sub(r"{story_id}", "s-hennes", route.path)
            filled = re.sub(r"{(entry_id|post_id)}", "hennes", filled)
            filled = re.sub(r"{[^}]+}", "diarie" if "diarie" in filled else "hennes", filled)
            paths += [filled, *(f"{filled}?{query}" for query in ASKED if filled in LISTS)]
    answers = {}
    for path in paths:
        headers = {"Authorization": f"Bearer {key}"} if path.startswith("/api/") else {}
        answer = manager.get(path, headers=headers, follow_redirects=False)
        said = _read(answer)
        answers[path] = f"{answer.status_code} {MOVING.sub('', said)}"
    return answers
