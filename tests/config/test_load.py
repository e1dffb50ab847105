"""A configuration is taken whole or refused whole, and every refusal names file, table, key and remedy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipelines.bootstrap import build
from pipelines.config import load, read
from pipelines.config.export import export
from pipelines.config.load import secret
from pipelines.errors import ConfigError, UserError
from pipelines.settings import Settings
from sentiment import cues

ROOT = Path(__file__).parent.parent.parent
SMABY = ROOT / "tests" / "data" / "smaby"


def refusal(folder: Path, name: str, old: str, new: str) -> list[str]:
    """What is said of the configuration when `old` in the file `name` is made `new`."""
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text, f"the fixture no longer holds {old!r}"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ConfigError) as refused:
        load(folder)
    return refused.value.problems


@pytest.mark.parametrize("municipality", ["config/botkyrka", "tests/data/smaby"])
def test_the_configurations_that_are_kept_are_whole(municipality: str) -> None:
    config = load(ROOT / municipality)
    assert config.receiver(config.root)
    assert {f"enhetschef:{unit.id}" for unit in config.units} <= {receiver.id for receiver in config.receivers}


def test_an_unknown_key_is_refused_by_name(folder: Path) -> None:
    (problem,) = refusal(folder, "municipality.toml", "[operator]", '[operator]\nphone = "08"')
    assert (
        "municipality.toml" in problem and "[operator]" in problem and '"phone"' in problem and "unknown key" in problem
    )


def test_a_unit_without_a_name_is_refused(folder: Path) -> None:
    text = (folder / "units.toml").read_text("utf-8")
    line = next(line for line in text.splitlines() if line.startswith("name ="))
    (problem,) = refusal(folder, "units.toml", line, "")
    assert re.search(r'units\.toml: \[\[unit\]\] "[a-z-]+", key "name": the key is missing', problem)


def test_a_route_to_nobody_is_refused(folder: Path) -> None:
    text = (folder / "routes.toml").read_text("utf-8")
    line = next(line for line in text.splitlines() if line.startswith("to ="))
    (problem,) = refusal(folder, "routes.toml", line, 'to = ["sekreteraren"]')
    assert "[[route]]" in problem and '"to"' in problem and '"sekreteraren"' in problem


@pytest.mark.parametrize("deputy", ["ingen", "kommunikationschef"])
def test_a_deputy_who_is_none_is_refused(folder: Path, deputy: str) -> None:
    old = 'title = "Kommunikationschef"'
    (problem,) = refusal(folder, "routes.toml", old, f'{old}\ndeputy = "{deputy}"')
    assert '[[receiver]] "kommunikationschef"' in problem and '"deputy"' in problem


def test_the_deputy_of_a_unit_s_manager_is_a_receiver_of_its_own(folder: Path) -> None:
    path = folder / "units.toml"
    unit = load(folder).units[0]
    manager = next(line for line in path.read_text("utf-8").splitlines() if unit.manager.address in line)
    deputy = 'deputy = { title = "Biträdande chef", address = "bitradande@kommunen.example" }'
    path.write_text(path.read_text("utf-8").replace(manager, f"{manager}\n{deputy}"), "utf-8")
    config = load(folder)
    head = config.receiver(f"enhetschef:{unit.id}")
    stand_in = config.receiver(head.deputy)
    assert (stand_in.title, stand_in.digest) == (f"Biträdande chef, {unit.name}", "never")
    assert stand_in.units == (unit.id,)


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("remind_after_hours = 48", "remind_after_hours"),
        ('counted = "lunar"', "counted"),
        ('unsuitable = ["rudeness"]', "unsuitable"),
        ("half_days_close = 18:00:00", "half_days_close"),
        ('opens = "soon"', "opens"),
    ],
)
def test_a_clock_that_cannot_be_meant_is_refused(folder: Path, line: str, key: str) -> None:
    (problem,) = refusal(folder, "municipality.toml", "[operator]", f"[clocks]\n{line}\n\n[operator]")
    assert "clocks" in problem and key in problem


def test_a_receiver_without_a_day_is_refused(folder: Path) -> None:
    (problem,) = refusal(
        folder, "routes.toml", 'title = "Kommunikationschef"', 'title = "Kommunikationschef"\ndays = []'
    )
    assert '"days"' in problem


def test_a_missing_root_is_refused(folder: Path) -> None:
    text = (folder / "routes.toml").read_text("utf-8")
    line = next(line for line in text.splitlines() if line.startswith("root ="))
    (problem,) = refusal(folder, "routes.toml", line, 'root = "ingen"')
    assert '"root"' in problem and "nobody is told" in problem


@pytest.mark.parametrize("pattern", ["(", "(?=x)", r"(a)\\1"])
def test_a_pattern_that_re2_refuses_is_refused(folder: Path, pattern: str) -> None:
    text = (folder / "rules.toml").read_text("utf-8")
    line = next(line for line in text.splitlines() if line.startswith("all ="))
    (problem,) = refusal(folder, "rules.toml", line, f'all = ["re:{pattern}"]')
    assert "[[rule]]" in problem and "RE2" in problem


@pytest.mark.parametrize("key", ["all", "any", "none", "context", "unless"])
def test_an_empty_list_of_cues_is_refused(folder: Path, key: str) -> None:
    old = "all = ['re:(?i)\\bmobba[ds]\\b']"
    new = "all = []" if key == "all" else f"{old}\n{key} = []"
    text = (folder / "rules.toml").read_text("utf-8")
    (folder / "rules.toml").write_text(text.replace("unless = ['re:(?i)\\bmobbning är fel\\b']\n", ""), "utf-8")
    (problem,) = refusal(folder, "rules.toml", old, new)
    assert "rules.toml" in problem and f'[[rule]] "bullied", key "{key}"' in problem and "at least 1 item" in problem


def test_a_cue_list_without_a_cue_is_refused(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lists = tmp_path / "cues"
    lists.mkdir()
    (lists / "told.txt").write_text("# Words that tell.\n\n", "utf-8")
    for known in (cues.names, cues.is_empty):
        known.cache_clear()
    monkeypatch.setattr(cues, "FOLDER", lists)
    try:
        (problem,) = refusal(folder, "rules.toml", "all = ['re:(?i)\\bmobba[ds]\\b']", 'all = ["told"]')
    finally:
        for known in (cues.names, cues.is_empty):
            known.cache_clear()
    assert '[[rule]] "bullied", key "all"' in problem and 'the cue list "told" is empty' in problem


def test_a_rule_of_an_unknown_category_is_refused(folder: Path) -> None:
    (problem,) = refusal(folder, "rules.toml", 'category = "bullying"', 'category = "trakasserier"')
    assert '[[rule]] "bullied", key "category": "trakasserier" is no [[category]]' in problem


def test_an_alert_that_asks_for_nothing_is_refused(folder: Path) -> None:
    nothing = '[[alert]]\nid = "all"\nname = "Allt"\nurgent = 0.5\n\n[[alert]]'
    text = (folder / "rules.toml").read_text("utf-8")
    (folder / "rules.toml").write_text(text.replace("[[alert]]", nothing, 1), "utf-8")
    with pytest.raises(ConfigError) as refused:
        load(folder)
    (problem,) = refused.value.problems
    assert "rules.toml" in problem and '[[alert]] "all"' in problem and "never hold" in problem


def test_an_unknown_family_is_refused(folder: Path) -> None:
    (problem,) = refusal(folder, "sources.toml", 'family = "rss"', 'family = "gopher"')
    assert '"family"' in problem and "gopher" in problem and "rss" in problem


@pytest.mark.parametrize("url", ["ftp://x.example/", "https://user:pw@x.example/", "x.example"])
def test_an_address_that_is_not_http_or_holds_a_password_is_refused(folder: Path, url: str) -> None:
    text = (folder / "sources.toml").read_text("utf-8")
    line = next(line for line in text.splitlines() if line.startswith("url ="))
    (problem,) = refusal(folder, "sources.toml", line, f'url = "{url}"')
    assert "[[source]]" in problem and '"url"' in problem


def test_every_problem_is_told_at_once(folder: Path) -> None:
    for name in ("places.toml", "mail.toml"):
        (folder / name).unlink()
    (folder / "units.toml").write_text("unit = [", "utf-8")
    with pytest.raises(ConfigError) as refused:
        load(folder)
    assert len(refused.value.problems) == 3
    assert {Path(problem.split(":")[0]).name for problem in refused.value.problems} == {
        "places.toml",
        "mail.toml",
        "units.toml",
    }


def test_a_file_that_is_not_utf8_is_refused(folder: Path) -> None:
    (folder / "places.toml").write_bytes("# Småby".encode("latin-1"))
    with pytest.raises(ConfigError, match="not UTF-8"):
        load(folder)


def test_two_of_one_id_are_refused(folder: Path) -> None:
    path = folder / "sources.toml"
    text = path.read_text("utf-8")
    first = text[text.index("[[source]]") :]
    block = first[: first.find("[[source]]", 5)] if first.count("[[source]]") > 1 else first
    path.write_text(text + "\n" + block, "utf-8")
    with pytest.raises(ConfigError, match="stands 2 times"):
        load(folder)


def test_an_overlay_takes_the_place_of_whole_files(folder: Path, tmp_path: Path) -> None:
    overlay = tmp_path / "overlay"
    overlay.mkdir()
    (overlay / "sources.toml").write_text("source = []\n", "utf-8")
    assert load(folder, overlay).sources == ()
    assert load(folder, overlay).units == load(folder).units


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such folder"):
        load(tmp_path / "nowhere")


def test_a_secret_comes_from_a_variable_or_a_file(tmp_path: Path) -> None:
    kept = tmp_path / "password"
    kept.write_text("hemligt\n", "utf-8")
    assert secret("X", {}) is None
    assert secret("X", {"X": "a", "X_FILE": str(kept)}) == "a"
    assert secret("X", {"X_FILE": str(kept)}) == "hemligt"
    with pytest.raises(UserError, match="X_FILE"):
        secret("X", {"X_FILE": str(tmp_path / "nowhere")})


CHANNEL = """
[[channel]]
id = "chatt"
kind = "webhook"
receivers = ["kommunikationschef"]
url = "https://mottagare.example/in"
"""


def test_a_channel_is_taken_as_it_stands(folder: Path) -> None:
    (folder / "channels.toml").write_text(CHANNEL, "utf-8")
    (channel,) = load(folder).channels
    assert (channel.secret, channel.tells) == ("MEDIEBEVAKNING_CHANNEL_CHATT", ("alert",))


@pytest.mark.parametrize(
    ("old", "new", "key", "said"),
    [
        ('["kommunikationschef"]', '["sekreteraren"]', "receivers", "sekreteraren"),
        ('["kommunikationschef"]', "[]", "receivers", "at least 1"),
        ('"chatt"', '"mail"', "id", "another id"),
        ('url = "https://mottagare.example/in"', "", "url", "missing"),
        ('url = "https://mottagare.example/in"', 'url = "https://a:b@x.example/"', "url", "user or password"),
        ('kind = "webhook"', 'kind = "apprise"', "url", "takes none"),
        ('kind = "webhook"', 'kind = "file"\nfolder = "x"', "url", "takes none"),
        ('kind = "webhook"', 'kind = "fax"', "kind", "'webhook'"),
        ('kind = "webhook"', 'kind = "webhook"\ntells = ["gossip"]', "tells", "gossip"),
        ('kind = "webhook"', 'kind = "webhook"\nkey = "whsec_x"', "key", "unknown key"),
    ],
)
def test_a_channel_that_cannot_be_is_refused(folder: Path, old: str, new: str, key: str, said: str) -> None:
    (folder / "channels.toml").write_text(CHANNEL, "utf-8")
    problem, *_ = refusal(folder, "channels.toml", old, new)
    assert "channels.toml" in problem and "[[channel]]" in problem and key in problem and said in problem


def test_two_channels_of_one_name_are_refused(folder: Path) -> None:
    (folder / "channels.toml").write_text(CHANNEL, "utf-8")
    (problem,) = refusal(folder, "channels.toml", CHANNEL, CHANNEL * 2)
    assert '[[channel]] "chatt"' in problem and "2 times" in problem


OIDC = """
[dashboard.oidc]
issuer = "https://id.smaby.example"
client_id = "mediebevakning"
[[dashboard.oidc.group]]
group = "Rektorer"
role = "enhetschef"
units = ["nasviksskolan"]
"""


def with_login(folder: Path, old: str = "", new: str = "") -> Path:
    path = folder / "municipality.toml"
    assert old in OIDC
    path.write_text(path.read_text("utf-8") + OIDC.replace(old, new, 1), "utf-8")
    return folder


def test_the_municipalitys_login_is_read_exported_and_kept_at_another_address(folder: Path, tmp_path: Path) -> None:
    config = load(with_login(folder))
    assert config.dashboard.oidc and config.dashboard.oidc.group[0].units == ("nasviksskolan",)
    out = tmp_path / "out"
    out.mkdir()
    for name, text in export(read(folder), ()).items():
        (out / name).write_text(text, "utf-8")
    assert load(out).dashboard == config.dashboard
    settings = Settings(folder, tmp_path / "var", f"sqlite:///{tmp_path}/test.db", base_url="http://127.0.0.1:9999")
    moved = build(settings).config.dashboard
    assert moved.oidc == config.dashboard.oidc and moved.base_url == "http://127.0.0.1:9999"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('role = "enhetschef"', 'role = "rektor"', ("Rektorer", 'key "role"', "Choose one of")),
        ('"nasviksskolan"', '"finns-inte"', ("Rektorer", 'key "units"', "finns-inte")),
        ('units = ["nasviksskolan"]', "", ("Rektorer", 'key "units"', "needs at least one unit")),
        ('"enhetschef"', '"kommunikator"', ("Rektorer", 'key "units"', "no department")),
        ('"https://id', '"http://id', ('key "oidc"', "https")),
        ('"https://id.smaby.example"', '"http://127.0.0.1:8080"', ('key "oidc"', "allow_private")),
        ("smaby.example", "smaby.example?x=1", ('key "oidc"', "without ?")),
        ("https://id", "https://me:secret@id", ("[oidc]", "issuer")),
        ("client_id", "client", ("client_id", "missing")),
        ("[[dashboard.oidc.group]]", 'secret = "x"\n[[dashboard.oidc.group]]', ("secret", "unknown key")),
        ("[[dashboard", '[[dashboard.oidc.group]]\ngroup = "Rektorer"\nrole = "granskare"\n[[dashboard', ("2 times",)),
    ],
)
def test_a_login_that_cannot_hold_is_refused(folder: Path, old: str, new: str, words: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError) as refused:
        load(with_login(folder, old, new))
    said = " ".join(refused.value.problems)
    assert "municipality.toml" in said and all(word in said for word in words), said


RETENTION = '[municipality]\nid = "smaby"'


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("entries_days = 0", "nothing is kept for ever"),
        ('entries_days = "never"', "nothing is kept for ever"),
        ("metadata_days = 36500", "for ever"),
        ("tombstones_days = -1", "nothing is kept for ever"),
        ("metadata_days = 100", "metadata_days"),
        ("entries_days = 1", "still waiting"),
        ("mails_days = 2", "still waiting"),
        ("flagged_days = 800", "access_days"),
        ("categories = { okand = 100 }", '"okand" is no [[category]]'),
        ("categories = { threat = 1 }", "still waiting"),
        ("holds = false", "unknown key"),
        ("tombstones_days = 200\nmetadata_days = 400", "would come back"),
    ],
)
def test_a_rule_that_keeps_for_ever_or_deletes_what_is_needed_is_refused(folder: Path, rule: str, told: str) -> None:
    problems = refusal(folder, "municipality.toml", RETENTION, f"[retention]\n{rule}\n\n{RETENTION}")
    assert any(told in one for one in problems)
    assert all("municipality.toml" in one and "[retention]" in one for one in problems)


@pytest.mark.parametrize(
    ("of_source", "licence", "told"),
    [
        ('licence = "okand"', "", '"okand" is no [[licence]]'),
        ('keep = { entries_days = 60, metadata_days = 30, why = "x" }', "", "metadata_days is shorter"),
        ('keep = { entries_days = 60, metadata_days = 90, why = "" }', "", '"why"'),
        ('keep = { entries_days = 2, metadata_days = 90, why = "x" }', "", "still waits"),
        (
            'licence = "villkor"\nkeep = { entries_days = 60, metadata_days = 90, why = "x" }',
            '[[licence]]\nid = "villkor"\nname = "V"\nentries_days = 30\nmetadata_days = 90\n\n',
            "at most",
        ),
        ("", '[[licence]]\nid = "villkor"\nname = "V"\nentries_days = 1\nmetadata_days = 90\n\n', "still waits"),
    ],
)
def test_a_source_s_own_times_must_hold_with_its_licence(folder: Path, of_source: str, licence: str, told: str) -> None:
    new = f'{licence}[[source]]\n{of_source}\nid = "smabybladet"'
    problems = refusal(folder, "sources.toml", '[[source]]\nid = "smabybladet"', new)
    assert any(told in one for one in problems) and all("sources.toml" in one for one in problems)
