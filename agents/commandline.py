"""The parser of `escucha` and what each outcome of a command means to the shell."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

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
from agents.commands.common import USAGE, UsageError, say
from agents.config import ConfigError

COMMANDS = (run, replay, detect, simulate, explain, ledger, match, brands, score, evaluate, learn, doctor, topics, roles)


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
    return code
