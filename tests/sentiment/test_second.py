"""A second opinion: from a local folder that is what its manifest says, on close calls alone."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sentiment import Tone
from sentiment.layers import weighed
from sentiment.manifest import BrokenModel, seal
from sentiment.second import Chances, second_opinion

OURS = Tone("neutral", 0.05, 0.4)


@dataclass
class Oracle:
    """A backend that says what it is told to."""

    said: Chances
    asked: list[str] = field(default_factory=list)
    languages: frozenset[str] = frozenset({"sv"})

    def chances(self, text: str) -> Chances:
        self.asked.append(text)
        return self.said


def test_a_surer_opinion_takes_the_place_and_says_so() -> None:
    tone = weighed(OURS, Oracle((0.9, 0.05, 0.05)), "Jaha")
    assert (tone.label, tone.confidence) == ("negative", 0.9)
    assert tone.parts[-1].name == "andra omdömet"
    assert tone.polarity == pytest.approx(OURS.polarity + sum(part.value for part in tone.parts))


@pytest.mark.parametrize("said", [(0.2, 0.6, 0.2), (0.35, 0.3, 0.35)])
def test_one_that_agrees_or_is_less_sure_does_not(said: Chances) -> None:
    assert weighed(OURS, Oracle(said), "Jaha") is OURS


def test_a_backend_is_named_by_kind_and_folder(tmp_path: Path) -> None:
    with pytest.raises(BrokenModel, match="onnx:DIR or hf:DIR"):
        second_opinion(f"pickle:{tmp_path}")
    with pytest.raises(BrokenModel, match="is missing"):
        second_opinion(f"onnx:{tmp_path}")


def test_the_meaning_of_the_outputs_must_be_known(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"x")
    seal(tmp_path, {"labels": ["LABEL_0", "LABEL_1"]})
    with pytest.raises(BrokenModel, match="must say which"):
        second_opinion(f"onnx:{tmp_path}")


@pytest.mark.parametrize(("kind", "library"), [("onnx", "onnxruntime"), ("hf", "transformers")])
def test_a_missing_library_is_named_with_the_remedy(tmp_path: Path, kind: str, library: str) -> None:
    if importlib.util.find_spec(library):
        pytest.skip(f"{library} is installed here")
    (tmp_path / "model.onnx").write_bytes(b"x")
    seal(tmp_path, {"labels": ["negative", "neutral", "positive"]})
    with pytest.raises(BrokenModel, match=f"needs {library}.*uv pip install"):
        second_opinion(f"{kind}:{tmp_path}")


def test_a_tiny_random_model_is_read_by_onnxruntime(tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime")
    pytest.importorskip("tokenizers")
    from tests.sentiment.tiny_onnx import write

    write(tmp_path)
    seal(tmp_path, {"labels": ["negative", "neutral", "positive"], "languages": ["sv"]})
    opinion = second_opinion(f"onnx:{tmp_path}")
    one, other = opinion.chances("bra"), opinion.chances("dålig dålig")
    assert sum(one) == pytest.approx(1) and sum(other) == pytest.approx(1)
    assert one != other
