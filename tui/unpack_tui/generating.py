"""How a run of `generate` is watched, interrupted and summed up."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING

from unpack_tui.terminal import count, duration, money, one_line

if TYPE_CHECKING:
    from unpack_core.generate.run import Run, Tally

_FIRST_THINGS_FIRST = ("done", "said", "failed", "cost", "left", "flight", "tokens", "reasons", "cached")
"""What is wanted most, where a line is too narrow for all of it."""
_TELLS_OF = {"reasons": "failed", "cached": "tokens"}
"""What says nothing without another part before it."""


def progress_line(tally: Tally, pause: float, columns: int) -> str:
    """How far a run is, in one line; where it is too long, numbers are rounded, then what matters least is left out."""
    parts = _parts(tally, pause, lambda number: f"{number:,}")
    if len(_joined(parts, parts)) <= columns:
        return _joined(parts, parts)
    parts = _parts(tally, pause, _rounded)
    kept: set[str] = set()
    for name in _FIRST_THINGS_FIRST:
        if not kept or (_TELLS_OF.get(name, "done") in kept and len(_joined(parts, {*kept, name})) <= columns):
            kept.add(name)
    return _joined(parts, kept)


def _parts(tally: Tally, pause: float, said: Callable[[int], str]) -> dict[str, str]:
    reasons = ", ".join(f"{number:,} {name}" for name, number in tally.failed.most_common(3))
    return {
        "done": f"{tally.done:,} of {tally.expected:,} done",
        "failed": f"{tally.failed.total():,} failed" if tally.failed else "",
        "reasons": f"({reasons})" if tally.failed else "",
        "flight": f"{tally.in_flight} in flight",
        "tokens": f"{said(tally.input_tokens + tally.output_tokens)} tokens",
        "cached": f"({said(tally.cached_tokens)} cached)",
        "cost": spent(tally) + (f" of about {money(tally.expected_cost)}" if tally.expected_cost else ""),
        "left": f"{duration(tally.seconds_left)} left" if tally.seconds_left else "",
        "said": f"all wait, {duration(pause)} more" if pause else one_line(tally.message, 60),
    }


def _joined(parts: dict[str, str], kept: Collection[str]) -> str:
    return " · ".join(part for name, part in parts.items() if part and name in kept).replace(" · (", " (")


def _rounded(number: int) -> str:
    """`950`, `12.3k`, `4.5M`."""
    if number < 1000:
        return str(number)
    return f"{number / 1000:.1f}k" if number < 999_950 else f"{number / 1_000_000:.1f}M"


def spent(tally: Tally) -> str:
    """What a run has cost so far."""
    return "cost unknown" if tally.unpriced else money(tally.cost_usd)


def summary(tally: Tally) -> str:
    """What came of a run, as lines."""
    lines = [
        f"{count(tally.layers, 'layer')} from {count(tally.paid, 'answer')}; "
        f"{tally.input_tokens:,} tokens in, {tally.cached_tokens:,} of them cached, {tally.output_tokens:,} out; "
        f"{spent(tally)}."
    ]
    if tally.failed:
        total, refused = tally.failed.total(), tally.failed["refused"]
        again = "" if refused == total else "; a later run asks again"
        but = ", but not for what was refused" if again and refused else ""
        lines.append(f"{count(total, 'request')} came to nothing{again}{but}:")
        lines += [
            f"  {number:,} × {name}: {one_line(tally.reasons[name], 160)}"
            for name, number in tally.failed.most_common()
        ]
    if tally.ended_by == "budget":
        lines.append("The budget of --max-cost has no room for another request; the rest stays missing.")
    elif tally.ended_by == "stopped":
        lines.append("Ended early; the same command goes on.")
    return "\n".join(lines)


def facts(tally: Tally) -> dict[str, object]:
    """The same for a program; `ended_by` is "", "budget", "stopped" or "fault"."""
    return {
        "layers": tally.layers, "requests": tally.paid, "done": tally.done, "failed": dict(tally.failed),
        "reasons": tally.reasons,
        "input_tokens": tally.input_tokens, "cached_tokens": tally.cached_tokens, "output_tokens": tally.output_tokens,
        "cost_usd": None if tally.unpriced else tally.cost_usd, "ended_by": tally.ended_by,
    }  # fmt: skip


@asynccontextmanager
async def ticking(show: Callable[[], None]) -> AsyncIterator[None]:
    """Show it again twice a second: seconds pass also while nothing comes."""

    async def tick() -> None:
        while True:
            await asyncio.sleep(0.5)
            show()

    task = asyncio.create_task(tick())
    try:
        yield
    finally:
        task.cancel()


@contextmanager
def interruptible(run: Run, say: Callable[[str], None]) -> Iterator[None]:
    """The first ctrl+C lets what is in flight end, the second ends everything; SIGTERM, and a terminal that goes away,
    are a first one, however often they come."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    assert task is not None
    asked = [False]

    def finish() -> None:
        if not asked[0]:
            asked[0] = True
            run.finish()
            with suppress(OSError):
                say(f"Ending when what is in flight has come ({run.tally.in_flight}); ctrl+C again stops at once.")

    def interrupted() -> None:
        if not asked[0]:
            finish()
            return
        task.cancel()
        if run.tally.in_flight:
            say(f"Stopped with {run.tally.in_flight} in flight: they may be charged for, and will be asked again.")

    ways = {signal.SIGINT: interrupted, signal.SIGTERM: finish, signal.SIGHUP: finish}
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:  # below nohup
        del ways[signal.SIGHUP]
    for number, way in ways.items():
        loop.add_signal_handler(number, way)
    try:
        yield
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    finally:
        for number in ways:
            loop.remove_signal_handler(number)
