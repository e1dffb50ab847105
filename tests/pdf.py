"""The words of a PDF that Typst has made, by its own tables of signs: no program need be installed to read it."""

from __future__ import annotations

import re
import zlib

OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
BEGINS = re.compile(rb"/(f\d+) [\d.]+ Tf|\(")
ESCAPES = {b"n": 10, b"r": 13, b"t": 9, b"b": 8, b"f": 12}
STREAM = re.compile(rb"stream\r?\n(.*)\nendstream", re.DOTALL)


def words(told: bytes) -> str:
    """All text in the order in which it is drawn, without spaces between pieces of a word."""
    objects = {int(number): body for number, body in OBJECT.findall(told)}
    said = []
    for number, body in objects.items():
        if resources := re.search(rb"/Resources (\d+) 0 R", body):
            fonts = re.search(rb"/Font<<(.*?)>>", objects[int(resources[1])])
            pairs = re.findall(rb"/(f\d+) (\d+) 0 R", fonts[1]) if fonts else []
            contents = re.search(rb"/Contents (\d+) 0 R", body)
            drawn = _stream(objects[int(contents[1]) if contents else number])
            said.append(_drawn(drawn, {name: _signs(objects, int(font)) for name, font in pairs}))
    return "\n".join(said)


def _stream(body: bytes) -> bytes:
    found = STREAM.search(body)
    if found is None:
        return b""
    try:
        return zlib.decompress(found[1])
    except zlib.error:
        return b""


def _signs(objects: dict[int, bytes], font: int) -> dict[bytes, str]:
    (table,) = re.findall(rb"/ToUnicode (\d+) 0 R", objects[font])
    pairs = re.findall(rb"<([0-9A-Fa-f]{4})> ?<([0-9A-Fa-f]+)>", _stream(objects[int(table)]))
    return {
        bytes.fromhex(code.decode()): bytes.fromhex(sign.decode()).decode("utf-16-be", "replace")
        for code, sign in pairs
    }


def _drawn(page: bytes, fonts: dict[bytes, dict[bytes, str]]) -> str:
    signs: dict[bytes, str] = {}
    said, place = [], 0
    while found := BEGINS.search(page, place):
        place = found.end()
        if found[1]:
            signs = fonts.get(found[1], {})
            said.append(" ")
        else:
            codes, place = _literal(page, place)
            said += [signs.get(codes[at : at + 2], "") for at in range(0, len(codes), 2)]
    return "".join(said)


def _literal(page: bytes, place: int) -> tuple[bytes, int]:
    """What is between the bracket before `place` and the one that ends it, and the place after that."""
    told, depth = bytearray(), 1
    while True:
        sign = page[place : place + 1]
        if sign == b"\\":
            octal = re.match(rb"[0-7]{1,3}", page[place + 1 : place + 4])
            taken = octal[0] if octal else page[place + 1 : place + 2]
            told.append(int(taken, 8) if octal else ESCAPES.get(taken, taken[0]))
            place += 1 + len(taken)
            continue
        depth += (sign == b"(") - (sign == b")")
        place += 1
        if not depth:
            return bytes(told), place
        told += sign
