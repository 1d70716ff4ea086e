"""From paths to files: folders walked in order, what cannot be read named and left out."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from glob import glob, has_magic
from pathlib import Path

from unpack_core.corpus.records import Notice, Trouble
from unpack_core.words import count

ENDINGS = {".txt": "txt", ".text": "txt", ".md": "md", ".markdown": "md", ".jsonl": "jsonl", ".ndjson": "jsonl",
           ".csv": "csv"}  # fmt: skip
"""What a file is by its name; each may be packed (.gz)."""


@dataclass(frozen=True, slots=True)
class File:
    path: Path
    format: str
    uri: str


def find(path: Path, *, file_format: str | None, root: Path | None) -> Iterator[File | Trouble | Notice]:
    """The files that a path names; a folder is walked by name, hidden ones left out. Nothing is raised."""
    uri = _uri(path, root)
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        yield from _matching(path, uri, file_format, root)
        return
    except OSError as error:
        yield Trouble(uri, 0, f"it cannot be read: {error.strerror or error}")
        return
    if stat.S_ISDIR(mode):
        yield from _found(path, uri, root)
    elif not stat.S_ISREG(mode):
        yield Trouble(uri, 0, "it is neither a file nor a folder")
    elif kind := file_format or _format(path):
        yield File(path, kind, uri)
    else:
        yield Trouble(uri, 0, "its name does not say what it is; add --format txt, md, jsonl or csv")


def _matching(path: Path, uri: str, file_format: str | None, root: Path | None) -> Iterator[File | Trouble | Notice]:
    """What a pattern stands for that no shell resolved, as one that was quoted."""
    if not has_magic(str(path)):
        yield Trouble(uri, 0, "there is no such file or folder")
        return
    found = sorted(glob(str(path), recursive=True))  # noqa: PTH207  which leaves hidden files out
    if not found:
        yield Trouble(uri, 0, "no file or folder has such a name")
    for one in found:
        yield from find(Path(one), file_format=file_format, root=root)


def _found(folder: Path, uri: str, root: Path | None) -> Iterator[File | Trouble | Notice]:
    """The texts first: a batch beside them may name them."""
    texts = others = troubles = 0
    records: list[File] = []
    for one in _walk(folder, root, folder.resolve()):
        if isinstance(one, Path):
            kind = _format(one)
            if kind is None:
                others += 1
                continue
            texts += 1
            file = File(one, kind, _uri(one, root))
            if kind in ("txt", "md"):
                yield file
            else:
                records.append(file)
        else:
            troubles += isinstance(one, Trouble)
            yield one
    yield from records
    if not texts and not troubles:
        held = f"of the {count(others, 'file')} in it none is" if others else "there is no file in it that is"
        yield Trouble(
            uri,
            0,
            f"{held} text, Markdown, JSON lines or CSV by its name; name files one by one, --format says what they are",
        )
    elif others:
        yield Notice(uri, f"Passed over: {count(others, 'file')} whose names are not those of text.")


def _walk(folder: Path, root: Path | None, top: Path) -> Iterator[Path | Trouble | Notice]:
    """Regular files below a folder, sorted; links to folders and out of `top` are not followed, devices and pipes not
    opened: who sent the folder has no say in what else of this machine goes to a model."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield Trouble(_uri(folder, root), 0, f"the folder cannot be read: {error.strerror or error}")
        return
    for entry in entries:
        path = Path(entry.path)
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(path, root, top)
            continue
        try:
            mode = path.stat().st_mode
        except OSError as error:
            if _format(path):
                yield Trouble(_uri(path, root), 0, f"it cannot be read: {error.strerror or error}")
            continue
        if stat.S_ISREG(mode):
            if not entry.is_symlink() or path.resolve().is_relative_to(top):
                yield path
            elif _format(path):
                yield Notice(
                    _uri(path, root), "It is a link out of the folder and is not followed; name the file itself."
                )
        elif stat.S_ISDIR(mode):
            yield Notice(_uri(path, root), "It is a link to a folder, which is not followed; name the folder itself.")
        elif _format(path):
            yield Notice(_uri(path, root), "It is neither a file nor a folder and was passed over.")


def _format(path: Path) -> str | None:
    name = path.name.lower().removesuffix(".gz")
    return next((kind for ending, kind in ENDINGS.items() if name.endswith(ending)), None)


def _uri(path: Path, root: Path | None) -> str:
    """Relative to the root, or to this folder if below it, by whatever way, else the whole path; with slashes."""
    whole = path.absolute()
    base = root.absolute() if root else Path.cwd()
    if ".." in whole.parts or not whole.is_relative_to(base):
        real = whole.parent.resolve() / whole.name  # the shell names a folder that a link leads to by the link
        if real.is_relative_to(base.resolve()):
            whole, base = real, base.resolve()
    name = (whole.relative_to(base) if whole.is_relative_to(base) else whole).as_posix()
    return os.fsencode(name).decode("utf-8", "backslashreplace")  # a name may be any bytes
