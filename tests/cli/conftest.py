"""The loopback server of the tests of collect, for commands that ask."""

from tests.collect.conftest import world

__all__ = ["world"]
