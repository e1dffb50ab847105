"""backup, restore: a whole installation into a folder, and back."""

from __future__ import annotations

import os
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

from pipelines import backup, settings
from pipelines.cli.show import print_json


def made(called: Namespace) -> int:
    found = settings.read(os.environ, config=called.config, database=called.db)
    into = Path(called.folder).resolve()
    kept = backup.write(found, os.environ, into, datetime.now(UTC), keys=called.keys)
    return _shown(called, kept, into, "not in the backup, keep them apart", kept.keys_left())


def put_back(called: Namespace) -> int:
    found = settings.read(os.environ, config=called.config, database=called.db)
    source = Path(called.folder).resolve()
    kept = backup.read(found, source)
    missing = backup.missing_keys(found, kept)
    return _shown(called, kept, source, f"to be put into {found.var} before the first start", missing)


def _shown(called: Namespace, kept: backup.Manifest, folder: Path, about: str, keys: list[str]) -> int:
    if called.json:
        print_json({"folder": str(folder), **kept.model_dump(mode="json"), "keys_missing": keys})
        return 0
    size = sum(file.bytes for file in kept.files.values())
    print(f"{folder}: {len(kept.files)} files, {size / 1e6:.1f} MB, schema {kept.revision}")
    if keys:
        print(f"Keys {about}: {', '.join(keys)}")
    if kept.variables:
        print(f"Variables whose values are never kept: {', '.join(kept.variables)}")
    return 0
