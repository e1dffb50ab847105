"""The console command as it is called: exit codes, standard streams, and what no database is needed for."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.cli import main
from tests import nasty

ROOT = Path(__file__).parent.parent.parent
SMABY = str(ROOT / "tests" / "data" / "smaby")
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Bladet</title>
<item><guid>a1</guid><title>Nytt bibliotek</title><link>https://bladet.example/a1?utm_source=rss</link>
<description>&lt;p&gt;Invigning &lt;b&gt;i dag&lt;/b&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;/p&gt;</description>
<pubDate>Sat, 21 Nov 2026 10:00:00 +0100</pubDate></item></channel></rss>"""


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MEDIEBEVAKNING_VAR", str(tmp_path / "var"))
    return tmp_path


def command(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """A run of the real command, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "pipelines.cli", *arguments], input=given, capture_output=True, cwd=ROOT, check=False
    )


def test_no_command_is_a_wrong_call() -> None:
    with pytest.raises(SystemExit) as refused:
        main([])
    assert refused.value.code == 2


def test_a_broken_configuration_is_one_line_and_exit_1(own_state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "--config", str(own_state / "nowhere")]) == 1
    said = capsys.readouterr()
    assert said.out == "" and "no such folder" in said.err and len(said.err.splitlines()) == 1


def test_an_unknown_source_is_a_wrong_call(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["collect", "--config", SMABY, "--source", "inget"]) == 2
    assert "«inget»" in capsys.readouterr().err


def test_assess_answers_every_line_in_order_and_says_what_it_cannot_read() -> None:
    posts = [
        {"id": "1", "source": "microblog", "title": "", "text": "Tack för en fin dag på biblioteket i Småby!"},
        {"id": "2", "source": "nowhere", "title": "", "text": "x"},
        {"id": "3", "source": "forum", "title": "Vädret", "text": "Det regnar."},
    ]
    lines = [json.dumps(post, ensure_ascii=False).encode() for post in posts]
    answer = command("assess", "--config", SMABY, given=b"\n".join([lines[0], b"{not json", lines[1], lines[2]]))
    rows = [json.loads(line) for line in answer.stdout.splitlines()]
    assert answer.returncode == 1
    assert [("error" in row, row["id"]) for row in rows] == [
        (False, "1"),
        (True, None),
        (True, "2"),
        (False, "3"),
    ]
    assert rows[0]["about"] is True and rows[3]["about"] is False
    assert set(rows[0]) == {
        *("id", "language", "about", "places", "units", "tone", "stance", "intent"),
        *("toxicity", "flags", "alert", "receivers"),
    }


def test_assess_answers_whatever_the_text_and_the_id() -> None:
    posts = [
        {"id": f"{name}\ud800", "source": "forum", "title": text[:50], "text": text, "language": text[:9]}
        for name, text in nasty.texts().items()
    ]
    answer = command("assess", "--config", SMABY, given="\n".join(map(json.dumps, posts)).encode())
    rows = [json.loads(line) for line in answer.stdout.decode("utf-8").splitlines()]
    assert answer.returncode == 0, answer.stderr[-500:]
    assert [row["id"] for row in rows] == [post["id"] for post in posts]


@pytest.mark.parametrize("given", ['{"id": NaN}', '{"id": {"a": NaN}}', '{"id": "\\ud800"}', "[" * 50_000, "1" * 9999])
def test_a_line_that_is_no_post_gets_an_answer_that_is_json(given: str) -> None:
    answer = command("assess", "--config", SMABY, given=given.encode())
    (line,) = answer.stdout.decode("utf-8").splitlines()
    assert "NaN" not in line and json.loads(line)["error"] and answer.returncode == 1


def test_assess_of_good_lines_ends_with_0() -> None:
    answer = command("assess", "--config", SMABY, given=b'{"id": "1", "source": "news", "title": "A", "text": "B"}\n')
    assert (answer.returncode, len(answer.stdout.splitlines()), answer.stderr) == (0, 1, b"")


def test_parse_gives_plain_text_and_says_which_file_is_no_feed(own_state: Path) -> None:
    (own_state / "feed.xml").write_text(FEED, "utf-8")
    (own_state / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    answer = command("parse", str(own_state / "feed.xml"), str(own_state / "picture.png"))
    first, second = [json.loads(line) for line in answer.stdout.splitlines()]
    assert answer.returncode == 1
    assert (first["title"], first["text"], first["url"]) == (
        "Nytt bibliotek",
        "Invigning i dag",
        "https://bladet.example/a1",
    )
    assert first["published"] == "2026-11-21T09:00:00+00:00"
    assert second["file"].endswith("picture.png") and second["error"]


def test_a_reader_that_leaves_is_no_failure() -> None:
    post = b'{"id": "1", "source": "news", "title": "A", "text": "B"}\n'
    line = f"{sys.executable} -m pipelines.cli assess --config {SMABY} | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", line], input=post * 5000, capture_output=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0 and done.stderr == b""


def test_assess_loads_neither_airflow_nor_textblob_nor_a_database() -> None:
    """What makes it start in less than a second; the time itself is for the benchmark."""
    program = (
        "import sys, io; sys.stdin = io.TextIOWrapper(io.BytesIO(b'')); from pipelines.cli import main; "
        f"main(['assess', '--config', {SMABY!r}]); "
        "print([m for m in ('airflow', 'textblob', 'sqlalchemy', 'pandas') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def test_eval_measures_both_forms(own_state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tones = own_state / "tones.jsonl"
    tones.write_text(
        '{"text": "Underbart, tack!", "label": "positive"}\n{"text": "Uselt och dåligt", "label": "negative"}\n',
        "utf-8",
    )
    assert main(["eval", "--config", SMABY, "--json", str(tones)]) == 0
    assert json.loads(capsys.readouterr().out)


def test_eval_of_what_is_no_jsonl_names_the_line(own_state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = own_state / "broken.jsonl"
    broken.write_text('{"text": "a", "label": "positive"}\nnot json\n', "utf-8")
    assert main(["eval", "--config", SMABY, str(broken)]) == 1
    assert "line 2" in capsys.readouterr().err


def test_the_chain_runs_without_airflow(own_state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Sources that do not answer are issues, not failures of the command."""
    database = f"sqlite:///{own_state}/x.db"
    for name in ("init", "collect", "enrich", "notify", "digest", "housekeeping"):
        arguments = [name, "--config", SMABY, "--db", database]
        assert main(arguments if name == "init" else [*arguments, "--json"]) == 0, name
    assert (own_state / "x.db").exists()


def test_user_add_prints_a_link_that_is_not_kept(own_state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = own_state / "x.db"
    unit = next(
        line.split('"')[1]
        for line in (Path(SMABY) / "units.toml").read_text("utf-8").splitlines()
        if line.startswith("id")
    )
    arguments = ["user", "add", "rektorn", "--config", SMABY, "--db", f"sqlite:///{database}", "--role", "enhetschef"]
    assert main(arguments) == 2
    assert main([*arguments, "--unit", "finns-inte"]) == 2
    assert main([*arguments, "--unit", unit]) == 0
    link = capsys.readouterr().out.strip()
    assert link.startswith("http") and link.rsplit("/", 1)[1].encode() not in database.read_bytes()


def test_a_feed_is_opened_anew_and_closed(own_state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--config", SMABY, "--db", f"sqlite:///{own_state / 'x.db'}"]
    shown = []
    for _ in range(2):
        assert main(["feed", "open", "kommunikationschef", *where]) == 0
        shown.append(capsys.readouterr().out.strip())
    assert "/atom/" in shown[0] and shown[0] != shown[1]
    assert [main(["feed", "close", "kommunikationschef", *where]) for _ in range(2)] == [0, 2]
    assert main(["feed", "open", "sekreteraren", *where]) == 2


def test_accounts_are_listed_and_closed(own_state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--config", SMABY, "--db", f"sqlite:///{own_state / 'x.db'}"]
    add = ["user", "add", "anna", *where, "--role"]
    assert main([*add, "kommunikator", "--unit", "nasviksskolan"]) == 2  # no department
    assert main([*add, "kommunikator", "--unit", "skolkontoret", "--email", "anna@smaby.example"]) == 0
    assert main([*add, "kejsare"]) == 2 and main(["user", "add", *where]) == 2
    capsys.readouterr()
    assert main(["user", "list", *where]) == 0
    assert capsys.readouterr().out == "anna  kommunikator  skolkontoret  anna@smaby.example\n"
    assert [main(["user", "disable", "anna", *where]) for _ in range(2)] == [0, 2]
    capsys.readouterr()
    assert main(["user", "list", "--json", *where]) == 0
    (listed,) = json.loads(capsys.readouterr().out)
    assert listed["name"] == "anna" and listed["disabled_at"]


def test_the_access_log_is_verified(own_state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from sqlalchemy import text

    from pipelines.store import access
    from pipelines.store.engine import open_engine
    from tests.builders import NOW

    url = f"sqlite:///{own_state / 'x.db'}"
    verify = ["access-log", "verify", "--config", SMABY, "--db", url]
    assert main(verify) == 0 and capsys.readouterr().out.startswith("0 lines")
    engine = open_engine(url)
    with engine.begin() as connection:
        access.add(connection, access.Access(NOW, "anna", "enhetschef", "read", "/", ("e1",)))
    assert main([*verify, "--json"]) == 0 and json.loads(capsys.readouterr().out)["events"] == 1
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER access_event_update"))
        connection.execute(text("UPDATE access_event SET account = 'bo'"))
    assert main(verify) == 1
    assert "the access log has been changed: line 1" in capsys.readouterr().err
