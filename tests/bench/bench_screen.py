"""What a key of the review costs as its database grows: `python -m tests.bench.bench_screen [--million] [--presses N]`.

The program runs in a pseudo-terminal, 120 by 40, in truecolour, on 100, 10,000 and 100,000 layers (three a paragraph).
A time is from the key to the last byte that answers it, so it holds the SQL, the painting and the writing; the bytes
are what the line carries. (An escape waits a tenth of a second for what may follow it; `o` is over when keys go on, a
large file is put in order behind them.) Beside the keys stand the budgets of the design; below them the start, beside
an empty Textual application in turns, and the same walk made of Textual's own widgets (widgets.py).

The texts count as compared with each other: what comparing costs is measured by bench_duplicates.py.
"""

from __future__ import annotations

import argparse
import os
import select
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from tests.bench.texts import KINDS, layer, source
from tests.bench.widgets import PEERS, READY
from tests.tui.terminal import Terminal

from unpack_core import backup, checks, duplicates, search
from unpack_core.corpus import Arrival
from unpack_core.intake import take_in
from unpack_core.model import IncomingDocument, IncomingLayer, IncomingParagraph
from unpack_core.store import Store

_SIZE = (120, 40)
_QUIET = 0.2
"""Seconds without a byte after which an answer is whole."""
_PATIENCE = 2.0
"""Seconds after which a key is taken to have no answer."""
_IDLE = 5.0
_STARTS = 7
_ELSEWHERE = "to another paragraph"
_HERE, _THERE = 2_000, 12_000
"""The bytes that a key may cost which stays on the paragraph, and one that leads to another."""


@dataclass
class Cost:
    """What was measured of one key on one database."""

    milliseconds: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)

    @property
    def p95(self) -> float:
        return quantiles(self.milliseconds, n=20)[-1] if len(self.milliseconds) > 1 else self.milliseconds[0]

    def add(self, answer: tuple[float, int]) -> None:
        self.milliseconds.append(answer[0])
        self.sizes.append(answer[1])


@dataclass(frozen=True)
class Press:
    """A key, the name under which its cost is kept (none: on the way to others), and a text that it brings or ends."""

    key: str
    name: str = ""
    brings: str = ""
    ends: str = ""

    def answered(self, screen: str) -> bool:
        return self.brings in screen and not (self.ends and self.ends in screen)


class Line(Terminal):
    """A terminal that only listens while it measures, and looks at what came afterwards."""

    def answer(self, press: Press) -> tuple[float, int]:
        """Milliseconds from a key to the last byte that answers it, and how many bytes came."""
        began = last = perf_counter()
        self.press(press.key)
        size = 0
        while True:
            parts: list[bytes] = []
            while select.select([self.fd], [], [], _QUIET if parts else _PATIENCE)[0]:
                parts.append(os.read(self.fd, 1 << 20))
                last = perf_counter()
            self.take(came := b"".join(parts))
            size += len(came)
            if press.answered(self.text()):
                return 1000 * (last - began), size
            assert parts, f"{press}\n{self.text()}"

    def wait_for(self, words: bytes) -> None:
        """Until a word is on its way to the screen."""
        came = b""
        while words not in came:
            data = os.read(self.fd, 1 << 20)
            came += data
        self.take(came)


def started(words: bytes, *command: str, folder: Path) -> float:
    """Milliseconds until a program that was started has painted a word."""
    began = perf_counter()
    with opened(*command, folder=folder) as line:
        line.wait_for(words)
        return 1000 * (perf_counter() - began)


def opened(*command: str, folder: Path) -> Line:
    root = str(Path(__file__).parents[2])
    paths = os.pathsep.join([root, f"{root}/core", f"{root}/tui"])
    environment = {"COLORTERM": "truecolor", "PYTHONPATH": paths, "XDG_CONFIG_HOME": str(folder)}
    environment |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder)}  # compiled, as pip installs it
    return Line(environment=environment, folder=folder, command=("-m", *command), size=_SIZE)


def review(database: Path) -> tuple[str, ...]:
    return "unpack_tui", "--db", str(database), "review"


def pressed(database: Path, folder: Path) -> Path:
    """A copy for the keys, so that a database that is kept stays as it was filled."""
    copied = folder / f"pressed-{database.name}"
    backup.copy(database, copied)
    return copied


def fill(folder: Path, layers: int) -> Path:
    """A database of so many layers with nothing left to be done behind the keys; one from before serves again."""
    path, unfinished = folder / f"{layers}.db", folder / f"{layers}.unfinished"
    if path.exists():
        return path
    unfinished.unlink(missing_ok=True)

    def arrivals(first: int, last: int) -> Iterator[Arrival]:
        for n in range(first, last):
            new = tuple(IncomingLayer(kind, layer(n, kind)) for kind in KINDS)
            yield Arrival(IncomingDocument(f"{n // 40}.md"), IncomingParagraph(source(n), n % 40, "en", layers=new))

    count = layers // len(KINDS) + 1
    with Store.open(unfinished, create=True) as store:
        take_in(store, arrivals(0, 10), source="bench")
        duplicates.catch_up(store)
        take_in(store, arrivals(10, count), source="bench")
        store.set_setting("dedupe.upto", store.last("version"))
        checks.catch_up_all(store, store.last("version"))
        while search.behind(store):
            search.catch_up(store, 5000)
    return unfinished.rename(path)


def presses(times: int) -> Iterator[Press]:
    """A walk over the first paragraphs that presses each key about so often, and ends where it began."""
    here, there = ("", "", f", {_ELSEWHERE}"), (f", {_ELSEWHERE}", "", "")
    whole = times + -times % len(here)  # paragraphs: from where j ends, k goes back to where it began
    for key, steps in (("j", here), ("k", there)):
        for n in range(whole):
            yield Press(key, key + steps[n % len(steps)])
    for key, name in (("a", "a"), ("x", "x"), (" ", "space")):
        for _ in range(times // len(here)):
            yield from (Press(key, name + leads) for leads in here)
            yield from [Press("g")] if key == " " else [Press("u", "u" + leads) for leads in there]
    for key in ("n", "p"):
        yield from [Press(key, key)] * min(times, 30)
    for _ in range(times // 2):
        yield from [Press("f", "f"), Press("f", "f"), Press("G", "G"), Press("g", "g", "¶ 1 of")]
    for key, brings in (("F", "Show only"), ("?", "Keys"), ("v", "Versions:"), ("t", "Tags of"), ("/", "Search in")):
        for _ in range(times // 2):
            yield from [Press(key, f"{key} opened", brings), Press("\x1b", f"{key} left", ends=brings)]
    for _ in range(times // 4):
        yield from [Press("o", "o")] * 4


def keys(databases: dict[int, Path], times: int, folder: Path) -> dict[int, dict[str, Cost]]:
    """Each key on all databases in turn, so that a busy machine slows all of them alike."""
    costs: dict[int, defaultdict[str, Cost]] = {layers: defaultdict(Cost) for layers in databases}
    with ExitStack() as stack:
        lines = {layers: stack.enter_context(opened(*review(path), folder=folder))
                 for layers, path in databases.items()}  # fmt: skip
        for line in lines.values():
            line.expect("¶ 1 of")
            line.settle(1.5)  # the first second's work behind the keys
        for press in presses(times):
            for layers, line in lines.items():
                answer = line.answer(press)
                if press.name:
                    costs[layers][press.name].add(answer)
        for layers, line in lines.items():
            before = len(line.written)
            line.settle(_IDLE)
            costs[layers]["idle"].sizes.append(len(line.written) - before)
    return {layers: dict(measured) for layers, measured in costs.items()}


def budget(key: str) -> int | None:
    """Bytes that a key may cost; None where the design names none."""
    if key == "idle":
        return 0
    if key.endswith(_ELSEWHERE) or key in ("n", "p", "g", "G"):
        return _THERE
    return _HERE if key in ("j", "k", "a", "x", "space", "u", "f") else None


def print_keys(found: dict[int, dict[str, Cost]]) -> None:
    smallest, largest = found[min(found)], found[max(found)]
    heads = [f"{layers:,}: median, p95 ms" for layers in found]
    print("| key | " + " | ".join(heads) + " | p95 of the smallest | bytes: median, most | budget |")
    print("| --- |" + " ---: |" * (len(heads) + 3))
    for key, cost in largest.items():
        most = max(max(costs[key].sizes) for costs in found.values())
        allowed = budget(key)
        said = "" if allowed is None else f"{allowed:,}" + (" **missed**" if most > allowed else "")
        if not cost.milliseconds:
            print(f"| {key}, {_IDLE:.0f} s |" + " |" * len(heads) + f" | {most:,} | {said} |")
            continue
        times = [f"{median(costs[key].milliseconds):.0f}, {costs[key].p95:.0f}" for costs in found.values()]
        ratio = cost.p95 / smallest[key].p95
        print(
            f"| {key} | {' | '.join(times)} | {ratio:.2f} | {median(cost.sizes):,.0f}, {most:,} | {said} |", flush=True
        )


def print_starts(databases: dict[int, Path], folder: Path) -> None:
    """In turns, so that a busy machine slows all of them; as after a session that was left with q."""
    for path in databases.values():
        with opened(*review(path), folder=folder) as line:
            line.expect(" left")
            line.quit()
    took: defaultdict[str, list[float]] = defaultdict(list)
    for n in range(_STARTS + 1):
        ours = {f"review, {layers:,}": started(b" left", *review(path), folder=folder)
                for layers, path in databases.items()}  # fmt: skip
        times = {"empty": started(READY.encode(), "tests.bench.widgets", "empty", folder=folder)} | ours
        for name, time in times.items():
            if n:  # the first fills the caches
                took[name].append(time)
    floor = median(took["empty"])
    print("\n| start until painted | median ms | of an empty Textual application (budget 1.5) |\n| --- | ---: | ---: |")
    for name, all_of_it in took.items():
        print(f"| {name} | {median(all_of_it):.0f} | {median(all_of_it) / floor:.2f} |", flush=True)


def print_peers(sizes: Sequence[int], presses: int, folder: Path) -> None:
    print("\n| Textual's own, rows | start ms | `down`: median, p95 ms | bytes: median, most | idle bytes |")
    print("| --- |" + " ---: |" * 4)
    for name in PEERS:
        for rows in sizes:
            if name == "ListView" and rows > 1000:  # a widget a row: it takes minutes
                continue
            command = "tests.bench.widgets", name, str(rows)
            cost, start = Cost(), started(READY.encode(), *command, folder=folder)
            with opened(*command, folder=folder) as line:
                line.expect(READY)
                line.settle(1.0)
                for _ in range(presses):
                    cost.add(line.answer(Press("\x1b[B")))
                before = len(line.written)
                line.settle(_IDLE)
                idle = len(line.written) - before
            print(f"| {name}, {rows:,} | {start:.0f} | {median(cost.milliseconds):.0f}, {cost.p95:.0f} |"
                  f" {median(cost.sizes):,.0f}, {max(cost.sizes):,} | {idle} |", flush=True)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--million", action="store_true", help="a database of 1,000,000 layers too")
    parser.add_argument("--layers", type=int, nargs="*", help="other sizes than 100, 10,000 and 100,000")
    parser.add_argument("--presses", type=int, default=40)
    parser.add_argument("--only-starts", action="store_true")
    parser.add_argument("--keep", type=Path, help="a folder for the databases, where a later run finds them again")
    options = parser.parse_args()
    sizes = [*(options.layers or (100, 10_000, 100_000)), *([1_000_000] if options.million else [])]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        databases = {layers: pressed(fill(options.keep or folder, layers), folder) for layers in sizes}
        if not options.only_starts:
            print_keys(keys(databases, options.presses, folder))
        print_starts(databases, folder)
        if not options.only_starts:
            print_peers([100, 10_000], options.presses, folder)


if __name__ == "__main__":
    main()
