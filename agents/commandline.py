"""The parser of `escucha` and what each outcome of a command means to the shell."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from errno import EDQUOT, EFBIG, ENOSPC

from agents.commands import (
    brands,
    detect,
    doctor,
    evaluate,
    explain,
    learn,
    ledger,
    match,
    replay,
    roles,
    run,
    score,
    simulate,
    topics,
)
from agents.commands.common import FAILED, USAGE, UsageError, say
from agents.config import ConfigError

COMMANDS = (
    run,
    replay,
    detect,
    simulate,
    explain,
    ledger,
    match,
    brands,
    score,
    evaluate,
    learn,
    doctor,
    topics,
    roles,
)
_FULL = (ENOSPC, EDQUOT, EFBIG)


def parser() -> argparse.ArgumentParser:
    """The whole command line; `--help` on each command says what it reads, prints and returns."""
    top = argparse.ArgumentParser(
        prog="escucha",
        description="Listen before you act: social mentions turned into explained crisis and opportunity signals.",
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add(commands)
    return top


def dispatch(argv: Sequence[str] | None) -> int:
    """Run the command; its exit code, or 2 with a remedy on stderr for what the person at the terminal can mend."""
    args = parser().parse_args(argv)
    try:
        code: int = args.main(args)
    except (ConfigError, UsageError) as fault:
        say(str(fault))
        return USAGE
    except BrokenPipeError:
        # The reader of our output has left (`| head`): nothing is wrong, and nobody is there to be told.
        sys.stderr.close()
        return 0
    except OSError as fault:
        if fault.errno not in _FULL:
            raise
        say(f"{fault.filename or 'the output'}: {fault.strerror}; make room, or write elsewhere")
        # What is left in the buffer has nowhere to go, and Python would complain of that once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return code
