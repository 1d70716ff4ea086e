"""`dataset_info.json`: what LLaMA-Factory is told of a data set's files.

There an answer is one message, not a list of them, and reasoning stands in the answer (it reads no field of its own):
pairs and dialogues are written once more, in a folder of their own, as it wants them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from unpack_core.export.dialogue import thinking
from unpack_core.export.folder import Folder

_Row = dict[str, Any]  # a line that we wrote

_TALK = {"formatting": "sharegpt", "columns": {"messages": "messages"}}
_ROLES = {
    "role_tag": "role",
    "content_tag": "content",
    "user_tag": "user",
    "assistant_tag": "assistant",
    "system_tag": "system",
}
_ENTRIES: dict[str, dict[str, object]] = {
    "chat": {**_TALK, "tags": _ROLES},
    "chat-per-layer": {**_TALK, "tags": _ROLES},
    "dialogue": {**_TALK, "tags": _ROLES},
    "preference": {
        "formatting": "sharegpt",
        "columns": {"messages": "prompt", "chosen": "chosen", "rejected": "rejected"},
        "tags": _ROLES,
        "ranking": True,
    },
    "pretrain": {"columns": {"prompt": "text"}},
    "alpaca": {"columns": {"prompt": "instruction", "query": "input", "response": "output"}},
    "sharegpt": {"formatting": "sharegpt", "columns": {"messages": "conversations"}},
}
"""By config: how its columns are called there; a config that is not here has no shape that it reads."""


def write_llamafactory(folder: Folder, written: Mapping[str, Mapping[str, int]]) -> None:
    """Tell of every split of every config: `chat`, `chat_validation`, …"""
    info: dict[str, object] = {}
    for name, splits in written.items():
        if name not in _ENTRIES:
            continue
        for split in splits:
            file = f"{name}/{split}.jsonl"
            if name in _AGAIN:
                rows = _again(folder.path / file, _AGAIN[name])
                file = f"llamafactory/{name}_{split}.jsonl"
                (folder.path / "llamafactory").mkdir(exist_ok=True)
                folder.write(file, rows)
            info[name if split == "train" else f"{name}_{split}"] = {"file_name": file, **_ENTRIES[name]}
    (folder.path / "dataset_info.json").write_bytes(
        orjson.dumps(info, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    )


def _again(file: Path, written: Callable[[_Row], _Row]) -> Iterator[_Row]:
    with file.open("rb") as lines:
        yield from map(written, map(orjson.loads, lines))


def _pair(row: _Row) -> _Row:
    return {**row, "chosen": row["chosen"][0], "rejected": row["rejected"][0]}


def _talk(row: _Row) -> _Row:
    turns = [
        {"role": turn["role"], "content": thinking(turn["reasoning_content"], turn["content"])}
        for turn in row["messages"]
    ]
    return {**row, "messages": turns}


_AGAIN = {"preference": _pair, "dialogue": _talk}
