"""The grammar of watch terms and searches. Text in, a question out.

docs/sokning.md tells it in Swedish. NOT binds tightest and OR loosest:

    any   = all { OR all }
    all   = one { [AND] one }
    one   = NOT one | ( any ) | "word word*" | word | word* | field:value | field:"value"

Operators are written in capitals, in English or Swedish; all else is matched whatever its case, accents typed apart,
and invisible characters. Fields are read where the caller names some (`pipelines.search`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from sentiment.fold import fold

LONGEST = 1_000
"""Characters of an expression."""
DEEPEST = 30
"""Parentheses and NOTs within each other."""
LONGEST_PHRASE = 12
"""Words of a phrase: more are no phrase, and each is compared wherever the phrase may begin."""
SHORTEST_PREFIX = 2
"""Letters before a star: one letter would be a twentieth of the language."""
WORD = re.compile(r"[^\W_]+")
FIELD = r'(?P<field>[^\W\d_]{2,}):(?P<value>"[^"]*"?|[^\s()"]*)'
PIECE = re.compile(
    rf'\s*(?:(?P<open>\()|(?P<close>\))|"(?P<phrase>[^"]*)(?P<end>"?)|(?:{FIELD})(?![^\s()])|(?P<word>[^\s()"]+))'
)
AND, OR, NOT = "AND", "OR", "NOT"
OPERATORS = {"AND": AND, "OCH": AND, "OR": OR, "ELLER": OR, "NOT": NOT, "INTE": NOT}
PROBLEMS = {
    "long": "an expression has at most {most} characters",
    "not-opened": "this parenthesis was never opened",
    "not-closed": "this parenthesis is never closed",
    "end": "a word is missing at the end",
    "empty": "a word is missing before this parenthesis",
    "operator": "a word is missing before {found}",
    "deep": "more than {most} parentheses within each other",
    "quotation": "this quotation mark has no partner",
    "star": "a star may stand at the end only",
    "no-letters": "here are no letters or digits to look for",
    "phrase": "a phrase has at most {most} words",
    "prefix": "at least {least} letters must stand before a star",
    "field": 'no field is named "{found}" here. Put what is a text between quotation marks',
    "value": 'no {field} is named "{found}". Known: {known}',
    "date": '"{found}" is no date. Write idag, igår, v47, 2026-11-21, 2026-11, 7d, or two with two dots between',
    "many": "a search has at most {most} words and fields",
    "no-value": 'a value is missing after "{found}:"',
}
"""What can be wrong with an expression, or with the value of a field; the dashboard says the same in Swedish."""


class BadQuery(ValueError):
    """An expression that cannot be read; `at` counts the characters before the place.

    problem: a key of PROBLEMS; given: what stands in its wording.
    """

    def __init__(self, problem: str, at: int, **given: object) -> None:
        super().__init__(f"at character {at + 1}: {PROBLEMS[problem].format(**given)}")
        self.problem = problem
        self.at = at
        self.given = given


@dataclass(frozen=True, slots=True)
class Term:
    """Words that follow each other, the last of which may be the beginning of a word."""

    words: tuple[str, ...]
    prefix: bool = False
    exact: bool = False
    """Written between quotation marks. A text is always asked exactly; a search finds other forms of a word too."""


class Beside:
    """What is asked of more than the words: only a store of assessed texts can answer."""


@dataclass(frozen=True, slots=True)
class Field(Beside):
    """A field with its value as written, and how many characters stand before it and before its value."""

    name: str
    value: str
    at: int
    value_at: int


@dataclass(frozen=True, slots=True)
class All:
    """Every part must hold."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """One part must hold."""

    parts: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part must not hold."""

    part: Query


Query = Term | All | Any | Not | Beside


def parse(text: str, fields: Collection[str] = (), deepest: int = DEEPEST) -> Query:
    """The question that `text` asks. Raises BadQuery where it is none, with the place.

    fields: the names, in small letters, that may stand before a colon; deepest: of parentheses and NOTs.
    """
    if len(text) > LONGEST:
        raise BadQuery("long", LONGEST, most=LONGEST)
    return _Parser(text, fields, deepest).whole()


@dataclass(frozen=True, slots=True)
class _Piece:
    kind: str
    """`open`, `close`, `phrase`, `word`, `field`, an operator, or `` at the end."""
    text: str
    at: int
    value: str = ""
    """Of a field."""


class _Parser:
    """Recursive descent over the pieces of an expression."""

    def __init__(self, text: str, fields: Collection[str], deepest: int) -> None:
        self._pieces: Sequence[_Piece] = tuple(_pieces(text, fields))
        self._deepest = deepest
        self._next = 0
        self._depth = 0

    def whole(self) -> Query:
        query = self._any()
        if self._here.kind == "close":
            raise BadQuery("not-opened", self._here.at)
        return query

    @property
    def _here(self) -> _Piece:
        return self._pieces[self._next]

    def _any(self) -> Query:
        parts = [self._all()]
        while self._here.kind == OR:
            self._next += 1
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Any(tuple(parts))

    def _all(self) -> Query:
        parts = [self._one()]
        while self._here.kind not in ("", "close", OR):
            if self._here.kind == AND:
                self._next += 1
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self) -> Query:
        piece = self._here
        self._next += bool(piece.kind)
        match piece.kind:
            case "word" | "phrase":
                return _term(piece)
            case "field":
                value_at = piece.at + len(piece.text) + 1
                return Field(piece.text.lower(), piece.value.strip('"'), piece.at, value_at)
            case "open":
                inner = self._deeper(piece, self._any)
                if self._here.kind != "close":
                    raise BadQuery("not-closed", piece.at)
                self._next += 1
                return inner
            case "NOT":
                return Not(self._deeper(piece, self._one))
            case "":
                raise BadQuery("end", piece.at)
            case "close":
                raise BadQuery("empty", piece.at)
            case _:
                raise BadQuery("operator", piece.at, found=piece.text)

    def _deeper(self, piece: _Piece, read: Callable[[], Query]) -> Query:
        self._depth += 1
        if self._depth > self._deepest:
            raise BadQuery("deep", piece.at, most=self._deepest)
        query = read()
        self._depth -= 1
        return query


def _pieces(text: str, fields: Collection[str]) -> Iterator[_Piece]:
    for match in PIECE.finditer(text):
        kind = match.lastgroup or ""
        if kind == "end":
            at = match.start("phrase") - 1
            if not match["end"]:
                raise BadQuery("quotation", at)
            yield _Piece("phrase", match["phrase"], at)
        elif kind == "value":
            yield _field(match, fields)
        else:
            said = match[kind]
            yield _Piece(OPERATORS.get(said, kind), said, match.start(kind))
    yield _Piece("", "", len(text))


def _field(match: re.Match[str], fields: Collection[str]) -> _Piece:
    """A field, or a word where it is none: "https://…" is an address, and "Polisen: …" the beginning of a title."""
    name, value, at = match["field"], match["value"], match.start("field")
    if name.lower() not in fields:
        if value.startswith("/") or not value:
            return _Piece("word", f"{name}:{value}", at)
        raise BadQuery("field", at, found=name)
    if value.startswith('"') and (len(value) == 1 or not value.endswith('"')):
        raise BadQuery("quotation", match.start("value"))
    if not value.strip('" '):
        raise BadQuery("no-value", at, found=name)
    return _Piece("field", name, at, value)


def _term(piece: _Piece) -> Term:
    """The words of a phrase, or of a word: "e-tjänst" and "C++" are what their letters say."""
    body = piece.text.rstrip()
    prefix = body.endswith("*")
    body = body.removesuffix("*")
    if "*" in body:
        raise BadQuery("star", piece.at + piece.text.index("*") + (piece.kind == "phrase"))
    words = tuple(match[0] for match in WORD.finditer(fold(body).text))
    if not words:
        raise BadQuery("no-letters", piece.at)
    if len(words) > LONGEST_PHRASE:
        raise BadQuery("phrase", piece.at, most=LONGEST_PHRASE)
    if prefix and len(words[-1]) < SHORTEST_PREFIX:
        raise BadQuery("prefix", piece.at, least=SHORTEST_PREFIX)
    return Term(words, prefix, exact=piece.kind == "phrase")
