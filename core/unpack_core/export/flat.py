"""`alpaca` and `sharegpt`: the rows of `chat` in the shapes of older trainers."""

from __future__ import annotations

from collections.abc import Iterator

from unpack_core.export.chat import Message, chat
from unpack_core.export.rows import Rows
from unpack_core.export.surfaces import Titles

Row = dict[str, object]

_SPEAKERS = {"system": "system", "user": "human", "assistant": "gpt"}


def alpaca(rows: Rows, titles: Titles, seed: int = 0) -> Iterator[Row]:
    """The system prompt is the instruction, the text its input."""
    for system, user, assistant in _turns(rows, titles, seed):
        yield {"instruction": system["content"], "input": user["content"], "output": assistant["content"]}


def sharegpt(rows: Rows, titles: Titles, seed: int = 0) -> Iterator[Row]:
    for messages in _turns(rows, titles, seed):
        yield {
            "conversations": [{"from": _SPEAKERS[message["role"]], "value": message["content"]} for message in messages]
        }


def _turns(rows: Rows, titles: Titles, seed: int) -> Iterator[list[Message]]:
    for row in chat(rows, titles, seed):
        messages = row["messages"]
        assert isinstance(messages, list)
        yield messages
