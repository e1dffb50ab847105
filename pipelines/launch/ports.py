"""Ports on loopback for our own processes."""

from __future__ import annotations

import socket

LOOPBACK = "127.0.0.1"


def pick(wished: int) -> int:
    """`wished` where it is free on loopback, else one that the system names.

    Another process may take it before the child binds it; the child then ends, which is seen and said.
    """
    for port in (wished, 0):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port on loopback")
