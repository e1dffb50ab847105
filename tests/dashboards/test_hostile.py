"""What the world can put into a page: it is shown as text, never obeyed."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pipelines.store import issues, outbox
from pipelines.types import Issue, Item, Mention
from sentiment import Part, Span, Tone
from tests.builders import NOW, entry, flag, item, message
from tests.dashboards import seed

TAGS = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</title><svg onload=alert(1)>", "{{ 'z'*9 }}")
URLS = (
    "javascript:alert(1)",
    " javascript:alert(1)",
    "JaVaScRiPt://x.example/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "//x.example",
    "vbscript:x",
    "http://[::1",
    "https:alert(1)",
)
OURS = {"/static/style.css", "/static/icon.svg"}
SCRIPTS = {"/static/triage.js"}


class Elements(HTMLParser):
    """Every element with its attributes, as a browser would make them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def hostile(entry_id: str, attack: str, **changes: object) -> Item:
    """The attack in every field that text from outside, or a mistake of ours, can reach."""
    span = Span(0, len(attack), attack)
    text = f"{attack}\n<b>fet</b>"
    post = entry(entry_id, title=attack, text=text, author=attack, place=attack, language=attack[:16])
    return item(
        replace(post, **changes),
        story="s-evil",
        units=(attack[:60],),
        places=(attack,),
        language=attack[:16],
        tone=Tone("negative", -1.0, 1.0, (Part(attack, -1.0, span),)),
        mentions=(Mention("unit", attack, span, 1.0, attack),),
        flags=(flag(attack[:32], evidence=(span,), reason=attack, rule=attack[:64], type=attack),),
        alert=True,
        alert_reasons=(attack,),
    )


DRAWN = {"/diagram/ton.svg", "/trender/ton.svg", "/trender/hallning.svg"}


@pytest.mark.parametrize("attack", TAGS)
def test_markup_in_any_field_is_text(tmp_path: Path, attack: str) -> None:
    app = seed.world(tmp_path, [hostile("evil", attack), hostile("evil2", attack, source_id=attack[:60])])
    with app.engine.begin() as connection:
        mail = message("digest:x", kind="digest", receiver=attack[:60], subject=attack, text=attack, html=attack)
        outbox.put(connection, mail, NOW)
        issues.report(connection, Issue("source:x", f"source:{attack}", attack, attack), NOW)
    client = seed.logged_in(app)
    for path in (
        "/",
        "/flode",
        "/inlagg/evil",
        "/utskick",
        "/utskick/digest:x",
        "/kallor",
        "/rapporter?datum=2026-11-21",
        f"/flode?sok={attack}",
    ):
        answer = client.get(path)
        assert answer.status_code == 200 or "Sökningen går inte att läsa" in answer.text, path
        elements = Elements(answer.text).found
        assert not {tag for tag, _ in elements} & {"svg", "style", "object", "embed"}, path
        assert {attributes.get("src") for tag, attributes in elements if tag == "script"} <= SCRIPTS, path
        assert not [name for _, attributes in elements for name in attributes if name.startswith("on")], path
        images = [attributes.get("src") for tag, attributes in elements if tag == "img"]
        assert {image.split("?")[0] for image in images} <= DRAWN, path
        assert "z" * 9 not in answer.text, path


@pytest.mark.parametrize("url", URLS)
def test_only_web_addresses_become_links(tmp_path: Path, url: str) -> None:
    app = seed.world(tmp_path, [item(entry("evil", url=url))])
    page = seed.logged_in(app).get("/inlagg/evil").text
    links = [attributes["href"] or "" for tag, attributes in Elements(page).found if "href" in attributes]
    assert all(link in OURS or (link.startswith(("/", "#")) and not link.startswith("//")) for link in links), links
    assert "Källan har inte lämnat någon adress" in page


@pytest.mark.parametrize("key", ["%2e%2e%2fetc", "x' or 1=1 --", "a" * 5000, "%00", "å/ä"])
def test_made_up_ids_are_not_found(tmp_path: Path, key: str) -> None:
    client = seed.logged_in(seed.world(tmp_path))
    for path in (f"/inlagg/{key}", f"/utskick/{key}", f"/utskick/{key}/html", f"/static/{key}"):
        assert client.get(path).status_code in (303, 307, 400, 404), path


@pytest.mark.parametrize("sought", ["%", "_", "\\", "/", "[]", "%" * 150, "'';--", "\0"])
def test_a_search_for_signs_alone_is_said_to_be_none(tmp_path: Path, sought: str) -> None:
    answer = seed.logged_in(seed.world(tmp_path)).get("/flode", params={"sok": sought})
    assert answer.status_code == 400 and "inga bokstäver eller siffror" in answer.text


def test_a_search_never_becomes_a_command(tmp_path: Path) -> None:
    client = seed.logged_in(seed.world(tmp_path))
    for sought in ("'; drop table entry; --", "fts5 vector", "NEAR(x)", "x'):*|'y", "{x} : y", "^x", '"a" * - +'):
        assert client.get("/flode", params={"sok": sought}).status_code in (200, 400), sought
        assert client.get("/flode", params={"alla": sought, "fras": sought, "inga": sought}).status_code == 200, sought
    assert "5 inlägg" in client.get("/flode").text
