"""evaluation: the yearly report, or a campaign's, of the municipality, a unit or an account, as HTML and PDF."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from pipelines.errors import UserError, WrongCall


def evaluation(called: Namespace) -> int:
    """Write one report into a new folder; or compose the mails that are due, as the night does."""
    from pipelines.cli.phases import app
    from pipelines.cli.show import show
    from pipelines.duties import folder
    from pipelines.evaluation import areas, facts, paper, phase
    from pipelines.store import register
    from pipelines.store.engine import reading
    from pipelines.store.views import Scope

    _check(called)
    built = app(called)
    if called.send:
        show(phase.run(built), as_json=False)
        return 0
    occasion = areas.named(called.campaign or str(called.year), built.config)
    if occasion is None or (called.campaign and occasion.campaign is None):
        raise WrongCall("there is no such year or campaign. Campaigns stand in goals.toml")
    everything = Scope(units=None, receivers=None, flagged_texts=True)  # who runs this reads the database itself
    with reading(built.engine) as connection:
        every = list(facts.subjects(built.config, register.current(connection), everything))
        wanted = ("unit", called.unit) if called.unit else ("account", called.account or "")
        subject = next((one for one in every if (one.kind, one.id) == wanted), None)
        subject = every[0] if not (called.unit or called.account) else subject
        if subject is None:
            raise UserError(f"there is no {wanted[0]} with the id «{wanted[1]}». Mend the id.")
        found = facts.facts(connection, everything, built.config, subject, occasion, built.clock())
    made = paper.files(found, built.config)
    folder.write(Path(called.out), made)
    reached = sum(one.reached is True for one in found.results)
    print(f"{called.out}: {', '.join(made)}; posts: {found.figures.posts}; goals: {reached} of {len(found.results)}")
    return 0


def _check(called: Namespace) -> None:
    if called.send:
        return
    if (called.year is None) == (called.campaign is None):
        raise WrongCall("name one of --year and --campaign")
    if called.unit and called.account:
        raise WrongCall("name one of --unit and --account, or neither for the municipality")
    if not called.out:
        raise WrongCall("name a new folder with --out")
