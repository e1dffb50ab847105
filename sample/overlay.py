"""The files of the configuration that the sample puts in place of the municipality's: sources, mail, goals.

python -m sample.overlay var/sample/config --web-port 8790 --smtp-port 8725
"""

from __future__ import annotations

import argparse
from pathlib import Path

TEMPLATES = Path(__file__).parent / "config"


def write(target: Path, web_port: int, smtp_port: int) -> None:
    """Render sources.toml and mail.toml into `target`, which is made if it is missing.

    web_port: where sample.server listens; smtp_port: where sample.sink does.
    """
    target.mkdir(parents=True, exist_ok=True)
    for template in sorted(TEMPLATES.glob("*.toml")):
        text = template.read_text("utf-8").replace("{port}", str(web_port)).replace("{smtp_port}", str(smtp_port))
        (target / template.name).write_text(text, "utf-8")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m sample.overlay", description="The sample's sources and mail settings."
    )
    parser.add_argument("target", type=Path, help="folder to write sources.toml and mail.toml into")
    parser.add_argument("--web-port", type=int, required=True, help="where sample.server listens")
    parser.add_argument("--smtp-port", type=int, required=True, help="where sample.sink listens")
    options = parser.parse_args(arguments)
    write(options.target, options.web_port, options.smtp_port)


if __name__ == "__main__":
    main()
