"""A folder that is written whole or not at all, and never over one that we did not write.

Its `manifest.json` names every file with its rows and SHA-256. By it we know our own folder again: one that holds just
what its manifest names may be replaced, any other is left alone.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp

import orjson

from unpack_core import __version__
from unpack_core.belonging import database_of
from unpack_core.errors import ExportError
from unpack_core.export.write import to_stream

MANIFEST = "manifest.json"
_MAKER = "unpack-tui"
_BLOCK = 1 << 20


@dataclass(slots=True)
class Folder:
    """A folder in the making."""

    path: Path
    rows: dict[str, int] = field(default_factory=dict)
    """By file, relative to the folder: how many rows it has."""
    facts: dict[str, object] = field(default_factory=dict)
    """What else the manifest says: filters, seed, shares."""

    def write(self, name: str, rows: Iterable[object]) -> int:
        """Write rows as JSON lines into a file of it; returns how many there were.

        An OSError stays one: `whole_folder` says it of the folder, whose name in the making nobody knows.
        """
        with (self.path / name).open("wb") as out:
            self.rows[name] = to_stream(rows, out)
            os.fsync(out.fileno())
        return self.rows[name]


@contextmanager
def whole_folder(path: Path) -> Iterator[Folder]:
    """A folder to fill, which takes its name when all is written; `manifest.json` is added.

    Raises ExportError where there is a folder that is not ours, or the place cannot be written.
    """
    _refuse_strangers(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    except OSError as error:
        raise ExportError(f"{path} cannot be made: {error.strerror}. Name another place with -o.") from error
    try:
        folder = Folder(temporary)
        yield folder
        files = {name: temporary / name for name in _files(temporary)}
        (temporary / MANIFEST).write_bytes(manifest(files, folder.rows, folder.facts))
        temporary.chmod(0o777 & ~_mask())
        _refuse_strangers(path)  # it may have come meanwhile
        take_place(temporary, path)
    except OSError as error:
        raise ExportError(f"{path} cannot be written: {error.strerror}. Name another place with -o.") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def take_place(new: Path, path: Path) -> None:
    """Put a folder where another may be, which goes; if it cannot be put there, the other stays."""
    if not path.exists():
        new.replace(path)
        return
    old = Path(mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    try:
        path.replace(old)
        new.replace(path)
    except BaseException:  # ctrl+C, too
        if not path.exists():
            old.replace(path)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def manifest(files: Mapping[str, Path], rows: Mapping[str, int], facts: Mapping[str, object]) -> bytes:
    """What a manifest says: who made it, `facts`, and of every file its rows (null: it has none), size and SHA-256."""
    said = [
        {"path": name, "rows": rows.get(name), "bytes": path.stat().st_size, "sha256": sha256(path)}
        for name, path in files.items()
    ]
    whole = {"made_by": _MAKER, "version": __version__, **facts, "files": said}
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as data:
        while block := data.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _refuse_strangers(path: Path) -> None:
    if database_of(path) not in (None, path.resolve()):
        raise ExportError(f"{path} would be taken for a part of {database_of(path)}. Name another place with -o.")
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        raise ExportError(f"{path} is not a folder. Name another place with -o.")
    if not path.exists():
        return
    there = _files(path)
    if not there and not any(path.iterdir()):
        return
    try:
        said = orjson.loads((path / MANIFEST).read_bytes())
        ours = {entry["path"] for entry in said["files"]} if said["made_by"] == _MAKER else set()
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError):
        ours = set()
    strangers = [name for name in there if name not in ours]
    if strangers:
        raise ExportError(
            f"{path} holds “{strangers[0]}”, which unpack-tui did not write there. Name another folder with -o."
        )


def _files(folder: Path) -> list[str]:
    """All files but the manifest, relative, in order."""
    names = (
        (Path(parent) / name).relative_to(folder).as_posix() for parent, _, files in os.walk(folder) for name in files
    )
    return sorted(name for name in names if name != MANIFEST)


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
