"""Entries a second in one core, from a feed's bytes: `python -m tests.prove.parsing`."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time
from unittest.mock import patch

from pipelines.collect import fast, lenient
from tests.collect.feeds import item, parse, rss

ITEMS = 50
FEEDS = {
    "short": rss(*(item(number, **{"dc:creator": "Kim Påhittad"}) for number in range(ITEMS))).encode(),
    "WordPress, 3 kB an item": rss(
        *(
            item(
                number,
                **{"content:encoded": "<![CDATA[" + "<p>Bryggan i <b>Näsvik</b> &#8211; igen.</p>\n" * 60 + "]]>"},
            )
            for number in range(ITEMS)
        )
    ).encode(),
}


def rate(work: Callable[[], object], times: int) -> int:
    """Of the fastest of `times`: what others do on the machine is not ours."""
    work()
    best = min(_taken(work) for _ in range(times))
    return round(ITEMS / best)


def _taken(work: Callable[[], object]) -> float:
    began = process_time()
    work()
    return process_time() - began


def measure(name: str, body: bytes) -> None:
    text = body.decode().replace(' encoding="UTF-8"', "")
    alone, others = rate(lambda: fast.read(text), 100), rate(lambda: lenient.read(text), 10)
    print(f"{name}: parse alone {alone}/s, feedparser {others}/s")
    whole = rate(lambda: parse(body), 60)
    with patch.object(fast, "read", lambda _: None):
        print(f"  bytes to entries {whole}/s, by feedparser {rate(lambda: parse(body), 10)}/s")


if __name__ == "__main__":
    for name, body in FEEDS.items():
        measure(name, body)
