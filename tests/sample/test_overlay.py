"""The overlay is valid configuration and names every publisher, at the address where it answers."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from pipelines.collect.sources import FAMILIES
from pipelines.config.schema import MailFile, SourcesFile
from sample.overlay import main, write
from sample.site import Site
from sample.world import build
from sample.world.publishers import publishers


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "made", web_port=4711, smtp_port=2525)
    return tmp_path / "made"


def sources(folder: Path) -> SourcesFile:
    return SourcesFile.model_validate(tomllib.loads((folder / "sources.toml").read_text("utf-8")))


def test_sources_are_those_of_the_world_with_options_their_family_takes(folder: Path) -> None:
    given = sources(folder)
    assert [source.id for source in given.source] == list(publishers())
    assert {source.name for source in given.source} == {publisher.name for publisher in publishers().values()}
    assert given.fetch.allow_private
    for source in given.source:
        FAMILIES[source.family].options.model_validate(source.options)


def test_every_source_is_answered_at_its_url(folder: Path) -> None:
    site = Site(build(datetime.fromisoformat("2026-11-22T10:00:00+01:00")), True)
    for source in sources(folder).source:
        url = urlsplit(source.url)
        assert url.netloc == "127.0.0.1:4711"
        path = url.path
        if source.family == "mastodon":
            tags = source.options["tags"]
            assert isinstance(tags, list)
            path = f"{path}/api/v1/timelines/tag/{quote(tags[0])}"
        assert site.answer(path, {}, url.netloc).status != 404


def test_mail_goes_to_the_sink(folder: Path) -> None:
    mail = MailFile.model_validate(tomllib.loads((folder / "mail.toml").read_text("utf-8")))
    assert (mail.smtp.host, mail.smtp.port, mail.smtp.security) == ("127.0.0.1", 2525, "none")


def test_the_program_writes_the_same(folder: Path, tmp_path: Path) -> None:
    main([str(tmp_path / "other"), "--web-port", "4711", "--smtp-port", "2525"])
    for file in folder.iterdir():
        assert (tmp_path / "other" / file.name).read_bytes() == file.read_bytes()
