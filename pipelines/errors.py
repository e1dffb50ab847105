"""The errors that a person is meant to read; everything else that is raised is a bug."""

from __future__ import annotations


class UserError(Exception):
    """Something the operator can mend: printed as one line, with what to do, and exit code 1."""


class WrongCall(UserError):
    """The command itself cannot be carried out as given: exit code 2."""


class ConfigError(UserError):
    """The configuration is refused; every problem found is listed, each with file, table, key and remedy."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))
