"""The operator's TOML, validated before anything starts: `schema` says what may stand there, `load` reads it."""

from pipelines.config.load import Files, load, read
from pipelines.config.schema import Config

__all__ = ["Config", "Files", "load", "read"]
