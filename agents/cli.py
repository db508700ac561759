"""`escucha`: one command line for every role. JSON on stdout, words on stderr, exit codes that mean something."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from agents.guard import check_installation


def main(argv: Sequence[str] | None = None) -> int:
    check_installation()
    # Only now: a stranger's package in the place of ours would fail in its imports, with a riddle for a message.
    from agents.commandline import dispatch

    return dispatch(argv)


if __name__ == "__main__":
    sys.exit(main())
