"""Which addresses may be connected to: the guard of both doors to the world.

What a source names may resolve to this machine, the local network or a cloud's metadata service, and may resolve to
something else the second time it is asked. So the addresses of a name are looked up once, checked, and the connection
goes to the very address that was checked; every redirect passes here again.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from types import TracebackType

import httpcore
import httpx

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Awaitable[list[str]]]
"""Host and port -> addresses. Raises OSError where there are none."""

LOOKUPS = 32
"""Names looked up at a time."""
ATTEMPTS = 3
"""Addresses of one host that are tried."""
_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
"""RFC 6052 and RFC 8215: an IPv4 address lies in the last 32 bits."""
_UNICAST = ipaddress.IPv6Network("2000::/3")
"""The IPv6 addresses that are given out to be reached; Python also calls some others global (fec0::/10, 5f00::/16)."""
_KEEPERS_OF_KEYS = frozenset(
    map(ipaddress.ip_address, ("169.254.169.254", "fd00:ec2::254", "168.63.129.16", "192.0.0.192"))
)
"""Where clouds hand a machine its keys: nearly all, Amazon (IPv6), Azure, Oracle (its older ones)."""
WEB_PORTS = frozenset((80, 443))
FIRST_FREE_PORT = 1024
"""Below it only WEB_PORTS are asked on public hosts: what listens there (mail, shells, files) speaks no HTTP."""


class Forbidden(httpcore.ConnectError):
    """The host has no address that may be connected to."""


class UnknownHost(httpcore.ConnectError):
    """The host has no address at all. `passing` where the name service itself failed."""

    def __init__(self, host: str, *, passing: bool) -> None:
        super().__init__(host)
        self.passing = passing


def allowed(address: str, *, private: bool = False) -> bool:
    """Whether `address` may be connected to: a public one; with `private`, also this machine and the local network,
    never link-local ones (169.254.169.254 hands out a cloud machine's keys)."""
    try:
        ip = _innermost(ipaddress.ip_address(address.partition("%")[0]))
    except ValueError:
        return False
    if ip.is_multicast or ip.is_unspecified or ip.is_link_local or ip in _KEEPERS_OF_KEYS:
        return False
    if private and (ip.is_loopback or ip.is_private):
        return not ip.is_reserved or ip.is_loopback
    return ip.is_global and not ip.is_reserved and (ip.version == 4 or ip in _UNICAST)


def _innermost(ip: IPAddress) -> IPAddress:
    """The IPv4 address that an IPv6 one wraps, as a router on the way would unwrap it."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if any(ip in network for network in _NAT64):
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None) or ip


class SystemNames:
    """Looks names up as the system does, in threads of its own: a name service that hangs holds up nothing else."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(LOOKUPS, thread_name_prefix="lookup")

    async def __call__(self, host: str, port: int) -> list[str]:
        """The addresses of `host`, in the order in which the system prefers them. Raises OSError, UnicodeError."""
        look_up = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        found = await asyncio.get_running_loop().run_in_executor(self._threads, look_up)
        return list(dict.fromkeys(str(address[0]) for *_, address in found))

    def close(self) -> None:
        """Wait for no look-up that is under way."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections to checked addresses only."""

    def __init__(self, *, private: bool, resolver: Resolve) -> None:
        self._private = private
        self._resolve = resolver
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Raises UnknownHost, Forbidden, or what the last address tried raised."""
        if not self._private and port not in WEB_PORTS and port < FIRST_FREE_PORT:
            raise Forbidden(host)
        try:
            addresses = await self._resolve(host, port)
        except socket.gaierror as error:
            raise UnknownHost(host, passing=error.errno == socket.EAI_AGAIN) from error
        except (OSError, UnicodeError) as error:
            raise UnknownHost(host, passing=False) from error
        open_to_us = [address for address in addresses if allowed(address, private=self._private)]
        if not open_to_us:
            raise Forbidden(host)
        *others, last = open_to_us[:ATTEMPTS]
        for address in others:
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._inner.connect_tcp(last, port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@cache
def _tls() -> ssl.SSLContext:
    """Which certificates are believed. Reading them all takes longer than many an answer, so that it is done once."""
    return httpx.create_ssl_context(trust_env=False)


class GuardedTransport(httpx.AsyncHTTPTransport):
    """httpx's own transport over GuardedBackend; proxies of the environment are not used, they would connect for us."""

    def __init__(self, *, private: bool, connections: int, resolver: Resolve | None = None) -> None:
        super().__init__(verify=_tls(), trust_env=False)
        self._names = SystemNames()
        # httpx 0.28 has no argument for httpcore's network backend; the loopback test fails should this ever miss.
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=_tls(),
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=5.0,
            http1=True,
            http2=True,
            network_backend=GuardedBackend(private=private, resolver=resolver or self._names),
        )

    async def aclose(self) -> None:
        self._names.close()
        await super().aclose()

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        self._names.close()
        await super().__aexit__(exc_type, exc_value, traceback)
