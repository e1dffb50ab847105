from __future__ import annotations

import asyncio

import httpcore
import pytest

from pipelines.guard import Forbidden, GuardedBackend, SystemNames, UnknownHost, allowed


@pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "2001:4860:4860::8888", "64:ff9b::5db8:d70e"])
def test_public_addresses_are_open(address: str) -> None:
    assert allowed(address)
    assert allowed(address, private=True)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "10.0.0.1",
        "192.168.1.1",
        "172.16.0.1",
        "::1",
        "fd00::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "64:ff9b:1::7f00:1",
        "2001:db8::1",
        "64:ff9b:1:2:3:4:a00:1",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
    ],
)
def test_private_addresses_are_open_to_the_operator_only(address: str) -> None:
    assert not allowed(address)
    assert allowed(address, private=True)


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "fe80::1",
        "fe80::1%eth0",
        "::ffff:169.254.169.254",
        "0.0.0.0",
        "::",
        "224.0.0.1",
        "ff02::1",
        "255.255.255.255",
        "240.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::a9fe:a9fe",
        "2002:a9fe:a9fe::",
        "fd00:ec2::254",
        "168.63.129.16",
        "fec0::1",
        "5f00::1",
        "100.64.0.1",
        "::7f00:1",
        "::ffff:0:0",
        "192.0.0.192",
        "[::1]",
        "127.0.0.1\n",
        "0177.0.0.1",
        "２１３０７０６４３３",
        "",
        "localhost",
        "1.2.3",
        "0x7f000001",
    ],
)
def test_the_rest_is_closed_to_everyone(address: str) -> None:
    assert not allowed(address)
    assert not allowed(address, private=True)


def _connect(resolver: object, *, private: bool = False, port: int = 443) -> object:
    async def connecting() -> object:
        backend = GuardedBackend(private=private, resolver=resolver)  # type: ignore[arg-type]
        stream = await backend.connect_tcp("smabybladet.example", port, timeout=2)
        server = stream.get_extra_info("server_addr")
        await stream.aclose()
        return server

    return asyncio.run(connecting())


def _answers(*addresses: str) -> object:
    async def resolver(host: str, port: int) -> list[str]:
        return list(addresses)

    return resolver


def test_a_name_that_leads_home_is_forbidden() -> None:
    with pytest.raises(Forbidden):
        _connect(_answers("127.0.0.1", "10.0.0.1", "169.254.169.254"))


def test_a_name_is_looked_up_once_and_the_checked_address_is_used(world: object) -> None:
    asked = []

    async def resolver(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    assert _connect(resolver, private=True, port=world.port) == ("127.0.0.1", world.port)  # type: ignore[attr-defined]
    assert asked == ["smabybladet.example"]


def test_the_next_address_is_tried_when_one_is_dead(world: object) -> None:
    port = world.port  # type: ignore[attr-defined]
    assert _connect(_answers("127.0.0.9", "127.0.0.1"), private=True, port=port) == ("127.0.0.1", port)


def test_a_name_without_addresses_is_unknown() -> None:
    async def resolver(host: str, port: int) -> list[str]:
        raise OSError

    with pytest.raises(UnknownHost):
        _connect(resolver)


def test_nobody_answering_is_a_connect_error() -> None:
    with pytest.raises(httpcore.ConnectError):
        _connect(_answers("127.0.0.1"), private=True, port=1)


@pytest.mark.parametrize("port", [22, 25, 53, 110, 445, 1])
def test_what_speaks_no_http_is_not_asked(port: int) -> None:
    with pytest.raises(Forbidden):
        _connect(_answers("93.184.215.14"), port=port)


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "0177.0.0.1", "127.1", "localhost", "127.0.0.1"])
def test_this_machine_is_closed_in_every_way_of_writing_it(host: str) -> None:
    """The system's own look-up reads them all."""

    async def connecting() -> None:
        names = SystemNames()
        try:
            await GuardedBackend(private=False, resolver=names).connect_tcp(host, 80, timeout=2)
        finally:
            names.close()

    with pytest.raises((Forbidden, UnknownHost)):
        asyncio.run(connecting())
