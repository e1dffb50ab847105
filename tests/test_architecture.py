"""The import directions, the two doors, and the sizes: what the structure promises, read from the code itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = ("sentiment", "pipelines", "dashboards", "dags", "sample")
MAY_IMPORT = {
    "sentiment": {"sentiment"},
    "pipelines": {"sentiment", "pipelines"},
    "dashboards": {"sentiment", "pipelines", "dashboards"},
    "dags": {"pipelines", "dags"},
    "sample": {"sample", "pipelines"},
}
STEPS = (
    "pipelines/collect/parse.py",
    "pipelines/collect/urls.py",
    "pipelines/collect/handles.py",
    "pipelines/collect/plain.py",
    "pipelines/collect/feeds.py",
    "pipelines/collect/answers.py",
    "pipelines/collect/problems.py",
    "pipelines/collect/wording.py",
    "pipelines/collect/schedule.py",
    "pipelines/collect/sources",
    "pipelines/enrich",
    "pipelines/notify/route.py",
    "pipelines/notify/facts.py",
    "pipelines/notify/standing.py",
    "pipelines/notify/again.py",
    "pipelines/notify/hold.py",
    "pipelines/notify/spikes.py",
    "pipelines/notify/clock.py",
    "pipelines/notify/caselines.py",
    "pipelines/notify/compose.py",
    "pipelines/notify/window.py",
    "pipelines/register/official.py",
    "pipelines/register/rules.py",
    "pipelines/register/files.py",
    "pipelines/register/plan.py",
    "pipelines/register/clearing.py",
    "pipelines/register/passive.py",
    "pipelines/notify/passive.py",
    "pipelines/evaluation/areas.py",
    "pipelines/evaluation/figures.py",
    "pipelines/evaluation/goals.py",
    "pipelines/evaluation/details.py",
    "pipelines/evaluation/report.py",
    "pipelines/evaluation/letter.py",
    "pipelines/reports/page.py",
    "pipelines/snapshots/values.py",
    "pipelines/snapshots/dates.py",
    "pipelines/snapshots/walls.py",
    "pipelines/snapshots/words.py",
    "pipelines/snapshots/cover.py",
    "pipelines/snapshots/letter.py",
    "pipelines/duties/diary.py",
    "pipelines/duties/letter.py",
    "pipelines/duties/records.py",
    "pipelines/reports/blocks.py",
    "pipelines/reports/frames.py",
    "pipelines/reports/periods.py",
    "pipelines/reports/rows.py",
    "sentiment",
)
HTTP = {"httpx", "requests", "urllib3", "aiohttp", "http.client", "urllib.request", "smtplib", "socket"}
DOORS = (
    "pipelines/collect/fetch.py",
    "pipelines/guard.py",
    "pipelines/notify/channels",
    "pipelines/oidc/door.py",
    "pipelines/snapshots/door.py",
    "pipelines/launch",
    "sample",
)
LARGEST = 300


def modules(*places: str) -> list[Path]:
    found = [
        path for place in places for path in ([ROOT / place] if place.endswith(".py") else (ROOT / place).rglob("*.py"))
    ]
    return sorted(path for path in found if "migrations/versions" not in path.as_posix())


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imports(path: Path) -> Iterator[str]:
    """Every module that `path` imports, at the top or inside a function; not what only a type checker reads."""
    tree = parsed(path)
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name: str, *parents: str) -> bool:
    return any(name == parent or name.startswith(parent + ".") for parent in parents)


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("package", OURS)
def test_imports_point_one_way(package: str) -> None:
    forbidden = set(OURS) - MAY_IMPORT[package]
    wrong = [
        f"{named(path)}: {name}" for path in modules(package) for name in imports(path) if within(name, *forbidden)
    ]
    assert wrong == []


def test_only_the_dags_know_airflow() -> None:
    others = [package for package in OURS if package != "dags"]
    assert [named(path) for path in modules(*others) if any(within(name, "airflow") for name in imports(path))] == []
    assert all(any(within(name, "airflow") for name in imports(path)) for path in modules("dags"))


def test_only_reports_and_dashboards_know_pandas() -> None:
    wrong = [
        named(path)
        for path in modules(*OURS)
        if any(within(name, "pandas") for name in imports(path))
        and not named(path).startswith(("pipelines/reports/", "dashboards/"))
    ]
    assert wrong == []


def test_sql_stays_in_the_store() -> None:
    """Elsewhere an engine may be held and an error caught, but no statement is built."""
    builders = {f"sqlalchemy.{name}" for name in ("select", "insert", "update", "delete", "text", "Table", "func")}
    wrong = [
        f"{named(path)}: {name}"
        for path in modules(*OURS)
        if not named(path).startswith("pipelines/store/")
        for name in imports(path)
        if name in builders or within(name, "pipelines.store.schema", "sqlite3")
    ]
    assert wrong == []


def test_the_world_is_reached_through_its_doors_only() -> None:
    wrong = [
        f"{named(path)}: {name}"
        for path in modules(*OURS)
        if not named(path).startswith(DOORS)
        for name in imports(path)
        if within(name, *HTTP)
    ]
    assert wrong == []


def test_steps_are_pure() -> None:
    """Neither store, settings, an HTTP client nor a clock: what a step needs of the world is an argument."""
    wrong = [
        f"{named(path)}: {name}"
        for path in modules(*STEPS)
        if path.name != "phase.py"
        for name in imports(path)
        if within(name, "pipelines.store", "pipelines.settings", "pipelines.bootstrap", "time", *HTTP)
    ]
    clocks = [
        named(path)
        for path in modules(*STEPS)
        if path.name != "phase.py" and (".now(" in path.read_text("utf-8") or "utcnow" in path.read_text("utf-8"))
    ]
    assert (wrong, clocks) == ([], [])


def test_phases_meet_in_types_and_the_database_only() -> None:
    """No phase imports another; only the router's names of receivers are shared, with the command line."""
    phases = ("collect", "enrich", "notify", "housekeeping")
    wrong = [
        f"{named(path)}: {name}"
        for phase in phases
        for path in modules(f"pipelines/{phase}")
        for name in imports(path)
        if within(name, *(f"pipelines.{other}" for other in phases if other != phase))
    ]
    assert wrong == []


def test_any_module_can_be_imported_first() -> None:
    """No import at the top of a module leads back to it: else what works depends on who asked first."""
    paths = {_module(path): path for path in modules(*OURS)}
    open_ones: list[str] = []
    done: set[str] = set()
    rings: list[list[str]] = []

    def visit(name: str) -> None:
        if name in done:
            return
        if name in open_ones:
            rings.append([*open_ones[open_ones.index(name) :], name])
            return
        open_ones.append(name)
        for other in _first_imports(paths[name]):
            parts = other.split(".")
            # a package's own __init__ runs before any module of it
            for whole in (".".join(parts[:count]) for count in range(1, len(parts) + 1)):
                if whole in paths and not within(name, whole):
                    visit(whole)
        open_ones.pop()
        done.add(name)

    for name in paths:
        visit(name)
    assert rings == []


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _first_imports(path: Path) -> Iterator[str]:
    """What is imported as soon as the module is: what stands in no function and not for the type checker alone."""
    for node in parsed(path).body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_dags_are_thin() -> None:
    assert {
        named(path): len(path.read_text("utf-8").splitlines()) for path in modules("dags") if _lines(path) >= 60
    } == {}


def test_modules_stay_small() -> None:
    assert {named(path): _lines(path) for path in modules(*OURS) if _lines(path) > LARGEST} == {}


def _lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def _said(path: Path) -> Iterator[str]:
    """Every string that the program itself uses: neither docstrings and comments, nor where the configuration lies."""
    tree = parsed(path)
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone:
            yield node.value.replace("config/botkyrka", "")


def test_nothing_about_the_municipality_is_in_code() -> None:
    """The folder's name in settings, where the configuration is looked for by default, is all."""
    names = ("botkyrka", "tumba", "fittja", "hallunda", "norsborg", "tullinge")
    wrong = [
        f"{named(path)}: {name}"
        for path in modules("sentiment", "pipelines", "dashboards", "dags")
        if named(path) != "pipelines/settings.py"
        for name in names
        if any(name in said.lower() for said in _said(path))
    ]
    assert wrong == []


def test_no_profile_of_an_author_exists() -> None:
    """An author is a pseudonym on a post: nothing gathers, chooses, sorts or counts by it."""
    gathering = {"group_by", "order_by", "partition_by", "distinct", "where", "filter_by", "groupby", "value_counts"}
    wrong = []
    for path in modules("pipelines", "dashboards"):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in gathering:
                asked = [ast.unparse(part) for part in (*node.args, *(keyword.value for keyword in node.keywords))]
                if any(re.search(r"\bauthor", part) for part in asked):
                    wrong.append(f"{named(path)}:{node.lineno}")
    assert wrong == []


def test_posts_are_chosen_by_their_author_at_the_person_s_own_request_only() -> None:
    """Compared with anything, an author is in one module; what chooses by it there is called from one place."""
    compared, called = [], []
    for path in modules("pipelines", "dashboards", "dags"):
        for node in ast.walk(parsed(path)):
            parts = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
            compared += [named(path) for part in parts if isinstance(part, ast.Attribute) and part.attr == "author"]
            if isinstance(node, ast.Attribute) and node.attr in ("in_", "like", "contains", "startswith"):
                compared += [named(path) for part in [node.value] if ast.unparse(part).endswith(".author")]
            if isinstance(node, ast.Attribute) and node.attr == "written_under":
                called.append(named(path))
    assert (set(compared), called) == ({"pipelines/store/persons.py"}, ["pipelines/housekeeping/person.py"])


def test_no_page_no_mail_and_no_answer_names_an_author() -> None:
    shown = [*(ROOT / "dashboards" / "templates").rglob("*"), *(ROOT / "pipelines/notify/templates").rglob("*")]
    assert shown
    wrong = [named(path) for path in shown if path.is_file() and re.search(r"\bauthor\b", path.read_text("utf-8"))]
    views = [
        named(path)
        for path in modules("pipelines/store/views", "pipelines/notify", "pipelines/reports", "dashboards")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute) and node.attr == "author"
    ]
    assert (wrong, views) == ([], [])


HOLDS_NO_POST = {
    "pipelines.store.access": None,
    "pipelines.store.account_events": None,
    "pipelines.store.accounts": None,
    "pipelines.store.logins": None,
    "pipelines.store.issues": {"open_texts", "open_keys"},
    "pipelines.store.keys": None,
    "pipelines.store.overlay": None,
    "pipelines.store.register": {"change", "current", "history", "last_change", "one", "of_source", "subject", "Event"},
    "pipelines.store.saved": None,
    "pipelines.store.snapshots": {"standing", "of_period", "of_account", "one", "periods", "deliveries", "tool_key"},
    "pipelines.store.views": None,
    "pipelines.store.engine": {"reading", "reader"},
    "pipelines.store.notices": {"muted_by"},
    "pipelines.store.feeds": {"receiver_of", "shown", "Shown"},
    "pipelines.store.sources": {"states", "SourceState"},
    "pipelines.store.corrections": {"rules"},
    "pipelines.store.assessments": {"version_in_use"},
    "pipelines.store.cases": {"decide", "lock", "MAX_NOTE"},
}
"""What the dashboard may ask the store without a Scope, by module; None for all of it."""


def test_the_dashboard_reads_posts_through_scoped_views_only() -> None:
    wrong = []
    for path in modules("dashboards"):
        names = {}
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ImportFrom) and node.module and within(node.module, "pipelines.store"):
                for alias in node.names:
                    whole = f"{node.module}.{alias.name}"
                    module = next((known for known in HOLDS_NO_POST if within(whole, known)), None)
                    if module is None:
                        wrong.append(f"{named(path)}: {whole}")
                    elif whole == module:
                        names[alias.asname or alias.name] = HOLDS_NO_POST[module]
                    elif (allowed := HOLDS_NO_POST[module]) is not None and alias.name not in allowed:
                        wrong.append(f"{named(path)}: {whole}")
        wrong += [
            f"{named(path)}: {ast.unparse(node)}"
            for node in ast.walk(parsed(path))
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
            if (allowed := names.get(node.value.id)) is not None and node.attr not in allowed
        ]
    assert wrong == []


def test_every_view_takes_a_scope_and_reaches_posts_by_it_alone() -> None:
    """`scope` makes the query, `totals` only counts; no other view holds the unscoped query or the loading."""
    wrong = []
    for path in modules("pipelines/store/views"):
        if path.name in ("__init__.py", "scope.py", "totals.py"):
            continue
        wrong += [f"{named(path)}: {name}" for name in imports(path) if within(name, "pipelines.store.items")]
        for node in parsed(path).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                given = {part.arg: ast.unparse(part.annotation) for part in node.args.args if part.annotation}
                if given.get("scope") != "Scope":
                    wrong.append(f"{named(path)}: {node.name}")
    assert wrong == []
