"""An assessment as a manager reads it on the page of a post, in lines."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards.catalogue import texts
from dashboards.rendering import signed
from pipelines.config.schema import Config
from pipelines.types import Assessment, Entry

SHOWN = 220
"""Characters of the post."""


def explained(config: Config, entry: Entry, given: Assessment) -> Iterator[str]:
    """The post, what was understood of it, and each reason."""
    words, tone = texts(), given.tone
    names = {category.id: category.name for category in config.categories}
    post = " | ".join(" ".join(part.split()) for part in (entry.title, entry.text) if part)
    yield f"«{post[:SHOWN]}{'…' if len(post) > SHOWN else ''}» ({words['kind'][entry.kind]})"
    yield f"  Ton: {words['tone'][tone.label]}, {signed(tone.polarity)}, säkerhet {tone.confidence * 100:.0f} %"
    for part in tone.parts:
        stands = part.span.text if part.span else ""
        where = f" i ”{' '.join(stands.split())}”" if stands and stands.casefold() != part.name.casefold() else ""
        yield f"    {signed(part.value)}  {part.name}{where}"
    yield f"  Hållning: {words['stance'][given.stance.label]}, säkerhet {given.stance.confidence * 100:.0f} %"
    yield f"  Avsikt: {words['intent'][given.intent]}"
    yield f"  Rör kommunen: {'ja' if given.about else 'nej'}"
    for mention in given.mentions:
        unit = config.unit(mention.name) if mention.kind == "unit" else None
        yield f"    {unit.name if unit else mention.name}: {mention.reason}"
    for flag in given.flags:
        name = names.get(flag.category, flag.category)
        yield f"  Flagga: {name}, {words['flag_role_short'][flag.role]}. {flag.reason}"
