"""What an evaluation found, as values: figures with their intervals by class and by kind of source, misses, tables."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from sentiment.evaluate import ClassFigures
from sentiment.intervals import Interval


@dataclass(frozen=True, slots=True)
class Miss:
    """One field of one row that was assessed otherwise than labelled."""

    id: str
    field: str
    said: str
    labelled: str
    text: str
    phenomenon: str = ""
    """What the row tries, where it says so: `negation`, `irony`."""


@dataclass(frozen=True, slots=True)
class Bounded:
    """The figures of one class, and 95 % intervals: Wilson for precision and recall, bootstrap for F1."""

    figures: ClassFigures
    precision: Interval
    recall: Interval
    f1: Interval


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one kind of source, or of one phenomenon: how many are right, with the Wilson interval."""

    name: str
    rows: int
    right: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Trust:
    """Texts whose tone was told with about this confidence, and the share of them that was right."""

    confidence: float
    right: float
    rows: int
    interval: Interval


@dataclass(frozen=True, slots=True)
class Measured:
    """One field: the share of rows that are right as a whole, and the figures of each of its classes."""

    field: str
    rows: int
    right: float
    macro_f1: float
    classes: tuple[ClassFigures, ...]
    micro: ClassFigures | None = None
    """For a field of several values a row: over all of them together."""
    auc: float | None = None
    """For toxicity: the share of (toxic, other) pairs that are ranked rightly."""
    right_interval: Interval = (0.0, 1.0)
    macro_f1_interval: Interval | None = None
    """None for a field of several values a row."""
    bounds: tuple[Bounded, ...] = ()
    kinds: tuple[Group, ...] = ()
    phenomena: tuple[Group, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of one file."""

    rows: int
    fields: tuple[Measured, ...]
    misses: tuple[Miss, ...] = field(default=(), repr=False)
    trust: tuple[Trust, ...] = ()
    """How far the confidence of the tone can be believed; empty where no row has a tone."""

    def as_json(self) -> dict[str, object]:
        return asdict(self)

    def as_text(self, *, misses: bool = False) -> str:
        """A table a field, and with `misses` each of them on a line."""
        lines = [f"{self.rows} rows"]
        for measured in self.fields:
            lines += ["", *_table(measured)]
        if self.trust:
            lines += ["", "confidence of the tone  right            rows"]
            lines += [
                f"  {one.confidence:>20.2f}  {one.right:.2f} {_shown(one.interval)}  {one.rows:>6}"
                for one in self.trust
            ]
        if misses:
            lines += ["", f"{len(self.misses)} misses"]
            lines += [_line(miss) for miss in self.misses]
        return "\n".join(lines)


def _line(miss: Miss) -> str:
    tried = f" ({miss.phenomenon})" if miss.phenomenon else ""
    return f"{miss.id}{tried}  {miss.field}: said {miss.said}, labelled {miss.labelled}  | {miss.text}"


def _shown(interval: Interval) -> str:
    return f"{interval[0]:.2f}–{interval[1]:.2f}"


def _table(measured: Measured) -> list[str]:
    ranked = f", AUC {measured.auc:.3f}" if measured.auc is not None else ""
    macro = f" ({_shown(measured.macro_f1_interval)})" if measured.macro_f1_interval else ""
    right = f"right in {measured.right:.1%} ({_shown(measured.right_interval)}) of {measured.rows}"
    rows = [
        f"  {one.figures.label:<32} {one.figures.precision:>9.3f} {_shown(one.precision)} {one.figures.recall:>7.3f} "
        f"{_shown(one.recall)} {one.figures.f1:>7.3f} {_shown(one.f1)} {one.figures.support:>9}"
        for one in measured.bounds
    ]
    if measured.micro:
        every = measured.micro
        rows.append(
            f"  {every.label:<32} {every.precision:>9.3f} {'':9} {every.recall:>7.3f} {'':9} {every.f1:>7.3f} {'':9} "
            f"{every.support:>9}"
        )
    return [
        f"{measured.field}: {right}, macro-F1 {measured.macro_f1:.3f}{macro}{ranked}",
        f"  {'class':<32} precision {'':9}  recall {'':9}      F1 {'':9}  labelled",
        *rows,
        *_groups("by kind of source", measured.kinds),
        *_groups("by phenomenon", measured.phenomena),
    ]


def _groups(heading: str, groups: tuple[Group, ...]) -> list[str]:
    """A line for each, unless there is but one."""
    if len(groups) < 2:
        return []
    return [
        f"  {heading}",
        *(f"    {one.name:<30} {one.right:>9.3f} {_shown(one.interval)} {one.rows:>9}" for one in groups),
    ]
