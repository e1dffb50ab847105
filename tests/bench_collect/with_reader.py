"""lemon24's `reader` as a process that can be timed, run by the Python of its own environment, and thus on its own.

with_reader.py PREPARE FOLDER ADDRESS..., then with_reader.py COLLECT FOLDER WORKERS, which prints the entries stored
and the seconds that took.
"""

from __future__ import annotations

import json
import sys
from time import perf_counter

from reader import make_reader


def main(what: str, folder: str, *given: str) -> None:
    opened = make_reader(f"{folder}/reader.db")
    if what == "PREPARE":
        for address in given:
            opened.add_feed(address)
        return
    began = perf_counter()
    opened.update_feeds(workers=int(given[0]))
    print(json.dumps({"seconds": perf_counter() - began, "entries": opened.get_entry_counts().total}))


if __name__ == "__main__":
    main(*sys.argv[1:])
