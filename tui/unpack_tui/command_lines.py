"""Command lines for what is in view: the present filter and database, ready to be copied into a shell."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from unpack_core.review import Review
from unpack_tui.options import DEFAULT_DATABASE

_EXPORTS = (
    ("chat", "chat -o chat.jsonl"),
    ("pretrain", "pretrain -o corpus.jsonl"),
    ("preference", "preference -o pairs.jsonl"),
    ("dataset", "dataset -o dataset/"),
    ("layers", "layers -o layers.jsonl"),
)


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A command with what it is for."""

    name: str
    command: str


def db_option(review: Review) -> str:
    """What a command needs to be told of a database that is not the usual one."""
    path = str(review.store.path)
    return "" if path == DEFAULT_DATABASE else f" --db {shlex.quote(path)}"


def command_line(review: Review, words: str, where: str) -> str:
    """A command of this program on this database, on what a filter finds."""
    narrowed = f" --where {shlex.quote(where)}" if where else ""
    return f"unpack-tui {words}{narrowed}{db_option(review)}"


def to_copy(review: Review) -> list[CommandLine]:
    """The commands that a curator wants for what is walked through, the usual export first."""
    where = " ".join(filter(None, [review.filter, review.search]))
    commands = (
        *((f"export {preset}", f"export {words}") for preset, words in _EXPORTS),
        ("generate, the price first", "generate --dry-run"),
        ("generate", "generate --max-cost 5"),
        ("review", "review"),
        ("stats", "stats"),
        ("dedupe", "dedupe"),
        ("recheck", "recheck --share 0.05"),
    )
    return [CommandLine(name, command_line(review, words, where)) for name, words in commands]
