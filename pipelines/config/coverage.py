"""Is coverage.toml true? It must name what there is, and say why where there is nothing."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pipelines.config.schema import Config, Network, Source


def covering(network: Network, sources: Iterable[Source]) -> tuple[Source, ...]:
    """The sources that the network is watched by, switched on or not."""
    return tuple(
        source
        for source in sources
        if source.id in network.sources or source.family in network.families or source.kind in network.kinds
    )


def check(config: Config, families: Iterable[str], path: Path) -> Iterable[str]:
    """What is wrong in coverage.toml, each with its remedy."""
    known, existing = set(families), {source.id for source in config.sources}
    for network in config.coverage:
        here = f'{path}: [[network]] "{network.id}"'
        for name in network.sources:
            if name not in existing:
                yield f'{here}, key "sources": no [[source]] has the id "{name}". Add it, or mend the id.'
        for name in network.families:
            if name not in known:
                yield f'{here}, key "families": "{name}" is unknown. Known: {", ".join(sorted(known))}.'
        if not covering(network, config.sources) and not network.why_not:
            yield f'{here}, key "why_not": no source covers it, so it must say why. Add the key, or a source.'
