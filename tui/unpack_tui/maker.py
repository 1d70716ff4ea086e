"""The screen's line to the process that asks the model: jobs go out, what comes back is told to whoever asked.

Another process, so that importing the client does not slow a key, and an answer is stored when the terminal is gone.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import orjson

_COMMAND = [sys.executable, "-m", "unpack_core.generate.worker"]
_ENDED = "The program that asks the model has ended. Try again; unpack-tui doctor says what the endpoint is like."


@dataclass(frozen=True, slots=True)
class Setting:
    """What the worker is told at its start."""

    db: Path
    model: str
    recipe: str
    """TOML."""
    prices: Path | None = None


@dataclass(slots=True)
class Job:
    """A layer that is being made again, once or as several candidates."""

    id: int
    layer_id: int
    count: int
    bulk: bool = False
    """Whether it is one of many: then each alone is not worth a word."""
    text: str = ""
    """What has come so far."""
    versions: list[int] = field(default_factory=list)
    taken: bool = False
    """Whether the new text is the layer's head."""
    note: str = ""
    """What is to be said of the new text."""
    failed: str = ""
    ended: bool = False


class Maker:
    """Jobs in flight; `changed` is called in the event loop with a job that has news."""

    def __init__(self, setting: Setting, changed: Callable[[Job], None], said: Callable[[str], None]) -> None:
        self.setting = setting
        self.jobs: dict[int, Job] = {}
        self._changed = changed
        self._said = said
        self._process: subprocess.Popen[bytes] | None = None
        self._rest = b""
        self._number = 0

    def ask(self, layer_id: int, instruction: str = "", count: int = 1, *, bulk: bool = False) -> Job:
        """Begin a job."""
        self._number += 1
        job = Job(self._number, layer_id, count, bulk)
        self.jobs[job.id] = job
        self._send({"job": job.id, "layer": layer_id, "instruction": instruction, "count": count})
        return job

    def of(self, layer_id: int) -> Job | None:
        """The job that a layer waits for."""
        return next((job for job in self.jobs.values() if job.layer_id == layer_id), None)

    def cancel(self, job: Job) -> None:
        self._send({"cancel": job.id})

    def leave(self) -> None:
        """Ask for nothing more. What is in flight still comes and is stored; nobody waits for it here."""
        if self._process is None:
            return
        process = self._hang_up()
        if not self.jobs:
            process.wait()

    @property
    def _out(self) -> int:
        assert self._process is not None
        assert self._process.stdout is not None
        return self._process.stdout.fileno()

    def _send(self, message: dict[str, object]) -> None:
        if self._process is None:
            self._start()
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(orjson.dumps(message) + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            self._lost()

    def _start(self) -> None:
        self._process = subprocess.Popen(
            _COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # a dropped line hangs up on our session, not on this one
        )
        os.set_blocking(self._out, False)
        asyncio.get_running_loop().add_reader(self._out, self._read)
        setting = self.setting
        self._send(
            {
                "db": str(setting.db.resolve()),
                "model": setting.model,
                "recipe": setting.recipe,
                "base_url": None,
                "prices": str(setting.prices) if setting.prices else None,
            }
        )

    def _read(self) -> None:
        try:
            came = os.read(self._out, 2**16)
        except BlockingIOError:
            return
        if not came:
            self._lost()
            return
        *lines, self._rest = (self._rest + came).split(b"\n")
        for line in lines:
            self._hear(orjson.loads(line))

    def _hear(self, message: dict[str, object]) -> None:
        if "said" in message:
            self._said(str(message["said"]))
            return
        job = self.jobs[int(str(message["job"]))]
        if "text" in message:
            job.text = str(message["text"])
        elif "version" in message:
            job.versions.append(int(str(message["version"])))
            job.taken = job.taken or bool(message["taken"])
            job.note = str(message.get("note", ""))
        elif "failed" in message:
            job.failed = str(message["failed"])
        elif "ended" in message:
            job.ended = True
            del self.jobs[job.id]
        self._changed(job)

    def _hang_up(self) -> subprocess.Popen[bytes]:
        """Let go of both ends of the line."""
        process, self._process = self._process, None
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        asyncio.get_running_loop().remove_reader(process.stdout.fileno())
        process.stdout.close()
        with suppress(BrokenPipeError):
            process.stdin.close()
        return process

    def _lost(self) -> None:
        if self._process is not None:
            process = self._hang_up()
            process.kill()
            process.wait()
        lost, self.jobs = list(self.jobs.values()), {}
        for job in lost:
            job.failed, job.ended = _ENDED, True
            self._changed(job)
