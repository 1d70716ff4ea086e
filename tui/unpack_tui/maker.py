"""The screen's line to the process that asks the model: jobs go out, what comes back is told to whoever asked.

Another process, so that importing the client does not slow a key, and an answer is stored when the terminal is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from unpack_core.generate.secrets import key_in_sight
from unpack_core.place import Identity
from unpack_tui.companion import Companion
from unpack_tui.options import CANDIDATES

_ENDED = "The program that asks the model has ended. Try again; unpack-tui doctor says what the endpoint is like."


@dataclass(frozen=True, slots=True)
class Setting:
    """What the worker is told at its start."""

    db: Path
    file: Identity | None
    """Which file that is: another one of that name is not written to."""
    model: str
    recipe: str
    """TOML."""
    prices: Path | None = None
    candidates: int = CANDIDATES
    """How many texts `c` asks for."""


@dataclass(slots=True)
class Job:
    """Layers that are being made again: one, once or as several candidates, or many with one instruction."""

    id: int
    model: str
    """"" where rules draft it, for want of a key."""
    layer_ids: tuple[int, ...]
    count: int
    """Texts that are to come."""
    bulk: bool = False
    """Whether it is many layers: they are taken up together, when the last has come."""
    text: str = ""
    """What has come so far."""
    versions: list[int] = field(default_factory=list)
    taken: int = 0
    """How many of the new texts are heads now."""
    cost: float = 0.0
    """USD, as far as it is known."""
    note: str = ""
    """What is to be said of the new text."""
    failed: str = ""
    """Why something did not come: the last sentence."""
    failures: int = 0
    ended: bool = False

    @property
    def layer_id(self) -> int:
        """The layer, or the first of many."""
        return self.layer_ids[0]


class Maker:
    """Jobs in flight; `changed` is called in the event loop with a job that has news."""

    def __init__(self, setting: Setting, changed: Callable[[Job], None], said: Callable[[str], None]) -> None:
        self.setting = setting
        self.jobs: dict[int, Job] = {}
        self._changed = changed
        self._said = said
        self._number = 0
        self.companion = Companion("unpack_core.generate.worker", self._greeting, self._hear, self._lost)

    def ask(self, layer_id: int, instruction: str = "", count: int = 1) -> Job:
        """Begin a job."""
        job = Job(self._next(), self.setting.model if key_in_sight() else "", (layer_id,), count)
        return self._begin(job, {"layer": layer_id, "instruction": instruction, "count": count})

    def ask_all(self, layer_ids: Sequence[int], instruction: str) -> Job:
        """Begin a job of many layers."""
        return self._begin(
            Job(self._next(), self.setting.model, tuple(layer_ids), len(layer_ids), bulk=True),
            {"layers": list(layer_ids), "instruction": instruction},
        )

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _begin(self, job: Job, message: dict[str, object]) -> Job:
        self.jobs[job.id] = job
        self.companion.tell({"job": job.id, **message})
        return job

    def of(self, layer_id: int) -> Job | None:
        """The job that a layer waits for; one of its own before one of many."""
        jobs = [job for job in self.jobs.values() if layer_id in job.layer_ids]
        return min(jobs, key=lambda job: job.bulk, default=None)

    def cancel(self, job: Job) -> None:
        self.companion.tell({"cancel": job.id})

    def leave(self) -> None:
        """Ask for nothing more. What is in flight still comes and is stored; nobody waits for it here."""
        process = self.companion.hang_up()
        if process and not self.jobs:
            process.wait()

    def _greeting(self) -> dict[str, object]:
        setting = self.setting
        return {
            "db": str(setting.db.absolute()),
            "file": setting.file,
            "model": setting.model,
            "recipe": setting.recipe,
            "base_url": None,
            "prices": str(setting.prices) if setting.prices else None,
        }

    def _hear(self, message: dict[str, object]) -> None:
        if "said" in message:
            self._said(str(message["said"]))
            return
        if "refused" in message:
            self.companion.end()
            self._lost(str(message["refused"]))
            return
        job = self.jobs[int(str(message["job"]))]
        if "text" in message:
            job.text = str(message["text"])
        elif "version" in message:
            job.versions.append(int(str(message["version"])))
            job.taken += bool(message["taken"])
            job.note = str(message.get("note", ""))
            job.cost += float(str(message["cost"] or 0))
        elif "took" in message:
            job.taken = int(str(message["took"]))
        elif "failed" in message:
            job.failed = str(message["failed"])
            job.failures += 1
        elif "ended" in message:
            job.ended = True
            del self.jobs[job.id]
        self._changed(job)

    def _lost(self, why: str = _ENDED) -> None:
        """Nothing more comes of what was asked."""
        lost, self.jobs = list(self.jobs.values()), {}
        for job in lost:
            job.failed, job.failures, job.ended = why, job.count - len(job.versions), True
            self._changed(job)
