"""Writes a tiny random classifier as ONNX by hand, so that no exporter is needed: the mean of token embeddings."""

from __future__ import annotations

import json
import random
import struct
from pathlib import Path

VOCABULARY = ("[UNK]", "bra", "dålig", "skola")
INT64, FLOAT = 7, 1


def write(folder: Path) -> None:
    """model.onnx and tokenizer.json: input_ids [1, length] → Gather → ReduceMean → logits [1, 3]."""
    (folder / "model.onnx").write_bytes(_model())
    tokenizer = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": None,
        "decoder": None,
        "model": {
            "type": "WordLevel",
            "vocab": {word: index for index, word in enumerate(VOCABULARY)},
            "unk_token": "[UNK]",
        },
    }
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer), "utf-8")


def _model() -> bytes:
    chance = random.Random(1)
    numbers = [chance.uniform(-1, 1) for _ in range(len(VOCABULARY) * 3)]
    table = (
        b"".join(_number(1, size) for size in (len(VOCABULARY), 3))
        + _number(2, FLOAT)
        + _bytes(8, b"table")
        + _bytes(9, struct.pack(f"<{len(numbers)}f", *numbers))
    )
    gather = _node("Gather", [b"table", b"input_ids"], b"embedded")
    axes = _bytes(1, b"axes") + _number(8, 1) + _number(20, 7)  # AttributeProto.ints, type INTS
    keep = _bytes(1, b"keepdims") + _number(3, 0) + _number(20, 2)  # AttributeProto.i, type INT
    mean = _node("ReduceMean", [b"embedded"], b"logits", axes, keep)
    graph = (
        _bytes(1, gather)
        + _bytes(1, mean)
        + _bytes(2, b"tiny")
        + _bytes(5, table)
        + _bytes(11, _value(b"input_ids", INT64))
        + _bytes(12, _value(b"logits", FLOAT))
    )
    return _number(1, 8) + _bytes(7, graph) + _bytes(8, _bytes(1, b"") + _number(2, 13))


def _node(kind: str, inputs: list[bytes], output: bytes, *attributes: bytes) -> bytes:
    named = b"".join(_bytes(1, name) for name in inputs) + _bytes(2, output) + _bytes(4, kind.encode())
    return named + b"".join(_bytes(5, attribute) for attribute in attributes)


def _value(name: bytes, kind: int) -> bytes:
    """A tensor of two dimensions of any size."""
    any_size = _bytes(1, _bytes(2, b"n"))
    return _bytes(1, name) + _bytes(2, _bytes(1, _number(1, kind) + _bytes(2, any_size + _bytes(1, _bytes(2, b"m")))))


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _varint(value: int) -> bytes:
    done = bytearray()
    while value > 0x7F:
        done.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*done, value))
