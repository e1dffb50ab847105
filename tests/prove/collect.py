"""The promises of collecting, shown on this checkout: `make prove-collect`.

At most twenty minutes on two cores. MEDIEBEVAKNING_RECORDINGS may name a folder of recorded answers (<network>/<file>);
without it those rows are left out. FULL=1 damages ten times as many feeds and kills at every step of a pass.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import perf_counter

from pipelines.collect import recordings
from pipelines.collect.sources import FAMILIES
from pipelines.config import load
from pipelines.config.coverage import covering
from pipelines.config.schema import Network, Source
from tests.live import dokuwiki, mediawiki
from tests.live.server import lacking
from tests.live.watching import Claim
from tests.prove import collect_kills, collect_nasty, collect_tests, scale
from tests.prove.collect_tests import ALERTS, KINDS, Results
from tests.prove.table import Table

ROOT = Path(__file__).resolve().parents[2]
FULL = bool(os.environ.get("FULL"))
LONGEST = 20 * 60
"""Seconds, without FULL."""
POLICY = {
    "W2": ("facebook", "x", "myspace", "youtube", "slideshare", "wikipedia", "flickr"),
    "W3": ("forum", "blogs", "blog-search", "wikis", "microblogs", "social-networks", "social-news", "places"),
    "W4": ("press", "authorities"),
}
"""What the municipality's policy asks to be watched (pages 2 and 7), by the ids of coverage.toml."""
FEEDS_OF = {
    "press": ("Google News", "radio news"),
    "authorities": ("press room",),
    "blogs": ("WordPress, posts and search", "WordPress, comments", "Blogger", "Ghost", "Tumblr", "Medium"),
    "forum": ("Discourse, posts", "phpBB", "vBulletin", "NodeBB", "XenForo", "Reddit"),
    "social-news": ("Reddit",),
    "reddit": ("Reddit",),
    "youtube": ("YouTube channel",),
    "flickr": ("Flickr",),
    "microblogs": ("Mastodon",),
    "mastodon": ("Mastodon",),
}
"""Kinds of feed, as the tests name them, by which a network is read where it has feeds."""
WIKIS = (
    "test_rss::test_a_wikis_revision_is_one_whatever_feed_it_comes_by",
    "test_rss::test_a_wikis_log_has_one_id_for_all_its_events",
)
SOURCES, HUNDREDTH = 10_000, 100
MOST_MEMORY, MOST_THREADS = 400, 64
"""Megabytes at the peak, and threads, with 10,000 sources: with one more for each source it would be thousands."""
PACKAGES = tuple(dict.fromkeys((*mediawiki.PACKAGES, *dokuwiki.PACKAGES)))


def main() -> int:
    if absent := _installed(PACKAGES):
        sys.stderr.write(
            f"Missing: {', '.join(absent)}. Install Debian's packages: apt-get install {' '.join(absent)}\n"
        )
        return 3
    began, table = perf_counter(), Table()
    with tempfile.TemporaryDirectory(prefix="mediebevakning-") as place:
        results = tests(table, Path(place))
        networks(table, results)
        families(table, results)
        live(table, Path(place))
    collect_kills.show(table, every=FULL)
    nasty(table)
    recorded(table)
    large(table)
    minutes = (perf_counter() - began) / 60
    table.row("the whole proof, in minutes", f"{minutes:.1f}", holds=FULL or minutes * 60 <= LONGEST)
    table.figure("minutes", round(minutes, 1))
    return table.close()


def _installed(packages: Iterable[str]) -> tuple[str, ...]:
    """Install what is absent; what cannot be."""
    absent = lacking(tuple(packages))
    if absent:
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-q"], ["install", "-qy", "--no-install-recommends", *absent]):
            if subprocess.run(["apt-get", *command], env=quiet, stdout=sys.stderr, check=False).returncode:
                break
    return lacking(absent)


def tests(table: Table, place: Path) -> Results:
    """Everything that is tested of collecting, in one run."""
    results, said = collect_tests.run(place / "junit.xml", "tests/collect")
    table.row("tests of collecting", said, holds=bool(results.passed) and not results.failed)
    table.figure("tests_passed", len(results.passed))
    table.figure("tests_failed", len(results.failed))
    return results


def networks(table: Table, results: Results) -> None:
    """Each network and kind of the policy, then those that have come since: by what it is watched, proved by what."""
    config = load(ROOT / "config" / "botkyrka")
    known = {network.id: network for network in config.coverage}
    asked = [(page, id) for page, ids in POLICY.items() for id in ids]
    rest = [("", id) for id in known if id not in {id for _, id in asked}]
    for page, id in (*asked, *rest):
        network = known.get(id)
        if network is None:
            table.row(f"{page} {id}", "no row in coverage.toml", holds=False)
            continue
        sources = covering(network, config.sources)
        proof = Counter(dict(_proof(network, sources, results)))
        seen = (
            f"{_way(network, sources)}: {sum(proof.values())} tests" if sources else f"not watched: {network.why_not}"
        )
        told = bool(network.why_not) if not sources else bool(proof) and all(proof.values())
        table.row(f"{page:<2} {network.name}", seen, holds=told)
    table.figure("networks", len(asked) + len(rest))


def _way(network: Network, sources: Iterable[Source]) -> str:
    counted = Counter(source.family for source in sources)
    return f"{network.route}, by " + ", ".join(f"{family} ({count})" for family, count in sorted(counted.items()))


def _proof(network: Network, sources: Iterable[Source], results: Results) -> Iterator[tuple[str, int]]:
    """The tests behind a network, and how many cases of each passed."""
    for family in sorted({source.family for source in sources} - {"rss"}):
        yield family, collect_tests.by_file(results)[f"test_{family.replace('-', '_')}"]
    if any(source.family == "rss" for source in sources):
        feeds = [f"{KINDS}[{name}" for name in FEEDS_OF.get(network.id, ())]
        feeds += WIKIS if any(source.kind == "wiki" for source in sources) else ()
        feeds += ALERTS if network.route == "search" or not feeds else ()
        for test in feeds:
            yield test, results.of(test)[0]


def families(table: Table, results: Results) -> None:
    """Each family, and the seven things that go wrong or on with it."""
    for family in FAMILIES:
        if family not in collect_tests.FAMILIES:
            table.row(f"family {family}", "nothing says what proves it", holds=False)
            continue
        seen, holds = collect_tests.counted(results, family)
        table.row(f"family {family}", seen, holds=holds)
    table.figure("families", len(FAMILIES))


def live(table: Table, place: Path) -> None:
    """Real servers, collected from."""
    for name, show in (("MediaWiki", mediawiki.show), ("DokuWiki", dokuwiki.show)):
        folder = place / name
        folder.mkdir()
        claims: list[Claim] = []
        for claim in show(folder):
            claims.append(claim)
            table.row(f"{name}: {claim.claim}", claim.seen, holds=claim.holds)
        table.figure(f"live_{name.lower()}", f"{sum(claim.holds for claim in claims)} of {len(claims)}")


def nasty(table: Table) -> None:
    seen = collect_nasty.show(20_000 if FULL else 2_000)
    table.row("nasty feeds: crashes", f"{len(seen.crashes)} of {seen.feeds}", holds=not seen.crashes)
    for crash in seen.crashes[:10]:
        table.row("  ", crash)
    told = f"{seen.markup} of {seen.entries} entries; the slowest feed took {seen.slowest:.2f} s"
    table.row("nasty feeds: markup that came out", told, holds=seen.markup == 0)
    table.figure("nasty", {"feeds": seen.feeds, "crashes": len(seen.crashes), "markup": seen.markup})


def recorded(table: Table) -> None:
    """What is made of recorded answers, a row a folder."""
    folder = os.environ.get("MEDIEBEVAKNING_RECORDINGS")
    if not folder:
        return
    for network in sorted(path for path in Path(folder).iterdir() if path.is_dir()):
        files, rows = 0, []
        for path in sorted(network.rglob("*")):
            if path.suffix in (".xml", ".rss", ".rdf", ".atom", ".json", ".jsonl"):
                files += 1
                rows += list(recordings.read(path))
        entries = [row for row in rows if "error" not in row]
        markup = sum(bool(collect_nasty.MARKUP.search(f"{row['title']}\n{row['text']}")) for row in entries)
        if files:
            told = f"{files} files, {len(entries)} entries, {len(rows) - len(entries)} no feed, {markup} with markup"
            table.row(f"recorded: {network.name}", told, holds=markup == 0)


def large(table: Table) -> None:
    """10,000 sources, of which one in a hundred has something new."""
    measured = scale.measure(SOURCES)
    new = {"first": SOURCES * scale.ITEMS, "unchanged": 0, "one_percent": SOURCES // HUNDREDTH}
    for name, took in measured.items():
        whole = took["asked"] == SOURCES and took["new"] == new[name]
        lean = took["peak_mb"] <= MOST_MEMORY and took["threads"] <= MOST_THREADS
        told = (
            f"{took['seconds']:.0f} s ({took['cpu_seconds']:.0f} s cpu), {took['new']:.0f} new, "
            f"{took['peak_mb']:.0f} MB at the peak, {took['threads']:.0f} threads"
        )
        table.row(f"{SOURCES} sources, {name.replace('_', ' ')}", told, holds=whole and lean)
    table.figure("scale", measured)


if __name__ == "__main__":
    sys.exit(main())
