"""A process of its own that compares what is new while the curator reviews, so that no key waits for it.

JSON lines come on stdin: first the database's path and which file that is; then, whenever there may be something new, a
list of the versions that are to be compared first, because the curator has one of them in view. After those, and when
all is compared, it answers `{"left": n}`. When stdin ends, so does it, and what is done is kept.
"""

from __future__ import annotations

import os
import select
import signal
from contextlib import suppress

import orjson

from unpack_core.duplicates import Memory
from unpack_core.duplicates.comparing import catch_up, compare_now, to_compare
from unpack_core.errors import StoreError
from unpack_core.store import Store

_IN, _OUT = 0, 1
_NICENESS = 10


class _GoneError(Exception):
    """Whoever asked has left."""


def main() -> None:
    """Compare whenever a line comes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ctrl+C is for the screen
    os.nice(_NICENESS)
    first, _, rest = os.read(_IN, 2**16).partition(b"\n")
    path, file = orjson.loads(first)
    with suppress(_GoneError, StoreError), Store.open(path, only=file) as store:  # else there is nothing to do
        memory = Memory(store)
        lines = rest or _read()
        while True:
            with suppress(StoreError):  # as when another program holds the file: the next line tries again
                _compare_first(store, memory, lines)
                _tell(catch_up(store, lambda *_: _listen(store, memory), gently=True, memory=memory))
            lines = _read()


def _listen(store: Store, memory: Memory) -> None:
    """Between two parts: has something come that is to be compared first, and is there still somebody who asks?"""
    while select.select([_IN], [], [], 0)[0]:
        _compare_first(store, memory, _read())


def _compare_first(store: Store, memory: Memory, lines: bytes) -> None:
    wanted = [version_id for line in lines.splitlines() for version_id in orjson.loads(line)]
    if wanted:
        compare_now(store, wanted, memory)
        _tell(to_compare(store))


def _read() -> bytes:
    """Whole lines: they are short, and a pipe takes each at once."""
    lines = os.read(_IN, 2**16)
    if not lines:
        raise _GoneError
    return lines


def _tell(left: int) -> None:
    with suppress(BrokenPipeError):
        os.write(_OUT, orjson.dumps({"left": left}) + b"\n")


if __name__ == "__main__":
    main()
