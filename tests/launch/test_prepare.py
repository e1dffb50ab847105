from __future__ import annotations

import socket
from pathlib import Path

import pytest

from pipelines import config, settings
from pipelines.config.schema import Dashboard
from pipelines.errors import WrongCall
from pipelines.launch import prepare

SMABY = Path(__file__).resolve().parents[1] / "data" / "smaby"


@pytest.mark.parametrize(("first", "then"), [(True, False), (False, True)])
def test_a_folder_holds_one_world(tmp_path: Path, first: bool, then: bool) -> None:
    ours = settings.read({"MEDIEBEVAKNING_VAR": str(tmp_path)})
    prepare.keep_apart(ours, sample=first)
    prepare.keep_apart(ours, sample=first)
    with pytest.raises(WrongCall, match="another folder"):
        prepare.keep_apart(ours, sample=then)


def dashboard_at(url: str) -> config.Config:
    return config.load(SMABY).model_copy(update={"dashboard": Dashboard(base_url=url)})


def test_links_lead_to_the_port_the_dashboard_got(tmp_path: Path) -> None:
    ours = settings.read({"MEDIEBEVAKNING_VAR": str(tmp_path)})
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        wished = taken.getsockname()[1]
        there, port, said = prepare.dashboard_port(ours, dashboard_at(f"http://127.0.0.1:{wished}"))
    assert said == wished != port
    assert there.base_url == f"http://127.0.0.1:{port}"
    assert settings.read(there.environment()).base_url == there.base_url


def test_a_proxys_address_is_left_alone(tmp_path: Path) -> None:
    ours = settings.read({"MEDIEBEVAKNING_VAR": str(tmp_path)})
    there, port, _ = prepare.dashboard_port(ours, dashboard_at("https://media.example"))
    assert there.base_url is None
    assert port > 0
