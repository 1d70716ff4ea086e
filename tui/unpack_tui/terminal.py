"""Speaking to a terminal from the command line: progress on stderr, tables on stdout."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterable, Sequence
from typing import BinaryIO, cast

import click

from unpack_core.plain import in_a_line, json_plain, one_line, plain
from unpack_core.words import count

__all__ = [
    "Progress", "count", "data_out", "duration", "in_a_line", "let_go_of_stdout", "money", "no_screen", "one_line",
    "plain", "table", "tell",
]  # fmt: skip

_TERMINAL_SECONDS = 0.2
_PLAIN_SECONDS = 10.0
_WITHOUT_CURSOR = ("dumb", "unknown")
"""Names of terminals of which Rich takes the size for 80 by 25, whatever it is: Textual would paint without end."""


def tell(message: str) -> None:
    """A message on stderr, in one line, whatever the names in it hold."""
    click.echo(in_a_line(message), err=True)


class Progress:
    """A line on stderr that tells how far a long run is: rewritten in place on a terminal, now and then elsewhere."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._last = time.monotonic()
        self._shown = 0

    def __call__(self, line: str) -> None:
        now = time.monotonic()
        if now - self._last < (_TERMINAL_SECONDS if self._terminal else _PLAIN_SECONDS):
            return
        self._last = now
        line = plain(line)
        if self._terminal:
            line = _cut(line, width())
            sys.stderr.write("\r" + line.ljust(self._shown))
            self._shown = len(line)
        else:
            sys.stderr.write(line + "\n")
        sys.stderr.flush()

    def done(self) -> None:
        """Clear the line, so that the next message stands alone."""
        if self._shown:
            sys.stderr.write("\r" + " " * self._shown + "\r")
            sys.stderr.flush()
            self._shown = 0


def no_screen() -> str:
    """Why the screens cannot open here, as a sentence; nothing where they can."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return "The review needs a terminal."
    name = os.environ.get("TERM", "")
    if name.lower() in _WITHOUT_CURSOR:
        return f"The review moves the cursor, and TERM={name} says that this terminal cannot; TERM=xterm says it can."
    return ""


def width() -> int:
    """The columns that a line on the terminal may have without breaking."""
    return shutil.get_terminal_size().columns - 1


def _cut(line: str, columns: int) -> str:
    from rich.cells import cell_len, set_cell_size

    return set_cell_size(line, columns) if cell_len(line) > columns else line


def data_out() -> BinaryIO:
    """Where JSON goes: as it is to a file or a program, to a terminal with what could act on it as escapes."""
    return cast("BinaryIO", _Terminal()) if sys.stdout.isatty() else sys.stdout.buffer


def let_go_of_stdout() -> None:
    """What is held back for it is dropped: Python would complain once more when it flushes it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _Terminal:
    """As much of a binary stream as is written to; every piece is whole lines."""

    def write(self, data: bytes) -> int:
        sys.stdout.write(json_plain(data.decode("utf-8", "replace")))
        return len(data)

    def flush(self) -> None:
        sys.stdout.flush()


def money(usd: float) -> str:
    """`$0.0042`, `$1.20`: two digits after the point, more below a cent."""
    return f"${usd:,.2f}" if usd >= 0.1 or not usd else f"${usd:.4f}"


def duration(seconds: float) -> str:
    """`40 s`, `12 min`, `3 h 20 min`."""
    minutes = round(seconds / 60)
    if seconds < 90:
        return f"{round(seconds)} s"
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def table(rows: Iterable[Sequence[object]], heads: Sequence[str]) -> str:
    """Rows as aligned columns; numbers stand to the right."""
    from rich.cells import cell_len

    body = [[f"{cell:,}" if isinstance(cell, int) else plain(str(cell)) for cell in row] for row in rows]
    rights = [all(row[n].replace(",", "").rstrip("%").replace(".", "").isdigit() or row[n] in ("", "–") for row in body)
              for n in range(len(heads))]  # fmt: skip
    widths = [max([cell_len(head), *(cell_len(row[n]) for row in body)]) for n, head in enumerate(heads)]

    def line(cells: Sequence[str]) -> str:
        padded = []
        for cell, width, right in zip(cells, widths, rights, strict=True):
            space = " " * (width - cell_len(cell))
            padded.append(space + cell if right else cell + space)
        return "  ".join(padded).rstrip()

    return "\n".join([line(heads), line(["─" * width for width in widths]), *map(line, body)])
