"""The sources commands: what is printed, what is written, and what is left alone."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import pytest

from pipelines.cli import main
from tests.builders import SMABY
from tests.collect.conftest import Page, World
from tests.collect.feeds import item, rss

OPML = """<opml version="2.0"><body><outline text="Lokalt">
<outline text="Näsviksnytt" xmlUrl="https://nasviksnytt.example/flode"/>
<outline text="Småbybladet" xmlUrl="http://127.0.0.1:9/smabybladet.xml"/></outline></body></opml>"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MEDIEBEVAKNING_VAR", str(tmp_path / "var"))
    return Path(shutil.copytree(SMABY, tmp_path / "smaby"))


def said(capsys: pytest.CaptureFixture[str], folder: Path, *arguments: str, code: int = 0) -> tuple[str, str]:
    """What the command printed, and what it said beside it."""
    capsys.readouterr()
    assert main(["sources", *arguments, "--config", str(folder)]) == code
    captured = capsys.readouterr()
    return captured.out, captured.err


def test_an_export_imported_elsewhere_is_nothing_new(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for form in ("toml", "json", "opml"):
        out, _ = said(capsys, folder, "export", "--format", form)
        file = folder / f"alla.{form}"
        file.write_text(out, "utf-8")
        assert said(capsys, folder, "import", str(file)) == ("source = []\n", "0 new, 3 there already, 0 refused\n")


def test_an_import_prints_rows_and_changes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (folder / "sources.toml").read_bytes()
    (folder / "lista.opml").write_text(OPML, "utf-8")
    out, err = said(capsys, folder, "import", str(folder / "lista.opml"), "--kind", "blog")
    assert tomllib.loads(out)["source"] == [
        {
            "id": "nasviksnytt",
            "name": "Näsviksnytt",
            "family": "rss",
            "kind": "blog",
            "url": "https://nasviksnytt.example/flode",
            "group": "Lokalt",
        }
    ]
    assert err == "1 new, 1 there already, 0 refused\n" and (folder / "sources.toml").read_bytes() == before


def test_with_write_the_rows_are_added_and_what_stands_there_stays(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "sources.toml"
    path.write_text("# Vår anteckning.\n" + path.read_text("utf-8"), "utf-8")
    before = path.read_text("utf-8")
    (folder / "lista.opml").write_text(OPML, "utf-8")
    said(capsys, folder, "import", str(folder / "lista.opml"), "--write", str(folder))
    assert path.read_text("utf-8").startswith(before)
    assert "nasviksnytt" in said(capsys, folder, "list")[0]


def test_rows_that_the_family_refuses_are_not_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (folder / "sources.toml").read_bytes()
    row = {"id": "m", "name": "M", "family": "mastodon", "kind": "microblog", "url": "https://m.example"}
    (folder / "lista.json").write_text(json.dumps({"source": [row]}), "utf-8")
    _, err = said(capsys, folder, "import", str(folder / "lista.json"), "--write", str(folder), code=1)
    assert '"tags"' in err and (folder / "sources.toml").read_bytes() == before


def test_a_file_of_no_known_form_is_a_wrong_call(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, folder, "import", "lista.txt", code=2)
    assert "cannot be read" in said(capsys, folder, "import", "finns-inte.opml", code=1)[1]


def test_a_preview_says_what_would_come_and_how_to_add_it(
    folder: Path, capsys: pytest.CaptureFixture[str], world: World
) -> None:
    world.pages["/flode"] = Page(
        rss(item(1, description="Det regnar."), item(2, title="Nytt bibliotek i Småby")).encode()
    )
    out, _ = said(capsys, folder, "preview", world.url("/flode"))
    assert "2 entries" in out and "1 name the municipality" in out and "    Nytt bibliotek i Småby" in out
    assert tomllib.loads(out[out.index("[[source]]") :])["source"][0]["url"] == world.url("/flode")
    (found,) = json.loads(said(capsys, folder, "preview", world.url("/flode"), "--json")[0])
    assert found["languages"] == {"sv": 2} and len(found["mentions"]) == 1
    said(capsys, folder, "preview", world.url("/borta"), code=1)


def test_a_preview_asks_no_private_address_unless_told(
    folder: Path, capsys: pytest.CaptureFixture[str], world: World
) -> None:
    path = folder / "sources.toml"
    path.write_text(path.read_text("utf-8").replace("allow_private = true", ""), "utf-8")
    world.pages["/flode"] = Page(rss().encode())
    assert "lokala nätet" in said(capsys, folder, "preview", world.url("/flode"), code=1)[0]
    assert world.asked == []
    said(capsys, folder, "preview", world.url("/flode"), "--allow-private")


def test_options_are_toml_or_plain_texts(folder: Path, capsys: pytest.CaptureFixture[str], world: World) -> None:
    world.pages["/api/v1/timelines/tag/sm%C3%A5by"] = Page(b"[]")
    arguments = ["preview", world.url(""), "--family", "mastodon", "--json"]
    out, _ = said(capsys, folder, *arguments, "--option", "tags=['småby']", code=1)
    assert json.loads(out)[0]["problems"] == [] and len(world.asked) == 1
    assert "no option" in said(capsys, folder, *arguments, "--option", "tags", code=2)[1]


def test_check_asks_all_and_says_how_each_fared(folder: Path, capsys: pytest.CaptureFixture[str], world: World) -> None:
    world.pages["/blad"] = Page(rss(item(1), item(2)).encode())
    rows = "".join(
        f'[[source]]\nid = "{name}"\nname = "{name}"\nfamily = "rss"\nkind = "news"\nurl = "{world.url("/" + name)}"\n'
        for name in ("blad", "borta")
    )
    (folder / "sources.toml").write_text("[fetch]\nallow_private = true\nspacing_seconds = 0\n" + rows, "utf-8")
    found = json.loads(said(capsys, folder, "check", "--json", code=1)[0])
    assert [(one["id"], one["outcome"], one["new"]) for one in found] == [("blad", "ok", 2), ("borta", "failed", 0)]
    assert "1 of 2 answered" in said(capsys, folder, "check", code=1)[0]


def test_list_shows_the_networks_and_what_they_lack(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "coverage.toml").write_text(
        '[[network]]\nid = "press"\nname = "Tidningar"\nkinds = ["news"]\nhow = "Flöden."\n'
        '[[network]]\nid = "x"\nname = "X"\nhow = "Inte alls."\nwhy_not = "Kostar."\nask = "Skaffa en nyckel."\n',
        "utf-8",
    )
    shown = json.loads(said(capsys, folder, "list", "--json")[0])
    assert [(row["network"], row["state"], row["missing"]) for row in shown["coverage"]] == [
        ("Tidningar", "waiting", ""),
        ("X", "none", "Skaffa en nyckel."),
    ]
    assert len(shown["sources"]) == 3 and "Tidningar" in said(capsys, folder, "list")[0]
