"""A process of its own that asks the model for the screen, so that the keys stay quick and an answer outlives the line.

JSON lines come in on stdin: first `{"db", "file", "model", "recipe", "base_url", "prices"}`, then jobs, then
the end:

    {"job": 1, "layer": 17, "instruction": "shorter", "count": 1}     regenerate, or offer `count` candidates
    {"job": 2, "layers": [17, 18], "instruction": "shorter"}          regenerate many, taken up together at the end
    {"cancel": 1}

and go out on stdout: `{"job": 1, "text": "(1) …"}` while an answer comes, `{"job", "version", "taken", "cost"}` for
each that is stored, `{"job", "failed"}`, `{"job", "took"}` with how many were taken up, `{"job", "ended"}`, `{"said"}`,
`{"refused"}` where the database cannot be opened, or is not the `file` any more that it was for whoever asks.
Whoever reads may be gone: what was asked for then still comes, is stored, and the process ends. Nothing is told on its
command line, which other users could read; the key is read from the environment by the client alone.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from unpack_core.errors import StoreError, UnpackError
from unpack_core.generate.asking import Asker
from unpack_core.generate.claude import Claude
from unpack_core.generate.faults import NoKeyError
from unpack_core.generate.ledger import Ledger
from unpack_core.generate.price import PriceError, Prices
from unpack_core.generate.rewrite import Rewriter, unchanged
from unpack_core.generate.streamed import so_far
from unpack_core.model import Layer
from unpack_core.recipe import parse
from unpack_core.store import Store

_SHOWN_SECONDS = 0.1
"""At most so often a text that is coming is shown again: a slow line has other things to carry."""


_AT_ONCE = 4
"""Requests in flight."""


def main() -> None:
    """Work until stdin ends and nothing is in flight."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ctrl+C is for the screen
    os.nice(10)  # where there are few cores, the keys come first: whoever waits for a model can wait
    asyncio.run(_work())


async def _work() -> None:
    lines = await _lines()
    setting = orjson.loads(await lines.readline())
    try:
        prices = Prices.load(Path(setting["prices"]) if setting["prices"] else None)
    except PriceError as error:
        _tell(said=f"{error} Until it is mended, costs are not known.")
        prices = Prices(())
    try:
        opened = Store.open(setting["db"], only=setting["file"])
    except StoreError as error:
        _tell(refused=str(error))
        return
    with opened as store:
        async with Claude(base_url=setting["base_url"] or None, said=lambda message: _tell(said=message)) as client:
            ledger = Ledger(store)
            asker = Asker(ledger, client, prices, said=lambda message: _tell(said=message))
            rewriter = Rewriter(ledger, asker, parse(setting["recipe"], "the recipe"), setting["model"])
            places = asyncio.Semaphore(_AT_ONCE)
            jobs: dict[int, asyncio.Task[None]] = {}
            while line := await lines.readline():
                asked = orjson.loads(line)
                if "cancel" in asked:
                    if job := jobs.get(asked["cancel"]):
                        job.cancel()
                    continue
                if not jobs:
                    asker.begin_again()
                task = asyncio.create_task((_many if "layers" in asked else _job)(rewriter, places, asked))
                jobs[asked["job"]] = task
                task.add_done_callback(lambda _, number=asked["job"]: jobs.pop(number, None))  # type: ignore[misc]
            await asyncio.gather(*jobs.values(), return_exceptions=True)


async def _job(rewriter: Rewriter, places: asyncio.Semaphore, asked: Mapping[str, Any]) -> None:
    number, count = asked["job"], asked["count"]
    shown = _Shown(number)

    async def one(n: int) -> None:
        candidate, on_text = (n if count > 1 else None), (None if n else shown.more)
        async with places:
            made = await rewriter.rewrite(asked["layer"], asked["instruction"], candidate=candidate, on_text=on_text)
        if made.version_id is None:
            _tell(job=number, failed=made.reason)
        else:
            _tell(job=number, version=made.version_id, taken=made.taken, cost=made.cost_usd)

    try:
        for fault in await asyncio.gather(*(one(n) for n in range(count)), return_exceptions=True):
            if fault:  # the others were on their way, and have come
                raise fault
    except asyncio.CancelledError:
        _tell(job=number, failed="Cancelled; the layer is as it was.")
    except NoKeyError as error:
        drafted = None if asked["instruction"] or count > 1 else rewriter.draft(asked["layer"])
        if drafted is None:
            _tell(job=number, failed=str(error))  # which says where to find the rules' own drafts
        else:
            _tell(job=number, version=drafted, taken=True, cost=None, note="No key: this is a draft by rules, offline.")
    except UnpackError as error:
        _tell(job=number, failed=str(error))
    finally:
        _tell(job=number, ended=True)


async def _many(rewriter: Rewriter, places: asyncio.Semaphore, asked: Mapping[str, Any]) -> None:
    """Texts are offered as they come and taken up together, so that one undo takes them all back."""
    number = asked["job"]
    layers = [rewriter.ledger.store.layer(layer_id) for layer_id in asked["layers"]]
    offered: list[tuple[Layer, int]] = []

    async def one(layer: Layer) -> None:
        async with places:
            if not unchanged(rewriter.ledger.store, layer):
                return  # the curator did something with it while it waited: nothing is spent on it
            made = await rewriter.rewrite(layer.id, asked["instruction"], at_once=False)
        if made.version_id is None:
            _tell(job=number, failed=made.reason)
        else:
            offered.append((layer, made.version_id))
            _tell(job=number, version=made.version_id, taken=False, cost=made.cost_usd)

    try:
        ended = await asyncio.gather(*map(one, layers), return_exceptions=True)
    except asyncio.CancelledError:
        _tell(job=number, failed="Cancelled. What had come waits among the versions of its layers.")
    else:
        for fault in ended:
            if isinstance(fault, UnpackError):
                _tell(job=number, failed=str(fault))
            elif fault:
                raise fault
        _tell(job=number, took=rewriter.take_up(offered))
    finally:
        _tell(job=number, ended=True)


class _Shown:
    """A text that is coming, told now and then."""

    def __init__(self, job: int) -> None:
        self._job = job
        self._last = 0.0

    def more(self, text: str) -> None:
        moment = asyncio.get_running_loop().time()
        if moment - self._last >= _SHOWN_SECONDS:
            self._last = moment
            _tell(job=self._job, text=so_far(text))


async def _lines() -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=2**24)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


def _tell(**message: object) -> None:
    with suppress(OSError):  # whoever asked may be gone; the work is not for them alone
        os.write(1, orjson.dumps(message) + b"\n")


if __name__ == "__main__":
    main()
