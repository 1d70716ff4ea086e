"""The screen's line to the process that compares new texts with the others.

Another process, because numpy and thousands of comparisons would hold up keys, however small the slices: measured on
texts of 500 characters, 11,000 of a kind, one new text takes some 10 ms.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress

import orjson

from unpack_core import duplicates
from unpack_core.store import Store

_COMMAND = [sys.executable, "-m", "unpack_core.duplicates.worker"]
_FEW = 20
"""As many texts as the curator may be waiting for come before those of a batch."""


class Comparer:
    """Has new texts compared behind the review; `compared` is called in the event loop when there is news."""

    def __init__(self, store: Store, compared: Callable[[], None]) -> None:
        self._store = store
        self._compared = compared
        self._process: subprocess.Popen[bytes] | None = None
        self._seen = 0
        self._left = False

    def look(self) -> None:
        """See whether a text has come since the last time; a moment, where none has."""
        last = self._store.last("version")
        if last == self._seen or self._left:
            return
        few = self._seen and last - self._seen <= _FEW
        first = list(range(self._seen + 1, last + 1)) if few else []
        self._seen = last
        if duplicates.to_compare(self._store):
            self._ask(first)

    def leave(self) -> None:
        """Let the process go, for good; what it has compared is kept."""
        self._left = True
        if self._process is not None:
            process = self._hang_up()
            process.kill()  # between two transactions or within one: nothing is half kept
            process.wait()

    def _ask(self, first: list[int]) -> None:
        if self._process is None:
            self._start()
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(orjson.dumps(first) + b"\n")
        except BrokenPipeError:
            self._lost()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            _COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,  # ctrl+Z and ctrl+C are for the screen
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        asyncio.get_running_loop().add_reader(self._process.stdout.fileno(), self._read)
        self._process.stdin.write(orjson.dumps([str(self._store.path.resolve()), self._store.file]) + b"\n")

    def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        if os.read(self._process.stdout.fileno(), 2**16):
            self._compared()
        else:
            self._lost()

    def _hang_up(self) -> subprocess.Popen[bytes]:
        """Let go of both ends of the line."""
        process, self._process = self._process, None
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        asyncio.get_running_loop().remove_reader(process.stdout.fileno())
        process.stdout.close()
        with suppress(BrokenPipeError):
            process.stdin.close()
        return process

    def _lost(self) -> None:
        """It has ended by itself: the next text that comes begins another."""
        if self._process is not None:
            process = self._hang_up()
            process.kill()
            process.wait()
