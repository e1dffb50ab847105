"""What the interface answers. Values are those of the program (`negative`, `critical`), names those of the
configuration; no field says who wrote a post."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from pipelines.casework import Action, CaseKind, Decision, State
from pipelines.correction import Verdict
from pipelines.labels import Intent, Target, ToldAs
from pipelines.types import Kind, Role, Severity

ToneLabel = Literal["negative", "neutral", "positive", "unsure"]
StanceLabel = Literal["critical", "none", "supportive"]


class Answer(BaseModel):
    """What is said holds until it is asked again."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)


class Named(Answer):
    id: str = Field(examples=["nasviksskolan"])
    name: str = Field(examples=["Näsviksskolan"])


class Tone(Answer):
    label: ToneLabel = Field(description="Textens ton som en läsare uppfattar den.")
    polarity: float = Field(description="−1 till 1.", examples=[-0.6])
    confidence: float = Field(description="0 till 1.", examples=[0.8])


class Stance(Answer):
    label: StanceLabel = Field(description="Hållning till kommunen och dess enheter, inte tonen.")
    confidence: float = Field(examples=[0.7])


class Span(Answer):
    start: int = Field(description="Tecken räknat från 0 i rubrik + radbrytning + text, eller i texten utan rubrik.")
    end: int
    text: str


class FlagBrief(Answer):
    category: Named
    role: Role = Field(description="`act` om texten gör det själv, `report` om den berättar om det.")
    severity: Severity
    confidence: float


class Flag(FlagBrief):
    type: str | None = Field(description="För brott: vilken grupp av brott.")
    target: Target = Field(description="Vem det riktar sig mot.")
    rule: str = Field(description="Regeln som väckte misstanken.")
    reason: str = Field(description="Varför, i en mening.")
    steps: tuple[Named, ...] = Field(description="Vad som gjorde den allvarligare eller mildare.")
    evidence: tuple[Span, ...] = Field(description="Tom när texten har ändrats sedan den bedömdes.")


class Entry(Answer):
    """Ett inlägg i korthet, med hur det har bedömts."""

    id: str
    link: str = Field(description="Inlägget i det här gränssnittet.", examples=["/api/v1/entries/8f2c"])
    page: str = Field(description="Inläggets sida för människor.")
    url: str | None = Field(description="Där det publicerades; bara http och https.")
    source: Named
    kind: Kind
    title: str
    excerpt: str
    when: datetime = Field(description="När det publicerades, eller när vi såg det om källan inte säger något.")
    first_seen: datetime
    edited_at: datetime | None
    language: str = Field(examples=["sv"])
    about: bool = Field(description="Om det handlar om kommunen, en plats i den eller en enhet.")
    places: tuple[str, ...]
    units: tuple[Named, ...]
    tone: Tone
    stance: Stance
    intent: Intent
    toxicity: float = Field(description="0 till 1.")
    flags: tuple[FlagBrief, ...] = Field(description="Misstankar om texten, aldrig domar över en person.")
    alert: bool = Field(description="Någon behövde få veta genast.")
    story: str = Field(description="Händelsen som inlägget hör till.")
    told_as: ToldAs = Field(description="Vad inlägget är i sin händelse.")


class Mention(Answer):
    kind: Literal["municipality", "place", "unit"]
    name: str
    reason: str
    span: Span


class Wording(Answer):
    title: str
    text: str
    replaced_at: datetime


class Copy(Answer):
    reason: str = Field(description="Varför inlägget hör till händelsen; tomt för det som händelsen visas genom.")
    entry: Entry


class Said(Answer):
    id: int
    verdict: Verdict
    value: str
    by: str = Field(description="Kontot, eller mottagaren vars mejl länken stod i.")
    confirmed: bool = Field(description="Någon som var inloggad står bakom det.")
    at: datetime


class Part(Answer):
    name: str = Field(description="Ordet eller regeln.", examples=["tack"])
    value: float = Field(description="Vad det lägger till tonen.")


class EntryWhole(Entry):
    """Ett inlägg med allt som hör till det."""

    text: str
    stale: bool = Field(description="Texten har ändrats sedan den bedömdes: bedömningen gäller den förra lydelsen.")
    gone_at: datetime | None = Field(description="När det visade sig vara borttaget hos källan.")
    tone_because: tuple[Part, ...] = Field(description="Vad som gav tonen.")
    flags: tuple[Flag, ...]
    alert_reasons: tuple[Named, ...] = Field(description="Reglerna som gjorde det till ett larm.")
    withheld: tuple[Literal["by_employee", "about_management"], ...] = Field(
        description="Varför enhetens egen chef inte har fått veta."
    )
    mentions: tuple[Mention, ...]
    versions: tuple[Wording, ...] = Field(description="Tidigare lydelser, den senaste först.")
    copies: tuple[Copy, ...] = Field(description="Andra inlägg i samma händelse.")
    corrections: tuple[Said, ...] = Field(description="Vad människor har sagt om bedömningen, det äldsta först.")
    cases: tuple[str, ...] = Field(description="Ärenden som inlägget har gett upphov till.")


class Entries(Answer):
    """En del av listan, det nyaste först."""

    items: tuple[Entry, ...]
    next: str | None = Field(description="Det som är äldre; null när listan är slut.")
    previous: str | None = Field(description="Det som är nyare; null där listan börjar.")


class Correction(BaseModel):
    """Ett svar på om bedömningen stämmer."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"verdict": "not-flag", "value": "threat"}]}
    )
    verdict: Verdict
    value: str = Field("", max_length=64, description="En kategori för flaggor, en enhet för `unit`; annars tomt.")


class Corrected(Answer):
    outcome: Literal["said", "away"] = Field(description="`away`: sparat, och inte längre synligt för dig.")
    entry: EntryWhole | None


class Event(Answer):
    action: Action
    at: datetime
    by: str
    via: Literal["dashboard", "mail", "clock", "api"]
    note: str


class CaseBrief(Answer):
    """Ett ärende: en fråga att svara på eller ett olämpligt inlägg att göra något åt."""

    id: str
    link: str
    kind: CaseKind
    category: str = Field(description="Flaggans kategori, eller `question`.")
    state: State
    entry: str = Field(description="Inlägget som det gäller.")
    responsible: tuple[str, ...]
    opened_at: datetime
    due_at: datetime


class Case(CaseBrief):
    history: tuple[Event, ...] = Field(description="Allt som har hänt, det äldsta först.")


class Cases(Answer):
    items: tuple[CaseBrief, ...]
    total: int
    next: str | None


class Step(BaseModel):
    """Vad som har gjorts åt ärendet."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"decision": "answered", "note": "Dnr 2026-17"}]}
    )
    decision: Decision
    note: str = Field("", max_length=200, description="Ett diarienummer eller några ord.")


class StoryBrief(Answer):
    id: str
    link: str
    first: Entry = Field(description="Det första inlägget som du får läsa.")
    entries: int
    sources: int
    last_at: datetime


class Period(Answer):
    since: date
    until: date


class Stories(Period):
    items: tuple[StoryBrief, ...]


class Story(Answer):
    id: str
    entries: tuple[Copy, ...] = Field(description="Det nyaste inlägget först, sedan de andra från det äldsta.")


class Search(Answer):
    id: str
    name: str
    entries: str = Field(description="Det sökningen hittar nu.")


class Wrong(Answer):
    where: Annotated[str, Field(alias="in")]
    name: str
    detail: str


class ProblemDetails(BaseModel):
    """Vad som gick fel, enligt RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    errors: tuple[Wrong, ...] | None = Field(None, description="Varje värde som inte stämmer.")
