"""`python -m unpack_tui` and the `unpack-tui` command."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from types import FrameType

from unpack_tui.cli import cli


def main() -> None:
    _open_what_is_closed()
    _have_a_home()
    end_when_told()
    cli(prog_name="unpack-tui")


def _open_what_is_closed() -> None:
    """A standard stream that was closed is there, empty; what goes to stdout is refused, and not lost in silence.

    Without this the next file that is opened would take its number, and be written to by whoever writes to that.
    """
    for name, mode, access in (("stdin", "r", os.O_RDONLY), ("stdout", "w", os.O_RDONLY), ("stderr", "w", os.O_WRONLY)):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.open(os.devnull, access), mode, encoding="utf-8"))  # noqa: PTH123, SIM115


def _have_a_home() -> None:
    """A user whom the system does not know, as in a container, is at home in /: we and the SDK look for files there."""
    try:
        Path.home()
    except RuntimeError:
        os.environ["HOME"] = "/"


def end_when_told() -> None:
    """SIGTERM, and SIGHUP when the line drops, end a command as ctrl+C does: what it had half written is taken away."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:  # below nohup SIGHUP is ignored
            signal.signal(number, _end)


def _end(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    main()
