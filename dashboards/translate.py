"""`python -m dashboards.translate`: texts/en.po anew from what templates and code say.

What is no longer said is dropped, what is new waits for its translation and is listed; exit code 1 while any waits.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from dashboards.language import LOCALES, SOURCE, TEXTS
from pipelines.notify.offers import WORDS

ROOT = Path(__file__).parent
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
JINJA = {"newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
WIDTH = 120


def said() -> Catalog:
    """Every message of templates and code, with the files that say it; and the verdicts, which mails say too."""
    found = Catalog()
    options = {"templates/**.html": JINJA}
    for file, _, message, _, context in extract_from_dir(ROOT, METHODS, options):
        found.add(message, locations=[(f"dashboards/{file}", 0)], context=context)
    for word in WORDS.values():
        found.add(word, locations=[("pipelines/notify/offers.py", 0)])
    return found


def kept(language: str) -> Catalog:
    """The translations as they are written down."""
    with (TEXTS / f"{language}.po").open("rb") as file:
        return read_po(file, locale=LOCALES[language])


def renewed(catalogue: Catalog, messages: Catalog) -> bytes:
    """The file anew: no guesses at translations, and no line numbers, which every edit would change."""
    catalogue.update(messages, no_fuzzy_matching=True, update_creation_date=False)
    written = BytesIO()
    write_po(
        written, catalogue, width=WIDTH, sort_output=True, ignore_obsolete=True, omit_header=True, include_lineno=False
    )
    return written.getvalue()


def missing(catalogue: Catalog) -> Iterator[str]:
    """What has no translation, or one that is marked as doubtful."""
    for message in catalogue:
        words = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and (message.fuzzy or not all(words)):
            yield str(message.id)


def main() -> int:
    waits: list[str] = []
    for language in LOCALES.keys() - {SOURCE}:
        catalogue = kept(language)
        (TEXTS / f"{language}.po").write_bytes(renewed(catalogue, said()))
        waits += (f"{language}: {message}" for message in missing(catalogue))
    sys.stdout.writelines(f"{line}\n" for line in (*waits, f"{len(waits)} to translate"))
    return 1 if waits else 0


if __name__ == "__main__":
    sys.exit(main())
