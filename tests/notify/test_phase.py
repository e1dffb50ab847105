"""The phase over a database: who is told what, once, whatever runs twice, overlaps or comes late."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from pipelines.bootstrap import App
from pipelines.config import load
from pipelines.config.schema import Receiver
from pipelines.correct import correct, look, press
from pipelines.errors import WrongCall
from pipelines.notify import alerts, phase
from pipelines.notify.offers import Signer
from pipelines.store import assessments, notices, sources
from pipelines.store.engine import reading
from pipelines.store.schema import digest_run
from pipelines.store.sources import Poll
from pipelines.types import Item, Stance
from tests import builders
from tests.builders import EVERYTHING, NOW, entry, flag, item
from tests.notify.servers import Answering

CRITICAL = Stance("critical", 0.8)
TODAY = date(2026, 11, 21)
HEAD = "kommunikationschef"
SCHOOL = "enhetschef:nasviksskolan"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    built = builders.app(tmp_path)
    yield built
    built.engine.dispose()


def bullying(id: str = "e-mobb", **changes: object) -> Item:
    """Published at 04.00 UTC, in the window that closed at 06.30; at the school."""
    post = entry(id, kind="microblog", published=NOW - timedelta(hours=4))
    return item(post, **({"units": ("nasviksskolan",), "flags": (flag("bullying"),), "alert": True} | changes))


def criticism(id: str = "e-kritik", hours_ago: float = 4, **changes: object) -> Item:
    return item(entry(id, published=NOW - timedelta(hours=hours_ago)), **({"stance": CRITICAL} | changes))


def told(channel: Answering, kind: str) -> Counter[str]:
    return Counter(message.receiver for message in channel.sent if message.kind == kind)


def watch(app: App, hours_ago: float = 100) -> None:
    with app.engine.begin() as connection:
        sources.log(connection, Poll("smabybladet", NOW - timedelta(hours=hours_ago), "ok"))


# --- alerts -------------------------------------------------------------------------------------------------------


def test_an_alert_reaches_each_receiver_once_and_the_second_run_sends_nothing(app: App) -> None:
    builders.save(app, [bullying(), criticism()])
    channel = Answering()
    report = phase.run(app, channel=channel)
    assert report.counts() == {
        "routed": 2, "notices": 3, "alerts": 2, "spikes": 0, "reminders": 0, "sent": 2, "deferred": 0, "failed": 0,
    }  # fmt: skip
    assert told(channel, "alert") == {HEAD: 1, SCHOOL: 1}
    assert set(phase.run(app, channel=channel).counts().values()) == {0}


def test_the_mails_of_the_phase_hold_links_that_work(app: App) -> None:
    builders.save(app, [bullying(units=()), criticism()])
    channel = Answering()
    phase.run(app, channel=channel)
    phase.digest(app, channel=channel)
    kinds = Counter(message.kind for message in channel.sent if "/ratta/" in message.text and "/ratta/" in message.html)
    assert kinds == {"alert": 1, "digest": 1}
    for message in channel.sent:
        for token in re.findall(r"/ratta/(\S+)", message.text):
            with reading(app.engine) as connection:
                assert look(app, connection, token).outcome == "open"


def test_a_digest_tells_what_people_have_corrected_as_they_have(app: App) -> None:
    """Not at all, or for the reason that is left; and it is not told by a later digest instead."""
    gone, milder = criticism("e-gone"), bullying("e-milder", stance=CRITICAL)
    by_link = criticism("e-link")
    builders.save(app, [gone, milder, by_link, criticism("e-stays")])
    channel = Answering()
    phase.run(app, channel=channel)
    offers = Signer(app.link_key, NOW).offers(by_link, HEAD, app.config)
    assert press(app, offers[0].url.rpartition("/")[2]).outcome == "noted"
    assert correct(app, EVERYTHING, "e-gone", "not-negative", "", "anna") == "said"
    assert correct(app, EVERYTHING, "e-milder", "not-flag", "bullying", "anna") == "said"
    phase.digest(app, channel=channel)
    (digest,) = (one for one in channel.sent if one.kind == "digest" and one.receiver == HEAD)
    assert "NEGATIVT OM KOMMUNEN (3)" in digest.text and "MOBBNING" not in digest.text.upper()
    assert "e-gone" not in digest.text and "e-milder" in digest.text and "e-stays" in digest.text
    assert "e-link" in digest.text  # nobody has confirmed it
    with reading(app.engine) as connection:
        assert notices.in_digest(connection, HEAD, NOW) == []


def test_an_alert_that_waits_is_not_sent_once_someone_has_said_that_it_is_none(app: App) -> None:
    builders.save(app, [bullying("e-wrong", stance=CRITICAL), bullying("e-right")])
    alerts.route_pending(app)
    assert correct(app, EVERYTHING, "e-wrong", "not-flag", "bullying", "anna") == "said"
    channel = Answering()
    phase.run(app, channel=channel)
    assert told(channel, "alert") == {HEAD: 1, SCHOOL: 1}
    phase.digest(app, channel=channel)
    (digest,) = (one for one in channel.sent if one.kind == "digest" and one.receiver == HEAD)
    assert "e-wrong" in digest.text and "NEGATIVT OM KOMMUNEN (1)" in digest.text


def test_the_same_text_in_five_sources_is_one_alert(app: App) -> None:
    builders.save(app, [replace(bullying(f"e{number}"), story_id="s1") for number in range(5)])
    channel = Answering()
    phase.run(app, channel=channel)
    later = replace(bullying("e9"), story_id="s1")
    builders.save(app, [later])
    phase.run(app, channel=channel)
    assert told(channel, "alert") == {HEAD: 1, SCHOOL: 1}


def test_a_story_that_gets_worse_alerts_again_in_the_same_thread(app: App) -> None:
    builders.save(app, [bullying()])
    channel = Answering()
    phase.run(app, channel=channel)
    builders.save(app, [replace(bullying("e-hot", flags=(flag("threat"),)), story_id="s-e-mobb")])
    phase.run(app, channel=channel)
    first, second = (message for message in channel.sent if message.receiver == HEAD)
    assert (first.thread_id, second.thread_id) == (None, first.message_id)
    assert second.subject == "Larm: Hot – Näsviksskolan"


def test_several_reasons_at_once_share_one_mail(app: App) -> None:
    worse = replace(bullying("e-hot", flags=(flag("threat", severity="critical"),)), story_id="s-e-mobb")
    builders.save(app, [bullying(), worse])
    channel = Answering()
    phase.run(app, channel=channel)
    assert told(channel, "alert") == {HEAD: 1, SCHOOL: 1}
    assert {message.key for message in channel.sent} == {f"alert:s-e-mobb:threat:{one}" for one in (HEAD, SCHOOL)}


def test_the_first_fetch_of_a_source_alerts_nobody_until_a_post_of_it_is_edited(app: App) -> None:
    old = bullying()
    builders.save(app, [old], silent=True)
    channel = Answering()
    assert phase.run(app, channel=channel).routed == 0
    edited = replace(old, entry=replace(old.entry, text="En ny lydelse."), first_seen=NOW)
    builders.save(app, [edited])
    assert phase.run(app, channel=channel).alerts == 2


@pytest.mark.parametrize(("age_hours", "alerted"), [(47, 2), (49, 0)])
def test_old_news_alerts_nobody(app: App, age_hours: int, alerted: int) -> None:
    found = replace(bullying(), entry=entry("e-mobb", published=NOW - timedelta(hours=age_hours)), first_seen=NOW)
    builders.save(app, [found])
    report = phase.run(app, channel=Answering())
    assert (report.routed, report.alerts) == (1, alerted)
    assert (report.notices > 0) is (alerted > 0)


def test_a_new_version_of_the_rules_is_silent(app: App) -> None:
    """Also where a post that was none of our concern turns out to be one."""
    dull = item(entry("e-mobb", kind="microblog"), about=False)
    builders.save(app, [dull])
    phase.run(app, channel=Answering())
    with app.engine.begin() as connection:
        again = replace(bullying().assessment, version="v2")
        assessments.save(connection, [(dull.entry, again)], NOW)
    assert set(phase.run(app, channel=Answering()).counts().values()) == {0}


def test_an_outage_of_ours_turns_alerts_into_digest_lines(app: App) -> None:
    builders.save(app, [bullying()])
    app.clock.forward(days=3)
    channel = Answering()
    report = phase.run(app, channel=channel)
    assert (report.notices, report.alerts) == (2, 0)
    phase.digest(app, channel=channel)
    assert told(channel, "digest") == {HEAD: 1, SCHOOL: 1}


def test_a_receiver_taken_out_of_the_configuration_is_answered_for_by_the_root(tmp_path: Path) -> None:
    app = builders.app(tmp_path)
    builders.save(app, [bullying()])
    alerts.route_pending(app)
    fewer = tuple(receiver for receiver in app.config.receivers if receiver.id != SCHOOL)
    channel = Answering()
    phase.run(replace(app, config=app.config.model_copy(update={"receivers": fewer})), channel=channel)
    assert [message.address for message in channel.sent] == ["kommunikationschef@smaby.example"]  # and once only
    app.engine.dispose()


# --- digests ------------------------------------------------------------------------------------------------------


def test_a_digest_for_each_who_is_to_have_one_and_never_two_for_one_date(app: App) -> None:
    builders.save(app, [bullying(), criticism(units=("omsorgen",))])
    channel = Answering()
    report = phase.digest(app, channel=channel)
    assert told(channel, "digest") == {HEAD: 1, SCHOOL: 1, "enhetschef:omsorgen": 1}
    assert (report.days, report.digests) == (3, 3)
    assert phase.digest(app, channel=channel).counts() == dict.fromkeys(report.counts(), 0)
    assert phase.digest(app, TODAY, channel=channel).digests == 0
    (head,) = (message for message in channel.sent if (message.kind, message.receiver) == ("digest", HEAD))
    assert head.subject == "Mediebevakning lördag 21 november: 1 larm eller flagga, 1 negativt"


def test_nothing_to_report_is_a_report_to_the_head_of_communications_only(app: App) -> None:
    watch(app)
    channel = Answering()
    report = phase.digest(app, channel=channel)
    assert told(channel, "digest") == {HEAD: 1}
    told_daily = sum(receiver.digest != "never" for receiver in app.config.receivers)
    assert (report.days, report.digests) == (told_daily, 1)
    assert "Inget att rapportera" in channel.sent[0].text


def test_before_anything_was_watched_no_digest_is_due(app: App) -> None:
    watch(app, hours_ago=1)  # the window closed an hour and a half ago
    assert phase.digest(app, channel=Answering()).days == 0


def test_what_came_late_is_in_the_next_digest_and_what_is_too_new_waits(app: App) -> None:
    watch(app)
    channel = Answering()
    builders.save(app, [criticism("e-ny", hours_ago=0.5)])
    phase.digest(app, channel=channel)
    builders.save(app, [criticism("e-sen", hours_ago=10)])
    app.clock.forward(days=1)
    phase.digest(app, channel=channel)
    first, second = (message.text for message in channel.sent if message.receiver == HEAD)
    assert "/inlagg/" not in first
    assert {name for name in ("e-ny", "e-sen") if f"/inlagg/{name}" in second} == {"e-ny", "e-sen"}


def test_missed_runs_are_made_good_a_week_back(app: App) -> None:
    watch(app)
    phase.digest(app, channel=Answering())
    app.clock.forward(days=10)
    channel = Answering()
    assert phase.digest(app, channel=channel).digests == app.config.digest.repair_days
    assert [message.key[-10:] for message in channel.sent] == [f"2026-11-{day}" for day in range(25, 31)] + [
        "2026-12-01"
    ]


def test_a_named_day(app: App) -> None:
    builders.save(app, [criticism()])
    channel = Answering()
    assert phase.digest(app, date(2026, 11, 19), channel=channel).digests == 1
    assert "Inget att rapportera" in channel.sent[0].text
    with pytest.raises(WrongCall, match="2026-11-22"):
        phase.digest(app, date(2026, 11, 22), channel=channel)


def test_a_preview_stores_nothing_and_shows_afterwards_what_was_sent(app: App) -> None:
    builders.save(app, [criticism()])
    phase.run(app, channel=Answering())
    before = phase.preview(app)
    with reading(app.engine) as connection:
        assert connection.execute(select(digest_run)).all() == []
    channel = Answering()
    phase.digest(app, channel=channel)
    assert [message.text for message in before] == [message.text for message in channel.sent]
    assert phase.preview(app, TODAY) == before
    with pytest.raises(WrongCall):
        phase.preview(app, TODAY + timedelta(days=1))


def test_on_chosen_days_only_and_monday_tells_of_the_weekend(tmp_path: Path) -> None:
    """NOW is a Saturday."""
    weekdays = ("mon", "tue", "wed", "thu", "fri")
    using = builders.config(
        receivers=tuple(receiver.model_copy(update={"days": weekdays}) for receiver in builders.smaby().receivers)
    )
    app = builders.app(tmp_path, using)
    watch(app)
    channel = Answering()
    phase.digest(app, channel=channel)
    assert (phase.digest(app, TODAY, channel=channel).days, phase.preview(app)) == (0, [])
    builders.save(app, [criticism("lördag", hours_ago=1)])
    app.clock.forward(days=2)
    builders.save(app, [criticism("söndag", hours_ago=-30)])
    phase.digest(app, channel=channel)
    phase.digest(app, channel=channel)
    (monday,) = [message for message in channel.sent if message.receiver == HEAD]
    assert monday.subject.startswith("Mediebevakning måndag 23 november: 2 negativa")
    assert "Från fredag 20 november kl.\u00a007.30 till måndag 23 november kl.\u00a007.30" in monday.text
    assert "3 dygn" in monday.text


def test_a_story_in_several_sources_is_named_and_a_flagged_one_is_not(app: App) -> None:
    copies = [
        replace(item(replace(criticism(f"{story}{source}").entry, source_id=source), **assessed), story_id=story)
        for story, assessed in (("s-snö", {"stance": CRITICAL}), ("s-mobb", {"flags": (flag("bullying"),)}))
        for source in ("smabybladet", "rikstidningen")
    ]
    builders.save(app, copies)
    channel = Answering()
    phase.digest(app, channel=channel)
    (text,) = [message.text for message in channel.sent if message.receiver == HEAD]
    part = text.split("HÄNDELSER I FLERA KÄLLOR")[1].split("LARM OCH FLAGGADE")[0]
    assert "Snön ligger kvar på gångvägarna (2 inlägg i 2 källor)" in part
    assert part.count("inlägg i") == 1


def test_who_wants_no_digest_has_none(tmp_path: Path) -> None:
    never = Receiver(id=HEAD, title="Kommunikationschef", address="k@smaby.example", digest="never")
    app = builders.app(tmp_path, builders.config(receivers=(never,)))
    watch(app)
    builders.save(app, [criticism()])
    assert phase.digest(app, channel=Answering()).days == 0
    assert phase.preview(app) == []
    app.engine.dispose()


def test_a_crash_between_recording_and_sending_is_made_good_by_the_next_run(app: App) -> None:
    builders.save(app, [criticism()])

    class Dying(Answering):
        def send(self, message: object) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        phase.digest(app, channel=Dying())
    app.clock.forward(hours=1)
    channel = Answering()
    assert phase.digest(app, channel=channel).sent == 1
    assert told(channel, "digest") == {HEAD: 1}


def test_a_purged_entry_breaks_neither_digest_nor_preview(app: App) -> None:
    builders.save(app, [criticism(), bullying()])
    phase.run(app, channel=Answering())
    with app.engine.begin() as connection:
        builders.purge(connection)
    channel = Answering()
    phase.digest(app, channel=channel)
    assert all("Inget att rapportera" in message.text for message in channel.sent)


def test_numbers_of_the_day_against_the_same_day_a_week_earlier(app: App) -> None:
    seen = NOW - timedelta(hours=3)
    ahead = criticism("d3")
    builders.save(
        app,
        [
            *(criticism(f"g{number}", hours_ago=7 * 24 + 6) for number in range(2)),
            criticism("yesterday", hours_ago=30),
            criticism("d1"),
            bullying(),
            replace(item(entry("d2", published=None), intent="question"), first_seen=seen),
            replace(ahead, entry=replace(ahead.entry, published=NOW + timedelta(days=40)), first_seen=seen),
            item(about=False),
        ],
    )
    channel = Answering()
    phase.digest(app, channel=channel)
    texts = {message.receiver: message.text for message in channel.sent if message.kind == "digest"}
    assert numbers(texts[HEAD]) == {
        "Inlägg i allt": ["4", "2", "+2"],
        "Negativa": ["2", "2", "±0"],
        "Flaggade": ["1", "0", "+1"],
        "Frågor": ["1", "0", "+1"],
        "Berömmande": ["0", "0", "±0"],
    }
    assert numbers(texts[SCHOOL])["Inlägg i allt"] == ["1", "0", "+1"]


def test_what_is_withheld_from_a_unit_is_not_counted_to_it_either(app: App) -> None:
    builders.save(app, [bullying(by_employee=True), criticism(units=("nasviksskolan",))])
    channel = Answering()
    phase.digest(app, channel=channel)
    texts = {message.receiver: message.text for message in channel.sent if message.kind == "digest"}
    assert numbers(texts[HEAD])["Flaggade"][0] == "1"
    assert numbers(texts[SCHOOL])["Flaggade"][0] == "0"
    assert numbers(texts[SCHOOL])["Inlägg i allt"][0] == "1"


def numbers(text: str) -> dict[str, list[str]]:
    """The digest's table: name -> the day, the day before, the change."""
    rows = re.findall(r"^(\w[\w ]+?) +(\d+) +(\d+) +([+−±]\d+)$", text, flags=re.MULTILINE)
    return {name: values for name, *values in rows}


# --- several at once ----------------------------------------------------------------------------------------------


def test_two_runs_at_once_tell_everyone_once(tmp_path: Path) -> None:
    apps = [builders.app(tmp_path) for _ in range(2)]
    builders.save(apps[0], [bullying(f"e{number}") for number in range(20)])
    channels = [Answering(), Answering()]

    def both(number: int) -> None:
        phase.run(apps[number], channel=channels[number])
        phase.digest(apps[number], channel=channels[number])

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(both, range(2)))
    sent = Counter(message.key for channel in channels for message in channel.sent)
    assert set(sent.values()) == {1}
    assert sum(key.startswith("alert") for key in sent) == 40
    assert sum(key.startswith("digest") for key in sent) == 2
    for one in apps:
        one.engine.dispose()


def test_the_real_routes_and_mail_settings_load() -> None:
    config = load(Path(__file__).parents[2] / "config" / "botkyrka")
    root = config.receiver(config.root)
    assert root is not None
    assert root.digest == "always"
