"""The police's list of events as JSON, with its traps: an hour without its zero, a county in place of the town."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sample.clock import ZONE
from sample.shapes.document import Document, newest_first
from sample.shapes.identity import native_id, police_name, police_path
from sample.world.posts import Post
from sample.world.publishers import Publisher

MOST = 500
"""Items in one answer of polisen.se/api/events."""
SUMMARY = 110
"""Characters after which polisen.se cuts a summary."""
COUNTY = "Stockholms län"
"""What stands as location of events in Botkyrka since January 2026."""
CENTROIDS = {
    "Botkyrka": "59.200000,17.830000",
    "Stockholms län": "59.602490,18.138438",
    "Uppsala län": "60.009220,17.271450",
    "Västernorrlands län": "63.167610,17.719370",
    "Västra Götalands län": "58.252793,13.059643",
    "Hallands län": "56.896681,12.803399",
    "Dalarnas län": "61.091701,14.666365",
    "Skåne län": "55.990257,13.595769",
}


def events(_: Publisher, posts: Sequence[Post]) -> Document:
    rows = [_event(post) for post in newest_first(posts)[:MOST]]
    return Document(json.dumps(rows, ensure_ascii=False, indent=1).encode(), "application/json; charset=utf-8")


def _event(post: Post) -> dict[str, object]:
    local = post.published.astimezone(ZONE)
    area = post.area or COUNTY
    return {
        "id": int(native_id(post) or 0),
        "datetime": f"{local:%Y-%m-%d} {local.hour}:{local:%M:%S} {local.isoformat()[-6:]}",
        "name": police_name(post),
        "summary": post.text[:SUMMARY],
        "url": police_path(post),
        "type": post.title,
        "location": {"name": area, "gps": CENTROIDS[area]},
    }
