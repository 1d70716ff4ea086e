"""`txt`: the documents of `pretrain` as a folder of text files, one a document, for trainers that read just that."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, cast

from unpack_core.export.dataset import facts
from unpack_core.export.folder import Folder, whole_folder
from unpack_core.export.presets import PRESETS, Options
from unpack_core.export.rows import Rows, Wanted
from unpack_core.export.sides import asked_sides
from unpack_core.export.surfaces import Titles

if TYPE_CHECKING:
    from unpack_core.recipe import Recipe
    from unpack_core.store import Store

_UNSAFE = re.compile(r"[^\w.-]+")
_LONGEST = 80


def write_texts(
    store: Store, recipe: Recipe, path: Path, wanted: Wanted, options: Options, *, share: float = 0.0
) -> int:
    """Write the folder, one subfolder a side where there are two; returns how many documents there are.

    Hold `store.one_moment()` open. Raises ExportError, FilterError.
    """
    titles = Titles(recipe)
    divided = asked_sides(Rows(store, wanted), share, options.seed)
    with whole_folder(path) as folder:
        folder.facts |= facts(wanted, options) | {"preset": "txt", "validation_share": share}
        return sum(
            _write(folder, f"{split}/" if len(divided) > 1 else "", rows, titles, options)
            for split, rows in divided.items()
        )


def _write(folder: Folder, prefix: str, rows: Rows, titles: Titles, options: Options) -> int:
    taken: set[str] = set()
    for row in PRESETS["pretrain"].make(rows, titles, options):
        name = prefix + _name(cast("str", row["id"]), taken)
        file = folder.path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"{row['text']}\n", encoding="utf-8", newline="\n")
        folder.rows[name] = 1
    return len(taken)


def _name(uri: str, taken: set[str]) -> str:
    """A file name from a document's address, another for each document, also where case does not count."""
    stem = _UNSAFE.sub("_", uri.removesuffix(".txt").removesuffix(".md")).strip("._")[:_LONGEST] or "document"
    name, number = stem, 1
    while name.casefold() in taken:
        number += 1
        name = f"{stem}-{number}"
    taken.add(name.casefold())
    return f"{name}.txt"
