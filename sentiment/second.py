"""A second opinion on a tone, by a language model that lies in a local folder: "onnx:DIR" or "hf:DIR".

The folder holds a manifest (see `sentiment.manifest`) with the meaning of the outputs; nothing is ever fetched. The
libraries are the operator's to install: they are large, and the mere presence of some slows down everything else.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from sentiment.manifest import BrokenModel, checked

LABELS = ("negative", "neutral", "positive")
MOST_TOKENS = 512
"""What such models were built for; the beginning of a longer text is read."""
MOST_CHARACTERS = 4_000
NEEDS: Mapping[str, tuple[str, ...]] = {"onnx": ("onnxruntime", "tokenizers"), "hf": ("transformers", "torch")}
Chances = tuple[float, float, float]


class SecondOpinion(Protocol):
    """Reads a text by itself."""

    @property
    def languages(self) -> frozenset[str]:
        """ISO 639-1 codes of those it reads."""

    def chances(self, text: str) -> Chances:
        """The chances of negative, neutral, positive; they sum to 1."""


class _Local:
    """A model with outputs in an order that its manifest names."""

    def __init__(self, facts: Mapping[str, object], folder: Path) -> None:
        labels, languages = facts.get("labels"), facts.get("languages", ["sv"])
        known = isinstance(labels, list) and set(labels) <= set(LABELS) and {"negative", "positive"} <= set(labels)
        if not isinstance(labels, list) or not known:
            raise BrokenModel(f"{folder}: its manifest must say which of {', '.join(LABELS)} each output means.")
        self._labels: list[str] = labels
        self.languages = frozenset(languages) if isinstance(languages, list) else frozenset({"sv"})

    def _named(self, outputs: Sequence[float]) -> Chances:
        if len(outputs) != len(self._labels):
            raise BrokenModel(f"the model has {len(outputs)} outputs, its manifest names {len(self._labels)}. Mend it.")
        highest = max(outputs)
        raised = [math.exp(output - highest) for output in outputs]
        by_label = dict(zip(self._labels, (one / sum(raised) for one in raised), strict=True))
        return by_label["negative"], by_label.get("neutral", 0.0), by_label["positive"]


class OnnxOpinion(_Local):
    """model.onnx with input_ids (and attention_mask, token_type_ids where it takes them), and tokenizer.json."""

    def __init__(self, folder: Path) -> None:
        super().__init__(checked(folder), folder)
        runtime, tokenizers = (_library("onnx", name) for name in NEEDS["onnx"])
        options = runtime.SessionOptions()
        options.intra_op_num_threads = 1
        path = str(folder / "model.onnx")
        self._session: Any = runtime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self._tokenizer: Any = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MOST_TOKENS)
        self._inputs = [given.name for given in self._session.get_inputs()]

    def chances(self, text: str) -> Chances:
        import numpy as np

        read = self._tokenizer.encode(text[:MOST_CHARACTERS])
        given = {"input_ids": read.ids, "attention_mask": read.attention_mask, "token_type_ids": read.type_ids}
        fed = {name: np.array([given[name]], dtype=np.int64) for name in self._inputs}
        return self._named([float(output) for output in self._session.run(None, fed)[0][0]])


class HuggingFaceOpinion(_Local):
    """A folder as `save_pretrained` writes it, with weights as safetensors: other formats can carry code."""

    def __init__(self, folder: Path) -> None:
        super().__init__(checked(folder), folder)
        transformers, self._torch = (_library("hf", name) for name in NEEDS["hf"])
        local = {"local_files_only": True, "trust_remote_code": False}
        self._tokenizer: Any = transformers.AutoTokenizer.from_pretrained(folder, **local)
        chosen = transformers.AutoModelForSequenceClassification
        self._model: Any = chosen.from_pretrained(folder, use_safetensors=True, **local).eval()

    def chances(self, text: str) -> Chances:
        fed = self._tokenizer(text[:MOST_CHARACTERS], truncation=True, max_length=MOST_TOKENS, return_tensors="pt")
        with self._torch.no_grad():
            return self._named(self._model(**fed).logits[0].tolist())


def second_opinion(backend: str) -> SecondOpinion:
    """The model that `backend` names, loaded. Raises BrokenModel: the folder, the manifest or a library is missing."""
    kind, _, folder = backend.partition(":")
    match kind:
        case "onnx":
            return OnnxOpinion(Path(folder))
        case "hf":
            return HuggingFaceOpinion(Path(folder))
        case _:
            raise BrokenModel(f'"{backend}" names no backend. Write onnx:DIR or hf:DIR.')


def _library(kind: str, name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        needed = " ".join(NEEDS[kind])
        raise BrokenModel(
            f"{kind}: needs {name}, which is not installed. Install it beside ours: uv pip install {needed}."
        ) from error
