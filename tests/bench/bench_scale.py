"""A million layers beside ten thousand: `python -m tests.bench.bench_scale [--rounds 3] [layers ...]`.

Everything that is done with a database, on a small and on a large one in one run: what it takes by the clock and, in
brackets, of the processor, how many times as much of it on the large one (of the processor, so that others on the
machine count for little), and how much more work that is, so that what grows faster than its work stands out. The
review's verbs are called in this process, so many rounds of them, and the median counts (what their keys cost on the
screen is in bench_screen.py; a search is measured to its end, for which no key waits: the screen makes it in a thread);
commands are processes of their own, output thrown away. The databases are made here, by import, nine layers a
paragraph; their texts count as checked, and as compared with each other (what that costs is in bench_duplicates.py). An
import compares for two seconds what it brought, so that `dedupe` after it has the more left the larger the database is;
the last row is of as many texts that nothing has compared, on both.
The sizes are 10,000 and 1,000,000 where none are named. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median_low
from time import perf_counter

from tests.tui.terminal import Terminal

from unpack_core import duplicates, search
from unpack_core.corpus import Arrival
from unpack_core.intake import take_in
from unpack_core.model import IncomingDocument, IncomingLayer, IncomingParagraph, Origin, Status
from unpack_core.neardup import normalize, signature
from unpack_core.recipe import built_in
from unpack_core.review import Review
from unpack_core.store import Store

_KINDS = ("definition", "assumption", "question", "argument", "counterexample", "paradox", "analogy", "context", "meta")
_WORDS = "justice deed norm promise map land proof cause law custom measure village judge river memory price the of in"
_SENTENCES = [" ".join(Random(n).choices(_WORDS.split(), k=12)) for n in range(1009)]
_MORE = 300
"""Paragraphs that come in later."""
_CONSTANT, _LINEAR = "constant", "linear"


def arrivals(first: int, last: int) -> Iterator[Arrival]:
    """Paragraphs, forty a document; every thousandth layer is tagged, and every thousandth source has a rare word."""
    for n in range(first, last):
        layers = tuple(
            IncomingLayer(kind, _text(n, k), tags=("rare",) if (n + k) % 1000 == 0 else (),
                          origin=Origin.GENERATED, model="m")
            for k, kind in enumerate(_KINDS)
        )  # fmt: skip
        rare = " zymurgy" if n % 1000 == 0 else ""
        text = f"{_SENTENCES[n % 1009].capitalize()}, {_SENTENCES[n // 1009 % 1009]}{rare} {n}."
        yield Arrival(IncomingDocument(f"{n // 40}.md"), IncomingParagraph(text, n % 40, "en", layers=layers))


def _text(n: int, k: int) -> str:
    """Two sentences of which no other layer of the kind has both."""
    return f"(1) {_SENTENCES[n % 1009]}.\n(2) {_SENTENCES[(n // 1009 * 17 + k * 101) % 1009]} — [{n}]"


@dataclass
class Base:
    """A database under measure."""

    path: Path
    layers: int

    @property
    def paragraphs(self) -> int:
        return self.layers // len(_KINDS)

    def fill(self) -> None:
        with Store.open(self.path, create=True) as store:
            take_in(store, arrivals(0, 10), source="bench")
            duplicates.catch_up(store)
            take_in(store, arrivals(10, self.paragraphs), source="bench")
            store.rows("UPDATE indexed SET upto = ? WHERE name = 'finding'", (store.last("version"),))

    def index(self) -> None:
        with Store.open(self.path) as store:
            while search.behind(store):
                search.catch_up(store, 5000)

    def sign(self) -> None:
        """All texts count as compared: with others they have only a sentence in common."""
        with Store.open(self.path) as store, store.write():
            last = store.last("version")
            for first in range(0, last, 10_000):
                texts = store.rows("SELECT id, text FROM version WHERE id > ? AND id <= ?", (first, first + 10_000))
                signed = [(id_, len(text), signature(text)) for id_, text in ((n, normalize(t)) for n, t in texts)]
                store.connection.executemany("INSERT OR IGNORE INTO signature VALUES (?, ?, ?)", signed)
            store.set_setting("dedupe.upto", last)

    def run(self, *words: str) -> None:
        command = [sys.executable, "-m", "unpack_tui", "--db", str(self.path), *words]
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)

    def open(self) -> None:
        with Terminal("review", "--db", str(self.path), folder=self.path.parent) as terminal:
            terminal.expect(" left")


@dataclass(frozen=True, order=True)
class Took:
    """Milliseconds of the clock, and of the processor in this process and those that it started."""

    processor: float
    clock: float


def milliseconds(work: Callable[[], object]) -> Took:
    began, used = perf_counter(), _processor()
    work()
    return Took(1000 * (_processor() - used), 1000 * (perf_counter() - began))


def _processor() -> float:
    all_of_it = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(used.ru_utime + used.ru_stime for used in all_of_it)


def verbs(base: Base) -> Iterator[tuple[str, str, Took]]:
    """The review's verbs, once: what, how its work grows, milliseconds."""
    with Store.open(base.path) as store:
        review = Review(store, built_in())
        review.first()
        yield "next layer", _CONSTANT, _each(20, review.next_layer)
        yield "next paragraph", _CONSTANT, _each(20, review.next_paragraph)
        yield "accept and go on", _CONSTANT, _each(20, lambda: review.decide(Status.ACCEPTED))
        yield "undo", _CONSTANT, _each(20, review.undo)
        yield "last paragraph", _CONSTANT, milliseconds(review.last)
        yield "first paragraph", _CONSTANT, milliseconds(review.first)
        yield "filter that finds a thousandth", _LINEAR, milliseconds(lambda: review.narrow("tag:rare"))
        yield "next paragraph in it", _CONSTANT, _each(5, review.next_paragraph)
        yield "accept all of it", _LINEAR, milliseconds(lambda: review.decide_all(Status.ACCEPTED))
        yield "undo that", _LINEAR, milliseconds(review.undo)
        yield "filter that finds a ninth", _LINEAR, milliseconds(lambda: review.narrow("kind:analogy"))
        yield "accept and go on in it", _CONSTANT, _each(20, lambda: review.decide(Status.ACCEPTED))
        yield "undo in it", _CONSTANT, _each(20, review.undo)
        yield "leave it, and count what is left", _LINEAR, milliseconds(review.leave)
        yield "search of a rare word, to its end", _LINEAR, milliseconds(lambda: review.look_for('text:"zymurgy"'))
        review.leave()
        yield "search of a frequent word, to its end", _LINEAR, milliseconds(lambda: review.look_for('text:"justice"'))
        review.leave()
        layer = review.layer
        assert layer
        review.edit(f"{layer.head.text} and {perf_counter()}", layer.head.id)
        head = store.layer(layer.id).head.id
        yield "one new text compared", _LINEAR, milliseconds(lambda: duplicates.compare_now(store, [head]))
        review.undo()
        review.first()
        review.save_place()


def _each(times: int, work: Callable[[], object]) -> Took:
    """Of one of so many, on average: each alone is shorter than the processor's clock tells."""
    all_of_it = milliseconds(lambda: [work() for _ in range(times)])
    return Took(all_of_it.processor / times, all_of_it.clock / times)


def commands(base: Base, number: int) -> Iterator[tuple[str, str, Took]]:
    batch = base.path.with_suffix(".jsonl")
    first = base.paragraphs + 2 * number * _MORE
    with Store.open(base.path.with_name(f"more-{number}-{base.layers}.db"), create=True) as more:
        take_in(more, arrivals(first, first + _MORE), source="bench")
    with batch.open("wb") as out:
        command = [sys.executable, "-m", "unpack_tui", "--db", str(more.path), "export", "layers", "--status", "all"]
        subprocess.run(command, stdout=out, stderr=subprocess.DEVNULL, check=True)
    yield "`review` until it is painted", _CONSTANT, milliseconds(base.open)
    more_layers = f"{_MORE * len(_KINDS):,} more layers"
    yield f"`import` of {more_layers}", _CONSTANT, milliseconds(lambda: base.run("import", str(batch)))
    yield "`dedupe` of what that left", _LINEAR, milliseconds(lambda: base.run("dedupe", "--json"))
    yield "`stats`", _LINEAR, milliseconds(lambda: base.run("stats"))
    yield "`export layers`", _LINEAR, milliseconds(lambda: base.run("export", "layers", "--status", "all"))
    yield "`doctor`", _LINEAR, milliseconds(lambda: base.run("doctor"))
    with Store.open(base.path) as store:
        take_in(store, arrivals(first + _MORE, first + 2 * _MORE), source="bench")
    yield f"`dedupe` of {more_layers}, none compared yet", _LINEAR, milliseconds(lambda: base.run("dedupe", "--json"))


def measured(base: Base, rounds: int) -> dict[str, tuple[str, Took]]:
    """All of it on one database."""
    found = {
        "import of all of it": (_LINEAR, milliseconds(base.fill)),
        "the index of the search": (_LINEAR, milliseconds(base.index)),
    }
    base.sign()
    made = ", ".join(said(took) for _, took in found.values())
    print(f"{base.layers:,} are there: {made}", file=sys.stderr, flush=True)
    times: dict[str, list[Took]] = {}
    for number in range(rounds):
        for what, grows, took in (*verbs(base), *commands(base, number)):
            times.setdefault(what, []).append(took)
            found[what] = grows, median_low(times[what])
            print(f"{base.layers:,}: {what}: {said(took)}", file=sys.stderr, flush=True)
    return found


def said(took: Took) -> str:
    return f"{_time(took.clock)} ({_time(took.processor)})"


def _time(took: float) -> str:
    return f"{took / 1000:,.1f} s" if took >= 1000 else f"{took:,.1f} ms" if took < 10 else f"{took:,.0f} ms"


def main(sizes: list[int], rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = {}
        for layers in sizes:
            began = perf_counter()
            found[layers] = measured(Base(Path(folder) / f"{layers}.db", layers), rounds)
            size = (Path(folder) / f"{layers}.db").stat().st_size >> 20
            print(f"{layers:,} layers, {size:,} MB: {perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    small, large = found[min(sizes)], found[max(sizes)]
    work = max(sizes) / min(sizes)
    print(f"| what | {min(sizes):,} layers | {max(sizes):,} layers | takes | work |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for what, (grows, took) in large.items():
        more = work if grows == _LINEAR else 1
        before = small[what][1]
        factor = took.processor / max(before.processor, 0.01)
        print(f"| {what} | {said(before)} | {said(took)} | × {factor:,.1f} | × {more:,.0f} |")


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("layers", nargs="*", type=lambda word: int(word.replace(",", "")), default=[10_000, 1_000_000])
    asked.add_argument("--rounds", type=int, default=3)
    options = asked.parse_args()
    main(options.layers, options.rounds)
