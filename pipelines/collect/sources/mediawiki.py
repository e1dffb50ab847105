"""MediaWiki, Wikipedia's software, through api.php: a search, a watch list of pages, or all recent changes of a wiki.

Auth      none.
Limits    Wikimedia: 200 requests a minute with the operator's contact in the User-Agent, 10 without (April 2026);
          beyond it 429 with Retry-After. `maxlag=5` asks a wiki under load to send us away.
Cannot    what was taken out: an entry is what an edit put in. Deleted pages and hidden revisions are simply not there,
          a watched page that does not exist is waited for. Recent changes carry the author's summary, not the text.
Traps     (seen on MediaWiki 1.39) Errors have status 200: `error` or `errors` in the body, for maxlag with Retry-After.
          Unknown parameters only warn, but unknown values of known ones do not: without CirrusSearch, `srsort` is a
          "badvalue", the question is asked again without it, and only the 50 best hits are read.
          Past the end there is an empty list, and no `continue`. Hidden text, comment and user are keys instead of
          values. A search gives no revision: its entries are pages, whose snippet may be edited; all others are
          revisions. The texts of revisions come for one page a request.

A revision's text is what it has and the one before it has not, so both must be in an answer: pages of an answer overlap
by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Literal, Self

from pydantic import model_validator

from pipelines.asking import Failure, Payload, Request
from pipelines.collect import wording
from pipelines.collect.answers import SOFT, TEMPORARY, retry_after
from pipelines.collect.objects import Record, body, identity, integer, readable
from pipelines.collect.parse import Context, entry_id, rows, table, when
from pipelines.collect.plain import line, plain
from pipelines.collect.timeline import again, all_new, newest, question, stamp
from pipelines.collect.urls import canonical
from pipelines.collect.wikitext import added
from pipelines.collect.wikitext import readable as readable_text
from pipelines.config.schema import Source, Table, Text
from pipelines.types import Entry, Parsed

PROVIDER = "MediaWiki"
SEARCH, CHANGED = "search", "recentchanges"
HITS, REVISIONS, CHANGES = 50, 10, 50
"""Items a page. A revision may be 100 kB; a visit reads five pages at most."""
OVERLAP = timedelta(hours=1)
ASKED = {"action": "query", "format": "json", "formatversion": 2, "maxlag": 5}
_SECTION = re.compile(r"/\*\s*([^*]{0,300}?)\s*\*/\s*")
UNSORTABLE = "badvalue"
PASSING = frozenset(("maxlag", "ratelimited", "readonly", "internal_api_error_DBQueryError"))


class Options(Table):
    search: Text | None = None
    sort: Literal["last_edit_desc", "create_timestamp_desc"] = "last_edit_desc"
    """Whether a search gives pages that were edited last, or made last; heeded by CirrusSearch, as Wikipedia has it."""
    titles: tuple[Text, ...] = ()
    """Pages whose every edit is taken; at most some tens, for each is a request."""
    recent: bool = False
    """Every edit of the whole wiki: for small ones."""
    namespaces: tuple[int, ...] = (0, 1)
    """Of search and recent changes: 0 articles, 1 their talk pages, 4 the project's own."""
    bots: bool = False
    """Whether edits by bots are among the recent changes."""

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Self:
        # one cursor cannot tell how far each of two questions has come, and one edit has other texts in each
        if (self.search is not None) + bool(self.titles) + self.recent != 1:
            raise ValueError("give one of search, titles and recent = true; for more, make more sources")
        return self


def requests(source: Source, context: Context) -> tuple[Request, ...]:
    """One question, or one for each title. `source.url` is the wiki's api.php."""
    options = Options.model_validate(source.options)
    spaces = "|".join(map(str, options.namespaces))
    if options.search:
        hits = {"list": SEARCH, "srsearch": options.search, "srwhat": "text", "srsort": options.sort}
        kept = {"srnamespace": spaces, "srlimit": HITS, "srprop": "timestamp|snippet"}
        return (Request(question(source.url, **ASKED, **hits, **kept)),)
    if options.recent:
        last = when(context.cursor, context.zone)
        wanted = {"rcprop": "title|ids|user|comment|timestamp|flags", "rctype": "edit|new", "rclimit": CHANGES}
        kept = {"rcnamespace": spaces, "rcshow": None if options.bots else "!bot"}
        until = {"rcend": stamp(last - OVERLAP) if last else None}
        return (Request(question(source.url, **ASKED, list=CHANGED, **wanted, **kept, **until)),)
    wanted = {"rvprop": "ids|timestamp|user|comment|content", "rvslots": "main", "rvlimit": REVISIONS}
    return tuple(
        Request(question(source.url, **ASKED, prop="revisions", titles=title, **wanted)) for title in options.titles
    )


def parse(payload: Payload, source: Source, context: Context) -> Parsed:
    """One Entry a page found, or an edit. The cursor is the time of the newest."""
    answer = table(body(payload))
    if error := _error(answer):
        if line(error.get("code")) == UNSORTABLE and "srsort=" in payload.url:
            return Parsed((), follow=(Request(again(payload, source, srsort=None)),))
        return Parsed((), failure=_failure(error, payload, context))
    found = answer.get("query")
    if not isinstance(found, dict):
        # a wiki that finds nothing may leave `query` out, and says at least that it is done
        return Parsed(()) if "batchcomplete" in answer else Parsed((), (wording.not_from(PROVIDER),))
    options = Options.model_validate(source.options)
    if options.titles:
        return _watched(found, payload, source, context)
    items = [
        item for item in rows(found.get(SEARCH if options.search else CHANGED)) if table(item).get("type") != "log"
    ]
    hits, problems = readable(items, _is_hit if options.search else _is_revision)
    entry = _hit if options.search else _change
    entries = tuple(entry(hit, source, context) for hit in hits)
    more = {key: line(value) for key, value in table(answer.get("continue")).items()}
    on = more and context.cursor is not None and (options.recent or _any_new(entries, context))
    return Parsed(
        entries,
        problems,
        follow=(Request(again(payload, source, **more)),) if on else (),
        cursor=newest((entry.published for entry in entries), context),
    )


def _any_new(entries: tuple[Entry, ...], context: Context) -> bool:
    """A page made anew may have been edited since: no strict order by time."""
    return any(entry.published and all_new([entry.published], context) for entry in entries)


def _error(answer: Record) -> Record | None:
    """The first error, in either of the forms: `errorformat` decides which."""
    return next((table(error) for error in [*rows(answer.get("error")), *rows(answer.get("errors"))]), None)


def _failure(error: Record, payload: Payload, context: Context) -> Failure:
    code = line(error.get("code"), 60)
    if code in PASSING:
        wait = retry_after(payload.headers.get("retry-after", ""), context.now)
        return Failure(wording.busy(PROVIDER), TEMPORARY, 200, retry_after=wait)
    return Failure(wording.declined(PROVIDER, code), SOFT, 200)


def _is_hit(item: Record) -> bool:
    return integer(item.get("pageid")) is not None and bool(line(item.get("title")))


def _is_revision(item: Record) -> bool:
    return bool(integer(item.get("revid"))) and integer(item.get("parentid", item.get("old_revid"))) is not None


def _hit(item: Record, source: Source, context: Context) -> Entry:
    page = identity(item["pageid"])
    text = readable_text(plain(item.get("snippet")))
    return _entry(f"page:{page}", f"curid={page}", line(item["title"]), text, item, source, context)


def _change(item: Record, source: Source, context: Context) -> Entry:
    revision = identity(item["revid"])
    text = _comment(item)
    return _entry(revision, f"diff={revision}", line(item.get("title")), text, item, source, context)


def _watched(found: Record, payload: Payload, source: Source, context: Context) -> Parsed:
    entries: list[Entry] = []
    problems: list[str] = []
    follow: tuple[Request, ...] = ()
    for page in map(table, rows(found.get("pages"))):
        revisions, wrong = readable(rows(page.get("revisions")), _is_revision)
        problems += wrong
        entries += _edits(revisions, line(page.get("title")), source, context)
        times = [when(revision.get("timestamp"), context.zone) for revision in revisions]
        if len(revisions) >= REVISIONS and all_new(times, context):
            follow = (Request(again(payload, source, rvstartid=identity(revisions[-1]["revid"]))),)
    return Parsed(
        tuple(entries), tuple(problems), follow=follow, cursor=newest((one.published for one in entries), context)
    )


def _edits(revisions: list[Record], title: str, source: Source, context: Context) -> Iterator[Entry]:
    """An Entry for each revision whose predecessor is known, so that its text is the same in every answer."""
    texts = {integer(revision["revid"]): _content(revision) for revision in revisions}
    for revision in revisions:
        parent = integer(revision.get("parentid"))
        if parent != 0 and parent not in texts:
            continue
        before, after = texts.get(parent, ""), _content(revision)
        put_in = "" if before is None or after is None else added(before, after)
        text = "\n".join(part for part in (_comment(revision), put_in) if part)
        native_id = identity(revision["revid"])
        yield _entry(native_id, f"diff={native_id}", title, text, revision, source, context)


def _content(revision: Record) -> str | None:
    """The wikitext; None where it is hidden."""
    text = table(table(revision.get("slots")).get("main")).get("content")
    return text if isinstance(text, str) else None


def _comment(item: Record) -> str:
    """The author's summary; the section in /* */ is where the edit was made, not what he says."""
    return readable_text(_SECTION.sub(r"\1: ", line(item.get("comment")))).rstrip(": ")


def _entry(native_id: str, query: str, title: str, text: str, item: Record, source: Source, context: Context) -> Entry:
    author = "" if item.get("userhidden") else line(item.get("user"))
    home = source.url.partition("?")[0].removesuffix("api.php")
    return Entry(
        id=entry_id(source.id, native_id),
        source_id=source.id,
        native_id=native_id,
        kind=source.kind,
        url=canonical(f"{home}index.php?{query}"),
        title=title,
        text=text,
        author=context.pseudonym(f"{home}User:{author}") if author else None,
        published=when(item.get("timestamp"), context.zone),
        language=source.language,
    )
