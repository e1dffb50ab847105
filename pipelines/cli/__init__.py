"""The console command `mediebevakning`.

    parser    what may be said; duties_parser of the duties, arguments what several take
    phases    collect, enrich, digest, init: the very functions that the DAGs call
    texts     assess, parse, eval, train: files in, JSON out
    operate   run, serve, doctor, user, access-log, feed
    backups   backup, restore
    keeping   housekeeping, hold, person
    sources   list, check, preview, import, export
    accounts  list, check, tell, import, export
    snapshots run, list, upload, package, deliver
    stories   show, split, merge
    rules     backtest
    telling   notify, silence, deputy, config export

Exit codes: 0 done, 1 something failed (said on stderr in one line, with what to do), 2 wrong call.
Modules are imported by the command that needs them, so that `assess` starts fast.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from pipelines.cli.parser import parser
from pipelines.errors import UserError, WrongCall
from pipelines.settings import LOG

BETWEEN_COLLECTIONS = 50_000
"""Objects that are made, and kept, from one look for garbage to the next."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command; the exit code."""
    # nothing here is a plug-in of pydantic's, which looks for them in every package that is installed
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # what a command reads at its start it keeps: to look through it for garbage again and again takes a tenth of it
    gc.set_threshold(BETWEEN_COLLECTIONS)
    called = parser().parse_args(arguments)
    module, function = called.carry_out.split(":")
    try:
        if os.environ.get(LOG):
            import_module("pipelines.logs").begin(os.environ)
        code: int = getattr(import_module(f"pipelines.cli.{module}"), function)(called)
        sys.stdout.flush()
    except WrongCall as error:
        return _say(error, 2)
    except UserError as error:
        return _say(error, 1)
    except BrokenPipeError:
        # The reader (head, less) has left: not our failure, and nothing more can be written.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    return code


def _say(error: UserError, code: int) -> int:
    sys.stderr.write(f"mediebevakning: {error}\n")
    return code
