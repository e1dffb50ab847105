"""deploy/: units, containers and proxy say what the program understands, and open nothing but the proxy.

Neither systemd nor Docker runs here: systemd's own checker reads the units where it is installed, and of the compose
file its structure is looked at.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines import settings
from pipelines.cli.parser import parser

DEPLOY = Path(__file__).resolve().parents[1] / "deploy"
UNITS = sorted((DEPLOY / "systemd").iterdir())
PROGRAM = "/opt/mediebevakning/.venv/bin/mediebevakning"
KNOWN = {value for value in vars(settings).values() if isinstance(value, str) and value.startswith("MEDIEBEVAKNING_")}
OURS = ("init", "watch", "dashboard", "keeper")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return loaded


def commands(unit: Path) -> Iterator[list[str]]:
    """What is said to our program in a unit."""
    for line in unit.read_text("utf-8").splitlines():
        if line.startswith("Exec") and PROGRAM in line:
            said = line.partition(PROGRAM)[2].rstrip("'").replace("$$(date +%%Y-%%m-%%dT%%H%%M)", "today")
            yield shlex.split(said)


def known(variable: str) -> bool:
    return variable.removesuffix("_FILE") in KNOWN


def test_the_units_say_what_the_program_understands() -> None:
    said = [command for unit in UNITS for command in commands(unit)]
    assert [parser().parse_args(command).carry_out for command in said] == [
        "backups:made",
        "operate:serve",
        "phases:init",
        "operate:run",
    ]


def test_systemd_reads_the_units_without_a_word(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    for unit in UNITS:
        text = unit.read_text("utf-8").replace(PROGRAM, sys.executable)
        (tmp_path / unit.name).write_text(text.replace("/opt/mediebevakning", str(tmp_path)), "utf-8")

    def verify() -> str:
        paths = [str(tmp_path / unit.name) for unit in UNITS]
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", *paths], capture_output=True, text=True, check=False
        )
        return "\n".join(line for line in done.stderr.splitlines() if str(tmp_path) in line or "mediebevakning" in line)

    assert verify() == ""
    with (tmp_path / UNITS[0].name).open("a") as file:
        file.write("[Service]\nProtectHomes=true\n")
    assert "ProtectHomes" in verify(), "the checker sees a mistake"


def test_no_unit_runs_as_root_or_writes_elsewhere() -> None:
    services = [unit.read_text("utf-8") for unit in UNITS if unit.suffix == ".service"]
    for needed in ("User=mediebevakning", "ProtectSystem=strict", "NoNewPrivileges=true", "UMask=0077"):
        assert all(f"\n{needed}\n" in text for text in services), needed


def test_the_environment_names_variables_that_are_read_and_holds_no_secret() -> None:
    lines = (DEPLOY / "environment").read_text("utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert all(map(known, given))
    secret = [name for name in given if re.search("PASSWORD|TOKEN|DB", name)]
    assert secret and all(name.endswith("_FILE") for name in secret)


def test_the_services_say_what_the_program_understands(compose: dict[str, Any]) -> None:
    said = {name: compose["services"][name].get("command") for name in OURS}
    assert {name: parser().parse_args(command).carry_out for name, command in said.items() if command} == {
        "init": "phases:init",
        "watch": "operate:run",
        "dashboard": "operate:serve",
    }
    for name in OURS:
        service = compose["services"][name]
        ours = [variable for variable in service["environment"] if variable.startswith("MEDIEBEVAKNING_")]
        assert len(ours) == 6 and all(map(known, ours))
        assert service["cap_drop"] == ["ALL"]


def test_all_that_is_named_is_there(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name, service in services.items():
        assert set(service.get("networks", ())) <= set(compose["networks"]), name
        assert set(service.get("secrets", ())) <= set(compose["secrets"]), name
        assert set(service.get("depends_on", ())) <= set(services), name
        for volume in service.get("volumes", ()):
            place = volume.split(":")[0]
            assert place in compose["volumes"] or place in ("./config", "./Caddyfile"), volume
        for variable, value in service.get("environment", {}).items():
            if variable.endswith("_FILE"):
                assert value.removeprefix("/run/secrets/") in service["secrets"], variable
        for needed, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "healthcheck" in services[needed], needed
    assert all(Path(secret["file"]).parent == Path("secrets") for secret in compose["secrets"].values())


def test_only_the_proxy_is_reached_from_outside(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert "inside" not in services["proxy"]["networks"] and services["database"]["networks"] == ["inside"]
    assert compose["networks"]["inside"]["internal"] and compose["networks"]["front"]["internal"]
    reaches_out = {name for name, service in services.items() if "outward" in service["networks"]}
    assert reaches_out == {"proxy", "watch"}


def test_the_images_are_of_a_version_and_the_server_is_the_one_that_pg_dump_knows(compose: dict[str, Any]) -> None:
    images = {name: service["image"] for name, service in compose["services"].items()}
    assert all(re.search(r":\d", image) for image in images.values())
    base = (DEPLOY / "Dockerfile").read_text("utf-8")
    assert (images["database"], "trixie" in base) == ("postgres:17", True)
    assert "\nUSER mediebevakning\n" in base


def test_the_proxy_shows_no_figures_to_the_world(compose: dict[str, Any]) -> None:
    given = (DEPLOY / "Caddyfile").read_text("utf-8")
    assert re.search(r"@inner path /metrics /readyz\n\s+respond @inner 404", given)
    named = set(re.findall(r"\{\$(\w+)", given))
    assert named == set(compose["services"]["proxy"]["environment"])
    assert given.count("{") == given.count("}")
