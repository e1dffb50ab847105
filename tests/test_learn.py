"""`train`: from labelled rows to a folder, and what it refuses."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.cli import main
from pipelines.correct import correct
from pipelines.errors import UserError
from pipelines.learn import LEAST_TEXTS, learn
from sentiment.manifest import NAME
from tests import builders
from tests.builders import EVERYTHING

Row = dict[str, object]


def rows(count: int = 150, *, noise: float = 0.0, seed: int = 3) -> Iterator[Row]:
    """Posts whose tone lies in invented words; `noise` is the share that is labelled by chance."""
    chance = random.Random(seed)
    for number in range(count):
        tone = ("negative", "neutral", "positive")[number % 3]
        word = {"negative": "plumsvart", "neutral": "daglig", "positive": "gnistvit"}[tone]
        said = chance.choice(("negative", "neutral", "positive")) if chance.random() < noise else tone
        place = chance.choice(("Vägen", "Bron", "Parken", "Torget"))
        yield {"source": "forum", "title": "", "text": f"{place} är {word} nr {number}", "tone": said}


def test_a_model_is_written_with_its_figures(tmp_path: Path) -> None:
    learned = learn([(None, "own.jsonl", rows())], tmp_path / "model")
    (figure,) = learned.figures
    assert figure.learned > figure.rules and learned.bytes < 1_000_000
    said = json.loads((tmp_path / "model" / NAME).read_text("utf-8"))
    assert said["figures"][0]["learned"] == figure.learned
    assert "own.jsonl" in learned.as_text()


def test_a_better_model_is_not_replaced_but_a_worse_one_is(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    learn([(None, "own.jsonl", rows(noise=0.5))], folder)
    worse = (folder / NAME).read_bytes()
    learn([(None, "own.jsonl", rows())], folder)
    better = (folder / NAME).read_bytes()
    assert better != worse
    with pytest.raises(UserError, match="better model"):
        learn([(None, "own.jsonl", rows(noise=0.5))], folder)
    assert (folder / NAME).read_bytes() == better


def test_what_brings_nothing_is_not_written(tmp_path: Path) -> None:
    """Words without meaning, labelled so that the rules are right: there is nothing to learn beside them."""
    words = {"negative": "usel", "positive": "underbar"}
    tones = ("negative", "positive")
    right = [{"source": "forum", "text": f"Helt {words[tones[n % 2]]} {n}", "tone": tones[n % 2]} for n in range(120)]
    with pytest.raises(UserError, match="rules alone"):
        learn([(None, "own.jsonl", right)], tmp_path / "model")
    assert not (tmp_path / "model").exists()


def test_too_little_and_unreadable_rows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="too few"):
        learn([(None, "own.jsonl", rows(LEAST_TEXTS - 1))], tmp_path / "model")
    with pytest.raises(UserError, match="no row"):
        learn([(None, "own.jsonl", [])], tmp_path / "model")
    with pytest.raises(UserError, match="row 1"):
        learn([(None, "own.jsonl", [{"tone": "negative"}])], tmp_path / "model")


def test_held_out_rows_teach_nothing(tmp_path: Path) -> None:
    kept = [row | {"split": "held-out"} for row in rows(300)]
    with pytest.raises(UserError, match="no row"):
        learn([(None, "own.jsonl", kept)], tmp_path / "model")


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine", "utf-8")
    with pytest.raises(UserError, match="no model"):
        learn([(None, "own.jsonl", rows())], tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_from_the_command_line_to_an_assessment(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "own.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows()), "utf-8")
    smaby = Path(__file__).parent / "data" / "smaby"
    folder = tmp_path / "smaby"
    folder.mkdir()
    for path in smaby.glob("*.toml"):
        (folder / path.name).write_bytes(path.read_bytes())
    assert main(["train", str(file), "--out", str(folder / "tone"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["figures"][0]["texts"] == 150
    before = _right(file, folder, capsys)
    with (folder / "municipality.toml").open("a", encoding="utf-8") as told:
        told.write('\n[sentiment]\nmodel = "tone"\n')
    assert (before < 0.5, _right(file, folder, capsys) > 0.9) == (True, True)
    (folder / "tone" / "weights.tsv").write_text("w:bra\t1\n", "utf-8")
    assert main(["eval", "--config", str(folder), str(file)]) == 1
    assert "[sentiment]" in capsys.readouterr().err


def _right(file: Path, folder: Path, capsys: pytest.CaptureFixture[str]) -> float:
    assert main(["eval", "--config", str(folder), "--json", str(file)]) == 0
    right: float = json.loads(capsys.readouterr().out)["fields"][0]["right"]
    return right


def test_corrections_are_a_sample_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MEDIEBEVAKNING_VAR", str(tmp_path / "var"))
    made = builders.app(tmp_path)
    builders.save(made, [builders.item(builders.entry("e1"))])
    called = ["train", "--corrections", "--out", str(tmp_path / "tone"), "--config", str(builders.SMABY)]
    called += ["--db", made.settings.database]
    assert main(called) == 1 and "no one has corrected a tone yet" in capsys.readouterr().err
    assert correct(made, EVERYTHING, "e1", "negative", "", "anna") == "said"
    assert main(called) == 1 and "corrections: 1 labelled Swedish texts are too few" in capsys.readouterr().err


@pytest.mark.parametrize("source", ["tv=x.jsonl", "forum", "=x.jsonl"])
def test_a_source_is_a_kind_and_a_file(source: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--source", source, "--out", str(tmp_path / "model")]) == 2
    assert "KIND=FILE" in capsys.readouterr().err


def test_misses_of_held_out_rows_are_not_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "--split", "held-out", "--misses", str(tmp_path / "x.jsonl")]) == 2
    assert "held-out" in capsys.readouterr().err
