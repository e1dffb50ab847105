"""The configuration that holds now, as a folder of TOML again: the files with what people have changed beside them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pipelines.config import toml
from pipelines.config.load import Files
from pipelines.config.schema import Deputy, MunicipalityFile, RoutesFile, Table

NOTE = "# Written by `mediebevakning config export`: comments of the files that it was made from are not in it.\n\n"


def export(files: Files, deputies: Iterable[Deputy]) -> dict[str, str]:
    """By name of file, what makes `load` give the same Config from another folder: `files`, with `deputies` beside
    those in them. Optional files that there are not are left out."""
    return {
        name: NOTE + toml.document(said)
        for name, table in files.tables.items()
        if (said := _whole(table, files.folder, tuple(deputies)).model_dump(exclude_unset=True, exclude_none=True))
    }


def _whole(table: Table, folder: Path, deputies: tuple[Deputy, ...]) -> Table:
    if isinstance(table, RoutesFile) and deputies:
        return table.model_copy(update={"deputy": (*table.deputy, *deputies)})
    if isinstance(table, MunicipalityFile) and "sentiment" in table.model_fields_set:
        return table.model_copy(update={"sentiment": table.sentiment.within(folder.absolute())})
    return table
