"""A process that works beside the screen, and the line to it: JSON lines go out and come back.

What would hold up keys is done there. It has a session of its own: ctrl+C and ctrl+Z are for the screen, and a dropped
line hangs up on the screen's session alone.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any

import orjson


@dataclass(slots=True)
class _Line:
    """A process that runs, and both ends of the line to it."""

    process: subprocess.Popen[bytes]
    into: IO[bytes]
    out: IO[bytes]
    rest: bytes = b""
    """The beginning of a message of which the end has not come."""


class Companion:
    """One module run as a process: begun by the first message to it, and again by the next one after it has ended."""

    def __init__(
        self,
        module: str,
        greeting: Callable[[], object],
        hear: Callable[[Any], None],
        lost: Callable[[], None] = lambda: None,
    ) -> None:
        """`greeting` makes what it is told first. `hear` is called in the event loop with each message, whatever JSON
        it is; `lost` when the process has ended by itself."""
        self._module = module
        self._greeting = greeting
        self._hear = hear
        self._lost = lost
        self._line: _Line | None = None

    @property
    def process(self) -> subprocess.Popen[bytes] | None:
        """The process, while the line to it is open."""
        return self._line.process if self._line else None

    def tell(self, message: object) -> None:
        """Send it a message."""
        try:
            _write(self._line or self._begin(), message)
        except BrokenPipeError:
            self._gone()

    def hang_up(self) -> subprocess.Popen[bytes] | None:
        """Let go of the line. It ends when it has done what it was told; the process is for who wants to wait."""
        line, self._line = self._line, None
        if line is None:
            return None
        asyncio.get_running_loop().remove_reader(line.out.fileno())
        line.out.close()
        with suppress(BrokenPipeError):
            line.into.close()
        return line.process

    def end(self) -> None:
        """Let go of the line and end the process, at whatever it is."""
        if process := self.hang_up():
            process.kill()
            process.wait()

    def _begin(self) -> _Line:
        process = subprocess.Popen(
            [sys.executable, "-m", self._module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        self._line = _Line(process, process.stdin, process.stdout)
        os.set_blocking(process.stdout.fileno(), False)
        asyncio.get_running_loop().add_reader(process.stdout.fileno(), self._read, self._line)
        _write(self._line, self._greeting())
        return self._line

    def _read(self, line: _Line) -> None:
        try:
            came = os.read(line.out.fileno(), 2**16)
        except BlockingIOError:
            return
        if not came:
            self._gone()
            return
        *messages, line.rest = (line.rest + came).split(b"\n")
        for message in messages:
            self._hear(orjson.loads(message))

    def _gone(self) -> None:
        self.end()
        self._lost()


def _write(line: _Line, message: object) -> None:
    line.into.write(orjson.dumps(message, option=orjson.OPT_APPEND_NEWLINE))
    line.into.flush()
