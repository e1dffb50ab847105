"""lemon24's `reader` as a process that can be timed, run by the Python of its own environment, and thus on its own.

with_reader.py PREPARE|COLLECT FOLDER PORT FEEDS WORKERS. Prints the entries stored and the seconds that took.
"""

from __future__ import annotations

import json
import sys
from time import perf_counter

from reader import make_reader


def main(what: str, folder: str, port: str, feeds: str, workers: str) -> None:
    opened = make_reader(f"{folder}/reader.db")
    if what == "PREPARE":
        for one in range(int(feeds)):
            opened.add_feed(f"http://127.0.0.1:{port}/{one}")
        return
    began = perf_counter()
    opened.update_feeds(workers=int(workers))
    print(json.dumps({"seconds": perf_counter() - began, "entries": opened.get_entry_counts().total}))


if __name__ == "__main__":
    main(*sys.argv[1:])
