"""The presets by their names: what each makes of the rows, and which layers it takes if nobody says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from unpack_core.export.chat import chat, chat_per_layer, prompt_completion
from unpack_core.export.dialogue import Reasoning, dialogue
from unpack_core.export.flat import alpaca, sharegpt
from unpack_core.export.layers import layers
from unpack_core.export.preference import preference
from unpack_core.export.pretrain import Place, pretrain
from unpack_core.export.rows import ACCEPTED, EVERY_STATUS, Rows
from unpack_core.export.surfaces import Titles
from unpack_core.export.w3c import w3c
from unpack_core.model import Status

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Options:
    """How the rows are written."""

    seed: int = 0
    place: Place = Place.AFTER
    reasoning: Reasoning = Reasoning.FIELD
    plain: bool = True
    """Whether documents in which nothing is unpacked come too; in a mixture they would count as annotated."""


@dataclass(frozen=True, slots=True)
class Preset:
    name: str
    make: Callable[[Rows, Titles, Options], Iterator[Row]]
    status: frozenset[Status] = ACCEPTED
    drafts: bool = False
    """Whether offline drafts that nobody accepted are taken."""


_ALL = (
    Preset("layers", lambda rows, _titles, _options: layers(rows), EVERY_STATUS, drafts=True),
    Preset("chat", lambda rows, titles, options: chat(rows, titles, options.seed)),
    Preset("chat-per-layer", lambda rows, titles, options: chat_per_layer(rows, titles, options.seed)),
    Preset("prompt-completion", lambda rows, titles, options: prompt_completion(rows, titles, options.seed)),
    Preset("preference", lambda rows, titles, options: preference(rows, titles, options.seed)),
    Preset("dialogue", lambda rows, titles, options: dialogue(rows, titles, options.seed, options.reasoning)),
    Preset(
        "pretrain",
        lambda rows, titles, options: pretrain(rows, titles, options.place, options.seed, plain=options.plain),
    ),
    Preset("alpaca", lambda rows, titles, options: alpaca(rows, titles, options.seed)),
    Preset("sharegpt", lambda rows, titles, options: sharegpt(rows, titles, options.seed)),
    Preset("w3c", lambda rows, _titles, _options: w3c(rows)),
)
PRESETS = {preset.name: preset for preset in _ALL}
