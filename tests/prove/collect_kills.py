"""Kill -9 in the middle of a pass, and the pass that follows: by the tests' own driver, at every point and step."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.collect.conftest import World
from tests.collect.test_crash import test_a_pass_that_was_killed_is_made_good_by_the_next as made_good
from tests.prove.table import Table

STEPS = {"fetch": 5, "parse": 5, "store": 4, "commit": 1}
"""How often each point is reached for certain in a pass over the driver's small world: visits share transactions."""


def show(table: Table, *, every: bool) -> None:
    """A row a point. `every`: at each of its steps, else at the first and the last."""
    for point, steps in STEPS.items():
        numbers = range(steps) if every else sorted({0, steps - 1})
        wrong = [number for number in numbers if not _made_good(point, number)]
        seen = f"{len(numbers)} kills: {len(wrong)} left another database than an undisturbed pass"
        table.row(f"kill -9 at {point}", seen, holds=not wrong)
        table.figure(f"kill_{point}", {"kills": len(numbers), "wrong": len(wrong)})


def _made_good(point: str, number: int) -> bool:
    world = World()
    try:
        with tempfile.TemporaryDirectory() as place:
            made_good(world, Path(place), point, number)
    except AssertionError:
        return False
    finally:
        world.close()
    return True
