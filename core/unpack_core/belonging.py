"""Which names belong to a database: its own, those of SQLite's files beside it, and those of ours."""

from __future__ import annotations

from pathlib import Path

_BEGINS = b"SQLite format 3\0"
_BESIDE = ("-wal", "-shm", "-journal", ".generating")
_ANSWERS = ".unstored.jsonl"


def database_of(path: Path) -> Path | None:
    """The database that a file is, or that its name makes it a part of; None where it is free to be written."""
    path = path.resolve()
    name = path.name
    owners = [path, *(path.with_name(name.removesuffix(end)) for end in _BESIDE if name.endswith(end) and name != end)]
    if name.endswith(_ANSWERS) and path.parent.is_dir():
        owners += (other for other in path.parent.iterdir() if other.stem == name.removesuffix(_ANSWERS))
    return next((owner for owner in owners if _is_database(owner)), None)


def _is_database(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as there:
        return there.read(len(_BEGINS)) == _BEGINS
