"""Keys and tokens: which variable each comes from, and what to say where one is missing or refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipelines.asking import Failure
from pipelines.collect import wording
from pipelines.collect.sources import FAMILIES
from pipelines.config.load import secret
from pipelines.config.schema import Source

REFUSING = frozenset((401, 403))


def variables(source: Source) -> tuple[str, ...]:
    """The environment variables that hold what the source's family needs."""
    family = source.family.replace("-", "_")  # a shell takes no hyphen in a variable's name
    return tuple(f"MEDIEBEVAKNING_{family}_{name}".upper() for name in FAMILIES[source.family].secrets)


def read(source: Source, environment: Mapping[str, str]) -> Mapping[str, str] | Failure:
    """The family's secrets by name; a Failure that names the first variable that is not set."""
    found = {}
    for name, variable in zip(FAMILIES[source.family].secrets, variables(source), strict=True):
        value = secret(variable, environment)
        if not value:
            return Failure(wording.missing_secret(variable), 0.0, remedy=wording.missing_secret_remedy(variable))
        found[name] = value
    return found


def suspected(source: Source, failure: Failure) -> Failure:
    """The Failure with the variables named, where a refusal may be due to what they hold."""
    named = variables(source)
    if named and failure.status in REFUSING and not failure.remedy:
        return replace(failure, remedy=wording.wrong_secret_remedy(named))
    return failure
