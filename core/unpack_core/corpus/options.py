"""How files are read: what the command line's options say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FORMATS = ("txt", "md", "jsonl", "csv")


@dataclass(frozen=True, slots=True)
class ReadOptions:
    format: str | None = None
    """What the files that are named one by one are, and stdin; None: what their names say."""
    text_field: str = "text"
    id_field: str | None = None
    lang: str = ""
    encoding: str | None = None
    repair: bool = True
    root: Path | None = None
    """The folder that documents are named from; None for the current one."""
