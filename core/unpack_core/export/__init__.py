"""Training data from the store: one small module a preset, streamed, byte-identical when nothing changed."""

from unpack_core.export.dialogue import Reasoning
from unpack_core.export.presets import PRESETS, Options, Preset, rows_of
from unpack_core.export.pretrain import Place
from unpack_core.export.rows import ACCEPTED, EVERY_STATUS, Wanted, one_moment
from unpack_core.export.write import to_file, to_stream

__all__ = [
    "ACCEPTED",
    "EVERY_STATUS",
    "PRESETS",
    "Options",
    "Place",
    "Preset",
    "Reasoning",
    "Wanted",
    "one_moment",
    "rows_of",
    "to_file",
    "to_stream",
]
