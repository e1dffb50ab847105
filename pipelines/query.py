"""Watch terms and searches: words joined by AND, OR and NOT, "phrases", prefix*. Text in, a question to texts out.

The grammar (docs/sokning.md tells it in Swedish), with NOT binding tightest and OR loosest:

    any   = all { OR all }
    all   = one { [AND] one }
    one   = NOT one | ( any ) | "word word*" | word | word*

Operators are written in capitals; all else is matched whatever its case, accents typed apart, and invisible characters.
Asking takes time linear in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from sentiment import Span
from sentiment.fold import Folded, fold

LONGEST = 1_000
"""Characters of an expression."""
DEEPEST = 30
"""Parentheses and NOTs within each other."""
LONGEST_TEXT = 100_000
"""Characters of a text that are searched, as for names."""
LONGEST_PHRASE = 12
"""Words of a phrase: more are no phrase, and each is compared wherever the phrase may begin."""
SHORTEST_PREFIX = 2
"""Letters before a star: one letter would be a twentieth of the language."""
WORD = re.compile(r"[^\W_]+")
PIECE = re.compile(r'\s*(?:(?P<open>\()|(?P<close>\))|"(?P<phrase>[^"]*)(?P<end>"?)|(?P<word>[^\s()"]+))')
AND, OR, NOT = "AND", "OR", "NOT"


class BadQuery(ValueError):
    """An expression that cannot be read; `at` counts the characters before the place."""

    def __init__(self, why: str, at: int) -> None:
        super().__init__(f"at character {at + 1}: {why}")
        self.at = at


@dataclass(frozen=True, slots=True)
class Term:
    """Words that follow each other, the last of which may be the beginning of a word."""

    words: tuple[str, ...]
    prefix: bool = False


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


Query = Term | All | Any | Not


class Words:
    """A text to be asked: its words and where they stand, made once for all questions."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._folded: Folded = fold(text[:LONGEST_TEXT])
        self._found = [(match[0], match.start(), match.end()) for match in WORD.finditer(self._folded.text)]

    @cached_property
    def _places(self) -> dict[str, list[int]]:
        places: dict[str, list[int]] = {}
        for index, (word, _, _) in enumerate(self._found):
            places.setdefault(word, []).append(index)
        return places

    @cached_property
    def _ordered(self) -> list[str]:
        return sorted(self._places)

    def first(self, term: Term) -> Span | None:
        """Where `term` stands first among those with its first word; None where it does not."""
        *before, last = term.words
        for index in self._starts(term):
            end = index + len(before)
            if end >= len(self._found):
                continue
            if all(self._found[index + step][0] == word for step, word in enumerate(before)):
                ending = self._found[end][0]
                if ending.startswith(last) if term.prefix else ending == last:
                    return self._folded.span(self._text, self._found[index][1], self._found[end][2])
        return None

    def _starts(self, term: Term) -> Iterator[int]:
        if len(term.words) > 1 or not term.prefix:
            yield from self._places.get(term.words[0], ())
            return
        prefix = term.words[0]
        at = bisect_left(self._ordered, prefix)
        if at < len(self._ordered) and self._ordered[at].startswith(prefix):
            yield from self._places[self._ordered[at]]


def parse(text: str) -> Query:
    """The question that `text` asks. Raises BadQuery where it is none, with the place."""
    if len(text) > LONGEST:
        raise BadQuery(f"an expression has at most {LONGEST} characters", LONGEST)
    return _Parser(text).whole()


def ask(query: Query, words: Words) -> tuple[Span, ...] | None:
    """Where the terms that make `query` hold stand; None where it does not hold."""
    match query:
        case Term():
            span = words.first(query)
            return None if span is None else (span,)
        case Not(part):
            return () if ask(part, words) is None else None
        case All(parts):
            spans: list[Span] = []
            for part in parts:
                if (found := ask(part, words)) is None:
                    return None
                spans += found
            return tuple(spans)
        case Any(parts):
            return next((found for part in parts if (found := ask(part, words)) is not None), None)


def holds_for_silence(query: Query) -> bool:
    """Whether a text without any words answers: such a question watches for everything else ("NOT fotboll")."""
    return ask(query, Words("")) is not None


@dataclass(frozen=True, slots=True)
class _Piece:
    kind: str
    """`open`, `close`, `phrase`, `word`, an operator, or `` at the end."""
    text: str
    at: int


class _Parser:
    """Recursive descent over the pieces of an expression."""

    def __init__(self, text: str) -> None:
        self._pieces: Sequence[_Piece] = tuple(_pieces(text))
        self._next = 0
        self._depth = 0

    def whole(self) -> Query:
        query = self._any()
        if self._here.kind == "close":
            raise BadQuery("this parenthesis was never opened", self._here.at)
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
            case "open":
                inner = self._deeper(piece, self._any)
                if self._here.kind != "close":
                    raise BadQuery("this parenthesis is never closed", piece.at)
                self._next += 1
                return inner
            case "NOT":
                return Not(self._deeper(piece, self._one))
            case "":
                raise BadQuery("a word is missing at the end", piece.at)
            case "close":
                raise BadQuery("a word is missing before this parenthesis", piece.at)
            case _:
                raise BadQuery(f"a word is missing before {piece.text}", piece.at)

    def _deeper(self, piece: _Piece, read: Callable[[], Query]) -> Query:
        self._depth += 1
        if self._depth > DEEPEST:
            raise BadQuery(f"more than {DEEPEST} parentheses within each other", piece.at)
        query = read()
        self._depth -= 1
        return query


def _pieces(text: str) -> Iterator[_Piece]:
    for match in PIECE.finditer(text):
        kind = match.lastgroup or ""
        if kind == "end":
            at = match.start("phrase") - 1
            if not match["end"]:
                raise BadQuery("this quotation mark has no partner", at)
            yield _Piece("phrase", match["phrase"], at)
        else:
            said = match[kind]
            yield _Piece(said if said in (AND, OR, NOT) else kind, said, match.start(kind))
    yield _Piece("", "", len(text))


def _term(piece: _Piece) -> Term:
    """The words of a phrase, or of a word: "e-tjänst" and "C++" are what their letters say."""
    body = piece.text.rstrip()
    prefix = body.endswith("*")
    body = body.removesuffix("*")
    if "*" in body:
        raise BadQuery("a star may stand at the end only", piece.at + piece.text.index("*") + (piece.kind == "phrase"))
    words = tuple(match[0] for match in WORD.finditer(fold(body).text))
    if not words:
        raise BadQuery("here are no letters or digits to look for", piece.at)
    if len(words) > LONGEST_PHRASE:
        raise BadQuery(f"a phrase has at most {LONGEST_PHRASE} words", piece.at)
    if prefix and len(words[-1]) < SHORTEST_PREFIX:
        raise BadQuery(f"at least {SHORTEST_PREFIX} letters must stand before a star", piece.at)
    return Term(words, prefix)
