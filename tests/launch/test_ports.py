from __future__ import annotations

import socket

from pipelines.launch.ports import LOOPBACK, pick


def test_a_free_port_is_taken_as_wished() -> None:
    free = pick(0)
    assert pick(free) == free


def test_another_one_where_the_wished_is_taken() -> None:
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        taken.listen()
        port = taken.getsockname()[1]
        other = pick(port)
        assert other != port
        with socket.socket() as ours:
            ours.bind((LOOPBACK, other))
