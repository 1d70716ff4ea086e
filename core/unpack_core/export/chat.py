"""Conversations for supervised training: a source in, its unpacking out.

The system prompt names the layers that are to come, so that what the model learns to give can be known from what it is
given; how many of them the curator accepted differs from passage to passage.
"""

from __future__ import annotations

from collections.abc import Iterator

from unpack_core.export.phrases import phrases
from unpack_core.export.rows import Passage, Piece, Rows
from unpack_core.export.surfaces import Titles, chosen, items, surface, unpacking

Message = dict[str, str]
Row = dict[str, object]


def chat(rows: Rows, titles: Titles, seed: int = 0) -> Iterator[Row]:
    """A row a passage: system, the text, its unpacking."""
    for passage in rows.passages():
        kinds = titles.by_kind(passage.pieces)
        if not kinds or not passage.text.strip():
            continue
        lang, key = passage.lang, passage.key
        system = phrases(lang).system_for([titles.title(kind, lang) for kind, _ in kinds])
        unpacked = unpacking(kinds, titles, lang, surface(lang, seed, key))
        yield {"id": key, "messages": [*asked(system, passage.text), said(unpacked)]}


def chat_per_layer(rows: Rows, titles: Titles, seed: int = 0) -> Iterator[Row]:
    """A row a layer: the user asks for its kind."""
    for passage in rows.passages(numbered=True):
        for piece in sorted(passage.pieces, key=lambda piece: (titles.order(piece.kind), piece.id)):
            if piece.text.strip() and passage.text.strip():
                prompt = prompt_for(passage, piece, titles, seed)
                yield {"id": layer_key(passage, piece), "messages": [*prompt, said(items([piece.text.strip()]))]}


def prompt_completion(rows: Rows, titles: Titles, seed: int = 0) -> Iterator[Row]:
    """The rows of `chat`, with the answer apart."""
    for row in chat(rows, titles, seed):
        messages = row["messages"]
        assert isinstance(messages, list)
        yield {"id": row["id"], "prompt": messages[:-1], "completion": messages[-1:]}


def prompt_for(passage: Passage, piece: Piece, titles: Titles, seed: int) -> list[Message]:
    """What stands before one layer: the system prompt, and the request with the text."""
    said_in = phrases(passage.lang)
    asks = said_in.asks.get(piece.kind)
    key = layer_key(passage, piece)
    if asks:
        ask = asks[chosen(seed, key, len(asks))]
    else:
        ask = said_in.ask[chosen(seed, key, len(said_in.ask))].format(titles.title(piece.kind, passage.lang))
    return asked(said_in.system, f"{ask}\n\n{passage.text}")


def layer_key(passage: Passage, piece: Piece) -> str:
    """Names a layer by where it stands and its kind."""
    return f"{passage.key}/{piece.kind}" + (f"-{piece.nth + 1}" if piece.nth else "")


def asked(system: str, user: str) -> list[Message]:
    return [{"role": "system", "content": system}, {"role": "user", "content": user}]


def said(text: str) -> Message:
    return {"role": "assistant", "content": text}
