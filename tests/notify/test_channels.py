"""Where else than by mail: what leaves, how it is signed, where it may lead, and that no secret is ever repeated."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.bootstrap import App
from pipelines.config.schema import Channel as Row
from pipelines.doctor import examine
from pipelines.guard import FIRST_FREE_PORT, WEB_PORTS, allowed
from pipelines.notify.channels import Channel
from pipelines.notify.channels.apprise import SERVICES, AppriseChannel
from pipelines.notify.channels.apprise_worker import Guard
from pipelines.notify.channels.opened import Closed, opened
from pipelines.notify.channels.webhook import WebhookChannel, key_of, signature
from pipelines.types import Message, Refusal
from tests import builders
from tests.builders import Clock
from tests.notify.servers import free_port, web

KEY = b"k" * 24
SECRET = "whsec_" + base64.b64encode(KEY).decode()


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    built = builders.app(tmp_path)
    yield built
    built.engine.dispose()


def row(kind: str, **changes: Any) -> Row:
    return Row(id="kanalen", kind=kind, receivers=("kommunikationschef",), **({"timeout_seconds": 5} | changes))


def event(key: str = "alert:s1") -> Message:
    return builders.message(key, text=json.dumps({"type": "mediebevakning.alert"}), html="")


def offered(channel: Channel, *messages: Message) -> list[Refusal | None]:
    with channel:
        return [channel.send(message) for message in messages]


def hook(port: int, *, private: bool = True, timeout: float = 5) -> WebhookChannel:
    return WebhookChannel(f"http://127.0.0.1:{port}/in", KEY, Clock(), timeout=timeout, private=private)


# --- webhooks -----------------------------------------------------------------------------------------------------


def test_the_signature_is_that_of_the_specifications_own_example() -> None:
    key = key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signed = signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, '{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@settings(deadline=None)
@given(st.binary(min_size=24), st.text(), st.text(), st.integers(0, 2**40), st.text(min_size=1))
def test_a_signature_is_of_id_time_and_body(key: bytes, event_id: str, body: str, at: int, more: str) -> None:
    signed = signature(key, event_id, at, body)
    changed = {signature(key, event_id, at, body + more), signature(key, event_id, at + 1, body)}
    assert signed not in changed | {signature(key + b"x", event_id, at, body)}


def test_a_webhook_comes_signed_and_with_the_same_id_again() -> None:
    with web(500, 200) as server:
        first, second = offered(hook(server.port), event(), event())
    assert first is not None and second is None
    assert (first.permanent, first.unreachable) == (False, False)
    (path, headers, body), (_, again, same) = server.posts
    assert (path, json.loads(body)) == ("/in", {"type": "mediebevakning.alert"})
    assert (headers["webhook-id"], body) == (again["webhook-id"], same)
    expected = signature(KEY, headers["webhook-id"], int(headers["webhook-timestamp"]), body.decode())
    assert headers["webhook-signature"] == expected
    assert headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("status", "permanent", "unreachable"),
    [(503, False, False), (429, False, False), (401, False, False), (400, True, False), (410, False, True)],
)
def test_what_a_receiver_of_webhooks_answers(status: int, permanent: bool, unreachable: bool) -> None:
    with web(status) as server:
        (refusal,) = offered(hook(server.port), event())
    assert refusal == Refusal(f"mottagaren svarade {status}", permanent=permanent, unreachable=unreachable)


def test_a_webhook_follows_no_redirect() -> None:
    with web() as inner, web(302, location=f"http://127.0.0.1:{inner.port}/") as server:
        (refusal,) = offered(hook(server.port), event())
    assert refusal is not None and inner.posts == []


def test_a_webhook_that_hangs_is_left() -> None:
    with web(wait=2) as server:
        (refusal,) = offered(hook(server.port, timeout=0.2), event())
    assert refusal is not None and refusal.unreachable


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "10.0.0.1"])
def test_a_webhook_leads_to_no_private_address(host: str) -> None:
    with web() as server:
        channel = WebhookChannel(f"http://{host}:{server.port}/", KEY, Clock(), timeout=5, private=False)
        (refusal,) = offered(channel, event())
    assert refusal is not None and refusal.unreachable and "egna nätet" in refusal.reason
    assert server.posts == []


# --- Apprise ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_service_is_told_and_its_answers_are_values() -> None:
    with web(200, 503, 400, 403) as server:
        channel = AppriseChannel(f"ntfy://127.0.0.1:{server.port}/larm", timeout=5, private=True)
        taken, busy, faulty, closed = offered(channel, *(builders.message(f"k{number}") for number in range(4)))
    assert taken is None
    assert (busy, faulty, closed) == (
        Refusal("tjänsten svarade 503", permanent=False),
        Refusal("tjänsten svarade 400", permanent=True),
        Refusal("tjänsten svarade 403", permanent=False, unreachable=True),
    )
    said = server.posts[0][2].decode() + str(server.posts[0][1])
    assert "Åäö i text." in json.loads(server.posts[0][2])["message"] and "larm" in said


@pytest.mark.slow
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_service_leads_to_no_private_address(host: str) -> None:
    with web() as server:
        channel = AppriseChannel(f"ntfy://{host}:{server.port}/larm", timeout=5, private=False)
        (refusal,) = offered(channel, builders.message())
    assert refusal is not None and refusal.unreachable and "egna nätet" in refusal.reason
    assert server.posts == []


@pytest.mark.slow
def test_a_service_that_sends_us_on_to_a_private_address_is_not_followed() -> None:
    """Loopback may be spoken to here, the cloud's keeper of keys never."""
    with web(307, location="http://169.254.169.254/latest/meta-data/") as server:
        channel = AppriseChannel(f"ntfy://127.0.0.1:{server.port}/larm?redirect=yes", timeout=5, private=True)
        (refusal,) = offered(channel, builders.message())
    assert refusal is not None
    assert len(server.posts) == 1


@pytest.mark.slow
def test_a_service_that_hangs_is_left_and_asked_anew() -> None:
    with web(wait=1.5) as server:
        channel = AppriseChannel(f"ntfy://127.0.0.1:{server.port}/larm", timeout=0.2, private=True)
        with channel:
            refusal = channel.send(builders.message())
            server.wait = 0
            assert channel.send(builders.message()) is None
    assert refusal is not None and refusal.unreachable


@pytest.mark.slow
def test_nobody_there_is_unreachable_and_says_no_secret() -> None:
    url = f"ntfy://anna:hemligt-losenord@127.0.0.1:{free_port()}/larm"
    (refusal,) = offered(AppriseChannel(url, timeout=5, private=True), builders.message())
    assert refusal is not None and refusal.unreachable
    assert "hemligt" not in refusal.reason


@settings(deadline=None)
@given(st.ip_addresses(), st.integers(0, 65535))
def test_the_worker_connects_where_the_door_of_collecting_would(address: Any, port: int) -> None:
    reachable = allowed(str(address)) and (port in WEB_PORTS or port >= FIRST_FREE_PORT)
    guard = Guard(private=False)
    if reachable:
        guard("socket.connect", (None, (str(address), port)))
    else:
        with pytest.raises(PermissionError):
            guard("socket.connect", (None, (str(address), port)))
    assert guard.forbidden is not reachable


@pytest.mark.parametrize(
    ("event_name", "arguments"),
    [
        ("socket.connect", (None, "/run/docker.sock")),
        ("socket.connect", (None, ("intern.example", 443))),
        ("socket.sendto", (None, ("127.0.0.1", 514))),
        ("subprocess.Popen", ("sh",)),
        ("os.system", (b"id",)),
    ],
)
def test_the_worker_does_nothing_but_speak_to_addresses(event_name: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(PermissionError):
        Guard(private=False)(event_name, arguments)


# --- as configured ------------------------------------------------------------------------------------------------


def test_a_file_is_the_mail_it_would_be_and_written_once(app: App) -> None:
    channel = opened(row("file", folder="torrkorning"), app)
    assert offered(channel, builders.message(), builders.message()) == [None, None]
    (path,) = (app.settings.var / "torrkorning").iterdir()
    assert str(message_from_bytes(path.read_bytes(), policy=policy.default)["Subject"]) == builders.message().subject


def test_a_folder_that_cannot_be_written_is_a_refusal(app: App) -> None:
    (app.settings.var / "upptagen").write_text("ingen mapp")
    (refusal,) = offered(opened(row("file", folder="upptagen"), app), builders.message())
    assert refusal is not None and refusal.unreachable


@pytest.mark.parametrize(
    ("kind", "environment"),
    [
        ("apprise", {}),
        ("apprise", {"MEDIEBEVAKNING_CHANNEL_KANALEN": "json://hemligt.example/abc"}),
        ("apprise", {"MEDIEBEVAKNING_CHANNEL_KANALEN": "hemligt"}),
        ("apprise", {"MEDIEBEVAKNING_CHANNEL_KANALEN_FILE": "/finns/inte"}),
        ("webhook", {}),
        ("webhook", {"MEDIEBEVAKNING_CHANNEL_KANALEN": "whsec_hemligt"}),
        ("webhook", {"MEDIEBEVAKNING_CHANNEL_KANALEN": "whsec_aGVtbGlndA=="}),
    ],
)
def test_a_secret_that_is_missing_or_unusable_closes_the_channel(
    app: App, kind: str, environment: Mapping[str, str]
) -> None:
    url = "https://mottagare.example/in" if kind == "webhook" else None
    channel = opened(row(kind, url=url), replace(app, environment=environment))
    assert isinstance(channel, Closed)
    (refusal,) = offered(channel, builders.message())
    assert refusal is not None and refusal.unreachable and not refusal.permanent
    assert "hemligt" not in refusal.reason


@pytest.mark.parametrize(("secret", "ok"), [(None, False), (SECRET, True)])
def test_the_doctor_names_the_variable_that_is_missing(app: App, secret: str | None, ok: bool) -> None:
    given = row("webhook", url="https://mottagare.example/in")
    environment = {given.secret: secret} if secret else {}
    config = app.config.model_copy(update={"channels": (given,)})
    (finding,) = (
        found
        for found in examine(replace(app, config=config, environment=environment), offline=True)
        if "Kanalen" in found.what
    )
    assert finding.ok is ok
    assert (given.secret in finding.remedy) is not ok and SECRET not in finding.what


def test_a_secret_is_read_from_its_file(app: App, tmp_path: Path) -> None:
    (tmp_path / "nyckel").write_text(f"{SECRET}\n")
    environment = {"MEDIEBEVAKNING_CHANNEL_KANALEN_FILE": str(tmp_path / "nyckel")}
    with web() as server:
        given = row("webhook", url=f"http://127.0.0.1:{server.port}/", allow_private=True)
        assert offered(opened(given, replace(app, environment=environment)), event()) == [None]
    assert len(server.posts) == 1


@pytest.mark.parametrize("scheme", ["json", "mailto", "syslog", "dbus", "macosx", "windows", "mqtt", "form", "https"])
def test_what_starts_programs_or_posts_anywhere_is_no_service(scheme: str) -> None:
    assert scheme not in SERVICES


def test_every_service_is_known_to_apprise() -> None:
    import apprise

    known = {
        scheme
        for service in apprise.Apprise().details()["schemas"]
        for scheme in (*(service["protocols"] or ()), *(service["secure_protocols"] or ()))
    }
    assert known >= SERVICES


def test_times_of_a_webhook_are_those_of_our_clock() -> None:
    clock = Clock()
    clock.now += timedelta(days=1)
    with web() as server:
        channel = WebhookChannel(f"http://127.0.0.1:{server.port}/", KEY, clock, timeout=5, private=True)
        offered(channel, event())
    assert int(server.posts[0][1]["webhook-timestamp"]) == int(clock.now.timestamp())
