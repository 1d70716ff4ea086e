"""Training data from the store: one small module a preset, streamed, byte-identical when nothing changed.

`stream` and `deliver` are the ways out; `PRESETS` says what there is. Hold `store.one_moment()` open while they run.
"""

from unpack_core.export.deliver import Delivery, deliver, stream
from unpack_core.export.dialogue import Reasoning
from unpack_core.export.made import Mix
from unpack_core.export.mix import Mixture, Unit
from unpack_core.export.presets import PRESETS, Options, Preset
from unpack_core.export.pretrain import Place
from unpack_core.export.rows import ACCEPTED, EVERY_STATUS, Wanted
from unpack_core.export.write import to_stream

__all__ = [
    "ACCEPTED",
    "EVERY_STATUS",
    "PRESETS",
    "Delivery",
    "Mix",
    "Mixture",
    "Options",
    "Place",
    "Preset",
    "Reasoning",
    "Unit",
    "Wanted",
    "deliver",
    "stream",
    "to_stream",
]
