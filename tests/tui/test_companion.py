"""The line to a process beside the screen."""

from __future__ import annotations

import asyncio

from unpack_tui.companion import Companion


async def test_a_process_that_ends_by_itself_is_told_of_and_the_next_message_begins_another() -> None:
    lost = asyncio.Event()
    companion = Companion("unpack_core", dict, lambda _: None, lost.set)  # a package that cannot be run
    for _ in range(2):
        companion.tell("something")
        await lost.wait()
        assert companion.process is None
        lost.clear()


async def test_what_is_ended_is_not_lost() -> None:
    lost = asyncio.Event()
    companion = Companion("unpack_core.duplicates.worker", dict, lambda _: None, lost.set)
    companion.tell([])
    process = companion.process
    assert process is not None
    companion.end()
    assert process.returncode is not None
    assert companion.process is None
    assert not lost.is_set()
