"""Processes to be killed: each runs the program's own command line in a fork of this one, where everything is loaded.

A fork costs milliseconds where a start costs a second, so that hundreds of kills fit into minutes.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
import traceback
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

import pyte


@dataclass
class Ended:
    """How a process ended."""

    code: int
    """Its exit code, or minus the signal that ended it."""
    written: bytes
    """To its terminal or to its stdout and stderr."""
    seconds: float


def warm() -> None:
    """Load what any of the commands would."""
    for name in (
        "anthropic.resources.messages", "textual.widgets", "unpack_core.duplicates", "unpack_core.export.dataset",
        "unpack_core.generate.run", "unpack_core.neardup.verify", "unpack_tui.app", "unpack_tui.cli",
    ):  # fmt: skip
        import_module(name)


def run(words: list[str], folder: Path, *, seconds: float | None = None, number: int = signal.SIGKILL) -> Ended:
    """Run a command, its output in a pipe, and send it a signal after so many seconds."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(writing, 1)
        os.dup2(writing, 2)
        _become(words, folder)
    os.close(writing)
    try:
        return _watched(pid, reading, b"", seconds, number)
    finally:
        os.close(reading)


def press(
    words: list[str], folder: Path, keys: str, *, seconds: float | None = None, number: int = signal.SIGKILL
) -> Ended:
    """Run a command in a terminal of its own and press keys there as fast as it takes them."""
    pid, fd = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm-256color"
        _become(words, folder)
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    try:
        return _watched(pid, fd, keys.encode(), seconds, number)
    finally:
        os.close(fd)


def _become(words: list[str], folder: Path) -> None:
    """The command line, as `python -m unpack_tui` begins it; never comes back."""
    code = 70
    try:
        from unpack_tui.cli import cli

        os.chdir(folder)
        sys.stdin = open(0, closefd=False)  # noqa: SIM115  # those of the parent are the test runner's
        sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", closefd=False)  # noqa: SIM115
        sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr
        try:
            cli.main(words, prog_name="unpack-tui")
        except SystemExit as end:
            code = int(end.code or 0)
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:  # noqa: BLE001  # whatever it is, the parent is to see it
        traceback.print_exc()
    finally:
        os._exit(code)


def _watched(pid: int, fd: int, keys: bytes, seconds: float | None, number: int) -> Ended:
    """Read what a process writes until it ends; keys follow each other once it has drawn something."""
    began = time.monotonic()
    written = b""
    sent = False
    while True:
        now = time.monotonic() - began
        if seconds is not None and now >= seconds and not sent:
            os.kill(pid, number)
            sent = True
        patience = 60.0 if seconds is None or sent else max(0.0, seconds - now)
        if keys and not sent and len(written) > 2_000:
            patience = min(patience, 0.01)
        ready, _, _ = select.select([fd], [], [], patience)
        if ready:
            try:
                data = os.read(fd, 65536)
            except OSError:
                data = b""
            if not data:
                break
            written += data
        elif keys and not sent:
            os.write(fd, keys[:3])
            keys = keys[3:]
            if not keys and seconds is None:  # the line drops, whatever dialog is open
                seconds = now + 0.2
                number = signal.SIGTERM
        elif seconds is None or sent:
            os.kill(pid, signal.SIGKILL)
            raise AssertionError(f"It hangs: {written[-2000:]!r}")
    _, status = os.waitpid(pid, 0)
    return Ended(os.waitstatus_to_exitcode(status), written, time.monotonic() - began)


@dataclass
class Shown:
    """What stood on a terminal of 100 by 30 at the end."""

    written: bytes
    lines: list[str] = field(init=False)

    def __post_init__(self) -> None:
        screen = pyte.Screen(100, 30)
        unknown = (b"\x1b[>4;1m", b"\x1b[>1u", b"\x1b[<u")
        drawn = self.written.split(b"\x1b[?1049l")[0]  # before it gave the screen back
        for sequence in unknown:
            drawn = drawn.replace(sequence, b"")
        pyte.ByteStream(screen).feed(drawn)
        self.lines = screen.display
