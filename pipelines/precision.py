"""How often each rule is right, by the words of those who have read what it flagged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.config.schema import Config, Rule
from pipelines.store.corrections import RuleFigures
from sentiment.intervals import Interval, wilson


@dataclass(frozen=True, slots=True)
class Record:
    """A rule with what became of its flags."""

    rule: Rule
    figures: RuleFigures
    precision: float | None
    """The share of its judged flags that were right; None where none was judged."""
    interval: Interval
    """95 % by Wilson."""
    doubtful: bool
    """Under the floor of rules.toml, with enough words to say so. Only a person silences a rule."""


def records(config: Config, figures: Mapping[str, RuleFigures]) -> tuple[Record, ...]:
    """Every rule: the doubtful first, then those that fired most."""
    made = (_record(rule, figures.get(rule.id, RuleFigures()), config) for rule in config.rules)
    return tuple(sorted(made, key=lambda one: (not one.doubtful, -one.figures.fired, one.rule.id)))


def _record(rule: Rule, given: RuleFigures, config: Config) -> Record:
    judged = given.right + given.wrong
    precision = given.right / judged if judged else None
    doubtful = precision is not None and judged >= config.precision.least and precision < config.precision.floor
    return Record(rule, given, precision, wilson(given.right, judged), doubtful)
