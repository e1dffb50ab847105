"""Meddelarfrihet: attempts to find out whether an employee has written something, and who. None may succeed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from pipelines import accounts
from pipelines.bootstrap import App
from pipelines.housekeeping import person
from pipelines.housekeeping.person import Asked, NothingFoundError
from pipelines.notify import phase as notify
from pipelines.store.engine import reading
from pipelines.store.schema import entry as entry_table
from pipelines.store.schema import message, metadata
from tests import builders
from tests.builders import entry, flag, item
from tests.dashboards.seed import logged_in
from tests.housekeeping.test_keeping import everything
from tests.notify.servers import Answering

EMPLOYEE, ADDRESS = "Anställd Exempelsson", "anstalld.exempelsson@smaby.example"
SECRET = "vi som jobbar här mörkar tillbuden"


@pytest.fixture
def app(tmp_path: Path) -> App:
    """An employee, who has an account here too, has written of her unit under her own name; and somebody else."""
    made = builders.app(tmp_path)
    hers = entry("hennes", title="", text=f"Jag vet, {SECRET}.", author=made.pseudonym(EMPLOYEE))
    other = entry("annans", title="", text="Snön ligger kvar vid skolan.", author=made.pseudonym("Någon Annan"))
    critical = builders.Stance("critical", 0.9)
    known = {"units": ("nasviksskolan",), "stance": critical}
    builders.save(made, [item(hers, by_employee=True, flags=(flag("neglect"),), **known), item(other, **known)])
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
    assert everything(app).count(author) == 1
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
