"""A real terminal for tests: the program in a pseudo-terminal of its own, keys in, what it wrote out."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte

_PATIENCE = 30.0
"""Seconds after which something that was waited for is said not to have come."""


class Terminal:
    """`unpack-tui` at 100 by 30 unless told; `expect` reads until a text stands on the screen."""

    def __init__(
        self, *words: str, environment: dict[str, str] | None = None, folder: Path,
        command: tuple[str, ...] = ("-m", "unpack_tui"), size: tuple[int, int] = (100, 30),
    ) -> None:  # fmt: skip
        """`command` is what Python runs; the words are its arguments."""
        self.screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self.screen)
        self.written = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.environ.update({"TERM": "xterm-256color", "COLORTERM": ""} | (environment or {}))
            for name in ("LINES", "COLUMNS", "UNPACK_DB"):
                os.unsetenv(name)  # readline sets the first two, of which os.environ knows nothing
            os.execv(sys.executable, [sys.executable, *command, *words])
        self.resize(*size)
        self._ended: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._ended is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)

    def press(self, keys: str) -> None:
        os.write(self.fd, keys.encode())

    def narrow(self, expression: str) -> None:
        """Walk through what a filter finds."""
        self.press("F")
        self.expect("Show only what matches")
        self.press(f"{expression}\r")

    def quit(self) -> None:
        """Leave the review as one does."""
        self.press("q")
        assert self.wait() == 0

    def resize(self, columns: int, rows: int) -> None:
        """Make the window this large; the program is told as terminals tell it."""
        self.screen.resize(rows, columns)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def expect(self, text: str) -> None:
        """Read until the text is on the screen, also where a line goes on in the next."""
        while text not in self.text() and text not in "".join(self.screen.display):
            if not self._read():
                raise AssertionError(f"“{text}” did not come. The screen:\n{self.text()}")

    def expect_gone(self, text: str) -> None:
        """Read until the text is on the screen no more."""
        while text in self.text():
            if not self._read():
                raise AssertionError(f"“{text}” did not go. The screen:\n{self.text()}")

    def settle(self, quiet: float = 0.1) -> None:
        """Read until nothing has come for so many seconds."""
        while self._read(quiet):
            pass

    def text(self) -> str:
        return "\n".join(self.screen.display)

    def wait(self) -> int:
        """Read to the end; the exit code, or minus the signal that ended it."""
        while self._read():
            pass
        if select.select([self.fd], [], [], 0) == ([], [], []):
            raise AssertionError(f"It did not end. The screen:\n{self.text()}")
        _, status = os.waitpid(self.pid, 0)
        self._ended = os.waitstatus_to_exitcode(status)
        return self._ended

    def hang_up(self) -> int:
        """Let the terminal go away; the exit code of the program, or minus the signal that ended it."""
        nowhere = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nowhere, self.fd)
        os.close(nowhere)
        _, status = os.waitpid(self.pid, 0)
        self._ended = os.waitstatus_to_exitcode(status)
        return self._ended

    def stopped(self) -> bool:
        """Wait until the program was suspended; False where it ended instead."""
        _, status = os.waitpid(self.pid, os.WUNTRACED)
        return os.WIFSTOPPED(status)

    def _read(self, patience: float = _PATIENCE) -> bool:
        ready, _, _ = select.select([self.fd], [], [], patience)
        if not ready:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:  # Linux says so when the other end is closed
            return False
        self.take(data)
        return bool(data)

    def take(self, data: bytes) -> None:
        """Show what the program wrote."""
        self.written += data
        self._stream.feed(data.replace(b"\x1b[>4;1m", b"").replace(b"\x1b[>1u", b"").replace(b"\x1b[<u", b""))


def opened(database: Path, **environment: str) -> Terminal:
    """The review of a database."""
    return Terminal("review", "--db", database.name, environment=environment, folder=database.parent)
