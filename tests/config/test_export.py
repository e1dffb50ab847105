"""What holds now, written as TOML and read again: the same Config, whatever stands in it."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.config import load, read, toml
from pipelines.config.export import export
from pipelines.config.schema import Deputy

ROOT = Path(__file__).parent.parent.parent
SMABY = ROOT / "tests" / "data" / "smaby"
AWAY = Deputy(
    absent="enhetschef:nasviksskolan", deputy="kommunikationschef", first=date(2026, 12, 21), last=date(2027, 1, 6)
)


def written(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize("municipality", ["config/botkyrka", "tests/data/smaby"])
def test_the_exported_configuration_loads_as_the_same(municipality: str, tmp_path: Path) -> None:
    folder = ROOT / municipality
    again = written(tmp_path / "ut", export(read(folder), ()))
    assert load(again) == load(folder)
    assert export(read(again), ()) == export(read(folder), ())


def test_what_lies_over_the_files_and_whom_people_have_named_are_in_it(tmp_path: Path) -> None:
    over = tmp_path / "over"
    over.mkdir()
    text = (SMABY / "municipality.toml").read_text("utf-8").replace("Småby kommun", "Storby kommun")
    (over / "municipality.toml").write_text(text, "utf-8")
    config = load(written(tmp_path / "ut", export(read(SMABY, over), [AWAY])))
    assert config.municipality.name == "Storby kommun"
    assert config == load(SMABY, over).model_copy(update={"deputies": (AWAY,)})


def test_a_learned_layer_is_found_from_another_folder_too(tmp_path: Path, folder: Path) -> None:
    path = folder / "municipality.toml"
    path.write_text(path.read_text("utf-8") + '\n[sentiment]\nmodel = "lager"\nbackend = "onnx:mitt"\n', "utf-8")
    config = load(written(tmp_path / "ut", export(read(folder), ())))
    assert config.sentiment.model == str(folder / "lager") and config.sentiment.backend == f"onnx:{folder / 'mitt'}"


plain = st.one_of(
    st.booleans(),
    st.integers(-(2**60), 2**60),
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=20),
    st.dates(),
    st.times(),
    st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)),
    st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)),
)
keys = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
values = st.recursive(
    plain, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=3)), max_leaves=12
)


@settings(deadline=None)
@given(st.dictionaries(keys, values, max_size=5))
def test_any_table_is_read_as_it_was_written(table: dict[str, object]) -> None:
    assert tomllib.loads(toml.document(table)) == table


def test_what_toml_cannot_say_is_refused() -> None:
    with pytest.raises(TypeError):
        toml.document({"a": None})


def test_it_reads_as_a_person_would_write_it() -> None:
    table = {"root": "chef", "route": [{"id": "larm", "match": {"alert": True}, "at": time(7, 30)}]}
    assert toml.document(table) == (
        'root = "chef"\n\n[[route]]\nid = "larm"\nat = 07:30:00\n\n[route.match]\nalert = true\n'
    )
