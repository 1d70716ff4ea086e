"""Near-duplicates against every pair, and against the peers: time, memory, recall and precision in one run.

    pip install -e '.[bench]'
    python tests/bench/bench_neardup.py --svg tests/bench/neardup.svg      # some 20 minutes on two cores
    python tests/bench/bench_neardup.py --sizes 1000,4000,11000 --nine ''     # some 8
    python tests/bench/bench_neardup.py --sizes 4000 --index 11000 --nine ''  # one minute
    python tests/bench/bench_neardup.py --sizes '' --index '' --nine 1000000  # a million over nine kinds

The texts are made here from a seed: 100 to 1,500 characters of order-2 Markov text over the docstrings of the standard
library (English) and over a page of Russian prose below, half of them with a templated opening, a fifth of them planted
copies with the noise that real copies have. The truth is `rapidfuzz.process.cdist` over every pair, where the size
allows (`--truth-up-to`); past that the pairs that we found stand for it, and the rows of the peers are marked (*).

Each way runs in a process of its own, one after the other, the small sizes first, and a row is printed as it comes.
Memory is what the peak of that process grew by beside the texts as they came. On a busy machine compare the seconds of
processors: `cdist` uses all there are, ours and the peers one. A peer that is not installed is left out, and the run
says so.
"""

from __future__ import annotations

import argparse
import ast
import ctypes
import gc
import importlib.util
import math
import random
import resource
import statistics
import sys
import sysconfig
import time
from array import array
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar
from xml.sax.saxutils import escape

sys.path.insert(0, str(Path(__file__).parents[2] / "core"))

Result = TypeVar("Result")
Number = TypeVar("Number", int, float)

RUSSIAN = """
Справедливость обычно понимают как соответствие поступков нормам морали, но сами нормы морали различны, и потому всякое
определение справедливости молча опирается на то, что ещё только надо доказать. Когда мы говорим, что поступок
справедлив, мы имеем в виду не один лишь поступок, а целый порядок жизни, в котором он занимает своё место. Судья,
который отступает от закона ради жалости, нарушает равенство; судья, который держится буквы закона, может нарушить то,
ради чего закон был написан. Весы измеряют вес, но кто проверит весы? Для этого нужна гиря, о которой заранее условились
все, кто приходит на рынок. Точно так же слово имеет значение только потому, что люди договорились о нём, хотя никто не
помнит, когда и где был заключён этот договор. Учитель, который объясняет ученику новое понятие, сначала показывает ему
примеры, потом границы, за которыми примеры кончаются, и наконец вопрос, на который у него самого нет ответа. Знание
начинается там, где человек замечает, что его слова значат больше, чем он хотел сказать. Старый мост через реку стоит
уже двести лет, и каждый год в нём меняют несколько камней, так что теперь в нём не осталось ни одного из тех, что
положили строители; но мы по-прежнему называем его тем же самым мостом. Что же остаётся тем же самым: камни, форма или
имя? Память хранит не события, а рассказы о событиях, и каждый новый рассказ немного меняет то, что было рассказано
прежде. Историк ищет причины и находит обстоятельства; философ ищет основания и находит вопросы; поэт ничего не ищет и
находит слова. Свобода одного человека кончается там, где начинается свобода другого, говорят нам с детства, но никто не
говорит, кто проводит эту черту и по какому праву. Если бы закон зависел только от силы, слабые не знали бы о нём
ничего, кроме страха; если бы он зависел только от согласия, сильные не имели бы причины его соблюдать. В городе, где
все двери открыты, никто не станет воровать ключи. Ветер приходит с моря вечером и уносит с площади бумагу, листья и
обрывки разговоров, а утром дворник подметает то, что осталось от вчерашнего дня. Можно ли назвать честным того, кто ни
разу не имел случая солгать? Добродетель, которую не испытали, похожа на монету, которую никто не пробовал на зуб.
Язык устроен так, что всякое утверждение можно обратить в вопрос, но не всякий вопрос можно обратить
в утверждение.
Наука отличается от мнения не тем, что она всегда права, а тем, что она знает,
каким образом могла бы оказаться неправой.
Тот, кто читает медленно, замечает не только то, что сказано, но и то, о чём автор решил промолчать. Между правилом и
случаем всегда остаётся промежуток, и в этом промежутке живёт рассудок. Мы судим о дереве по плодам, о мастере по
работе, а о народе по тому, как он обходится с теми, кто не может ему ответить. Всякая граница соединяет то, что она
разделяет: берег принадлежит и реке, и полю. Человек, который обещает, распоряжается временем, которого у него ещё нет.
"""

OPENINGS = (
    "The passage takes for granted that {} and nowhere says why. ",
    "Here the word “{}” means what the tradition of the author lets it mean: ",
    "Which {} is meant, and who would have to agree? — [open] ",
    "It is as with {}: the same relation in another field. ",
    "A case that breaks the claim would be {}; then ",
    "Текст молча предполагает, что {}, и нигде не говорит почему. ",
    "Здесь слово «{}» значит то, что позволяет ему значить традиция: ",
    "О каком именно {} идёт речь и кто должен был бы согласиться? — [открыто] ",
)


# --- texts -----------------------------------------------------------------------------------------------------


def english_words() -> list[str]:
    """The words of the docstrings of the standard library, in the order of its files."""
    words: list[str] = []
    for path in sorted(Path(sysconfig.get_path("stdlib")).glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8", errors="replace"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                words += (ast.get_docstring(node) or "").split()
    return words


class Markov:
    """Words that follow two words as they did in the seed, with a jump now and then, so as not to recite it."""

    def __init__(self, words: list[str], jump: float) -> None:
        self.words, self.jump = words, jump
        self.after: dict[tuple[str, str], list[str]] = {}
        for first, second, third in zip(words, words[1:], words[2:], strict=False):
            self.after.setdefault((first, second), []).append(third)

    def write(self, rng: random.Random, length: int) -> str:
        """About `length` characters."""
        start = rng.randrange(len(self.words) - 1)
        out = self.words[start : start + 2]
        size = sum(map(len, out)) + 2
        while size < length:
            follow = self.after.get((out[-2], out[-1]))
            word = rng.choice(follow) if follow and rng.random() > self.jump else rng.choice(self.words)
            out.append(word)
            size += len(word) + 1
        return " ".join(out)[:length]


def noisy_copy(rng: random.Random, text: str, writer: Markov) -> str:
    """A copy as they come: a few characters changed, words replaced, dropped or swapped, cut, extended, recased."""
    words = text.split()
    at = rng.randrange(len(words))
    match rng.randrange(8):
        case 0:  # character noise, 1 to 15 %
            rate = rng.uniform(0.01, 0.15)
            letters = [rng.choice("etaoinоеаитнс .") if rng.random() < rate else letter for letter in text]
            return "".join(letters)
        case 1:  # words replaced
            return " ".join(rng.choice(writer.words) if rng.random() < 0.1 else word for word in words)
        case 2:  # words dropped
            return " ".join(word for word in words if rng.random() > 0.1)
        case 3:  # two parts swapped
            return " ".join(words[at:] + words[:at])
        case 4:  # cut
            return text[: max(1, int(len(text) * rng.uniform(0.7, 0.98)))]
        case 5:  # extended
            return f"{text} {writer.write(rng, max(10, int(len(text) * rng.uniform(0.02, 0.3))))}"
        case 6:  # another case, other punctuation
            return text.upper().replace(",", ";").replace(".", "!")
        case _:  # renumbered and rewrapped: the same text once it is normalised
            return "(7) " + text.replace(" ", "  \n ", 3)


def make_texts(count: int, seed: int = 7) -> list[str]:
    """`count` texts of one kind; the same for the same seed and the same Python."""
    rng = random.Random(seed)
    writers = (Markov(english_words(), 0.02), Markov(RUSSIAN.split(), 0.25))
    texts: list[str] = []
    authors: list[Markov] = []
    while len(texts) < count:
        if texts and rng.random() < 0.2:
            source = rng.randrange(len(texts))
            writer = authors[source]
            texts.append(noisy_copy(rng, texts[source], writer))
        else:
            writer = writers[rng.random() < 0.4]
            opening = rng.choice(OPENINGS).format(rng.choice(writer.words)) if rng.random() < 0.5 else ""
            texts.append(opening + writer.write(rng, rng.randint(100, 1500)))
        authors.append(writer)
    return texts


# --- ways ------------------------------------------------------------------------------------------------------

Found = set[tuple[int, int]]
Pairs = Iterable[tuple[int, int]]


def ours(texts: list[str], threshold: float) -> Pairs:
    from unpack_core import neardup

    return ((i, j) for i, j, _ in neardup.pairs(texts, threshold))


def every_pair(texts: list[str], threshold: float) -> Pairs:
    """The truth. The cutoff is one percent lower than asked: at the very edge rapidfuzz 3.14's own loses pairs."""
    import numpy as np
    from rapidfuzz import fuzz, process

    from unpack_core.neardup import normalize

    normalized = [normalize(text) for text in texts]
    for top in range(0, len(texts), 500):
        rows, rest = normalized[top : top + 500], normalized[top:]
        cutoff = max(0.0, 100 * threshold - 1)
        ratios = process.cdist(rows, rest, scorer=fuzz.ratio, score_cutoff=cutoff, dtype=np.float64, workers=-1)
        places = zip(*(side.tolist() for side in np.nonzero(ratios >= 100 * threshold)), strict=True)
        yield from ((row + top, column + top) for row, column in places if row < column)


def grams(text: str) -> list[str]:
    from unpack_core.neardup import normalize

    normalized = normalize(text)
    return [normalized[start : start + 5] for start in range(max(1, len(normalized) - 4))]


def datasketch_at(jaccard: float) -> Callable[[list[str], float], Pairs]:
    def find(texts: list[str], _: float) -> Pairs:
        from datasketch import MinHash, MinHashLSH  # type: ignore[import-untyped]  # ships no types

        lsh = MinHashLSH(threshold=jaccard, num_perm=128)
        for place, text in enumerate(texts):
            sketch = MinHash(num_perm=128)
            sketch.update_batch([gram.encode() for gram in set(grams(text))])
            yield from ((other, place) for other in lsh.query(sketch))
            lsh.insert(place, sketch)

    return find


def rensa_in(bands: int) -> Callable[[list[str], float], Pairs]:
    def find(texts: list[str], threshold: float) -> Pairs:
        from rensa import RMinHash, RMinHashLSH

        lsh = RMinHashLSH(threshold=threshold, num_perm=128, num_bands=bands)
        for place, text in enumerate(texts):
            sketch = RMinHash(num_perm=128, seed=42)
            sketch.update(grams(text))
            yield from ((other, place) for other in lsh.query(sketch))
            lsh.insert(place, sketch)

    return find


OURS, TRUTH = "unpack_core.neardup", "every pair, rapidfuzz cdist"
WAYS: dict[str, Callable[[list[str], float], Pairs]] = {
    TRUTH: every_pair,
    OURS: ours,
    **{f"datasketch MinHashLSH, J {jaccard}": datasketch_at(jaccard) for jaccard in (0.85, 0.7, 0.5)},
    **{f"rensa RMinHashLSH, {bands} bands": rensa_in(bands) for bands in (8, 16, 32)},
}
LESSER = [way for way in WAYS if way.startswith(("datasketch", "rensa")) and not way.endswith(("J 0.5", "32 bands"))]
"""Peers that leave out more of the pairs than their like, at much the same price."""


@dataclass(frozen=True, slots=True)
class Run:
    way: str
    size: int
    threshold: float
    seconds: float
    busy: float
    """Seconds of processors: `cdist` uses all there are, ours and the peers one."""
    grown: int
    """Bytes by which the peak of the process grew beside the texts as they came in."""
    pairs: array[int]
    """Both places of each pair, one after the other."""

    @property
    def found(self) -> Found:
        return set(zip(self.pairs[::2], self.pairs[1::2], strict=True))


def peak(*, anew: bool = False) -> int:
    """The most bytes that this process has had in memory, on Linux since it was last measured `anew`."""
    if anew and sys.platform == "linux":
        gc.collect()
        ctypes.CDLL(None).malloc_trim(0)  # what the texts left behind on their way here is not to be had for nothing
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    if sys.platform == "linux":
        (most,) = (line for line in Path("/proc/self/status").read_text("ascii").splitlines() if "VmHWM" in line)
        return 1024 * int(most.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def run(way: str, texts: list[str], threshold: float) -> Run:
    """One way; meant for a process of its own, so that the peak is its own too."""
    list(WAYS[way](texts[:20], threshold))  # imports and the first allocations are not what is compared
    pairs = array("q")
    before = peak(anew=True)
    start, busy = time.perf_counter(), time.process_time()
    for pair in WAYS[way](texts, threshold):
        pairs.extend(pair)
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    return Run(way, len(texts), threshold, seconds, busy, peak() - before, pairs)


def in_its_own_process(function: Callable[..., Result], *arguments: object) -> Result:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(function, *arguments).result()


def bytes_of_the_texts(texts: list[str]) -> float:
    """Bytes that a normalised text takes by itself."""
    from unpack_core.neardup import normalize

    return statistics.fmean(sys.getsizeof(normalize(text)) for text in texts)


# --- one new text ----------------------------------------------------------------------------------------------


def one_new_text(size: int, threshold: float) -> str:
    """A row of the table of one new text against `size` old ones: of 200, and, with every one by rapidfuzz, of 10."""
    import tracemalloc

    from rapidfuzz import fuzz, process

    from unpack_core.neardup import Index, matches, normalize, signature

    texts = make_texts(size + 200)
    old, new = [normalize(text) for text in texts[:size]], texts[size:]
    signatures = list(map(signature, old))
    rows = [(key, len(text), signatures[key]) for key, text in enumerate(old)]
    tracemalloc.start()
    index = Index(lambda keys: [old[key] for key in keys], lambda keys: [signatures[key] for key in keys])
    index.extend(rows)
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    times = [timed(partial(matches, text, index, threshold)) for text in new]
    every = [timed(partial(process.cdist, [normalize(text)], old, scorer=fuzz.ratio)) for text in new[:10]]
    seconds, busy = zip(*times, strict=True)
    cells = [statistics.median(seconds), p95(seconds), statistics.median(busy), p95(busy)]
    cells.append(statistics.median(second for second, _ in every))
    return f"| {size:,} | {' | '.join(f'{1000 * second:.1f}' for second in cells)} | {held / size:.0f} |"


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds, and those of processors."""
    start, busy = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - busy


def p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


_MILLION = 1_000_000


def nine_kinds(size: int, threshold: float) -> tuple[int, float, float]:
    """Pairs, seconds and those of processors of the join of `size` texts over nine kinds, once they are made."""
    found, seconds, busy = 0, 0.0, 0.0
    for kind in range(9):
        texts = make_texts(size // 9, seed=kind)
        start, start_busy = time.perf_counter(), time.process_time()
        found += sum(1 for _ in ours(texts, threshold))
        seconds += time.perf_counter() - start
        busy += time.process_time() - start_busy
    return found, seconds, busy


# --- what is printed -------------------------------------------------------------------------------------------


def table_row(result: Run, truth: Found, *, sure: bool) -> str:
    found = result.found
    both = len(truth & found)
    recall, precision = (f"{both / max(1, len(each)):.3f}" for each in (truth, found))
    if not sure:
        recall, precision = ("–", "–") if result.way == OURS else (f"{recall}*", f"{precision}*")
    times = (f"{result.seconds:.2f}", f"{result.busy:.2f}")
    cells = (f"{result.size:,}", f"{result.threshold:.2f}", result.way, *times, recall, precision)
    return f"| {' | '.join(cells)} | {result.grown / 2**20:,.1f} |"


COLOURS = ("#d33682", "#586e75", "#268bd2", "#2aa198", "#859900", "#b58900", "#cb4b16", "#6c71c4")


def plot(runs: list[Run]) -> str:
    """Seconds against the number of texts, both logarithmic, a line a way: an SVG of 720 × 420."""
    left, right, top, bottom = 60, 460, 20, 380
    sizes, seconds = [run.size for run in runs], [max(run.seconds, 1e-3) for run in runs]
    low_x, high_x = math.log10(min(sizes)), math.log10(max(sizes))
    low_y, high_y = math.floor(math.log10(min(seconds))), math.ceil(math.log10(max(seconds)))

    def at(size: float, second: float) -> tuple[float, float]:
        x = left + (math.log10(size) - low_x) / ((high_x - low_x) or 1) * (right - left)
        y = bottom - (math.log10(max(second, 1e-3)) - low_y) / ((high_y - low_y) or 1) * (bottom - top)
        return round(x, 1), round(y, 1)

    parts = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 420" font-family="sans-serif" font-size="11">']
    parts.append("<title>Near-duplicates: seconds against the number of texts, both logarithmic</title>")
    parts.append('<rect width="720" height="420" fill="white"/>')
    for power in range(low_y, high_y + 1):
        _, y = at(min(sizes), 10.0**power)
        parts.append(f'<path d="M{left} {y}H{right}" stroke="#ddd"/><text x="8" y="{y + 4}">{10.0**power:g} s</text>')
    for size in sorted(set(sizes)):
        x, _ = at(size, 1)
        parts.append(f'<text x="{x}" y="{bottom + 18}" text-anchor="middle">{size:,}</text>')
    for number, way in enumerate(dict.fromkeys([OURS, *(run.way for run in runs)])):
        colour = COLOURS[number % len(COLOURS)]
        points = sorted(at(run.size, run.seconds) for run in runs if run.way == way)
        line = " ".join(f"{x},{y}" for x, y in points)
        width = 3 if way == OURS else 1.5
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="{width}"/>')
        parts += [f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in points]
        parts.append(f'<text x="{right + 20}" y="{top + 16 + 18 * number}" fill="{colour}">{escape(way)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def numbers(kind: Callable[[str], Number]) -> Callable[[str], list[Number]]:
    return lambda text: [kind(part) for part in text.split(",") if part]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", type=numbers(int), default=[1000, 4000, 11000, 50000], help="texts of one kind")
    parser.add_argument("--ways", default="", help="only ways with one of these in their names, and ours: J 0.5,rensa")
    parser.add_argument("--threshold", type=float, default=0.85)
    parser.add_argument("--truth-up-to", type=int, default=4000, help="compare every pair up to so many texts")
    parser.add_argument("--peers-up-to", type=int, default=11000, help="past that only the peers that find most pairs")
    parser.add_argument(
        "--others", type=numbers(float), default=[0.8, 0.9, 0.95], help="thresholds held against every pair of 4,000"
    )
    parser.add_argument("--index", type=numbers(int), default=[11000, 111000], help="one new text against so many")
    parser.add_argument("--nine", type=numbers(int), default=[100_000], help="also so many texts over nine kinds")
    parser.add_argument("--svg", type=Path, help="write time against size here, after each size")
    options = parser.parse_args()

    words = options.ways.split(",")
    ways = [way for way in WAYS if way == OURS or any(word in way for word in words)]
    for peer in ("datasketch", "rensa"):
        if importlib.util.find_spec(peer) is None:
            print(f"{peer} is not installed and left out. To compare with it: pip install {peer}", file=sys.stderr)
            ways = [way for way in ways if not way.startswith(peer)]

    runs: list[Run] = []
    if options.sizes:
        print("| texts | threshold | way | seconds | of processors | recall | precision | peak MiB |")
        print("| --- | --- | --- | --- | --- | --- | --- | --- |", flush=True)
    asked = [(size, options.threshold, ways) for size in options.sizes]
    asked += [(4000, threshold, [OURS, TRUTH]) for threshold in options.others if options.sizes]
    for size, threshold, compared in sorted(asked, key=lambda each: each[0]):  # the long ones last
        texts = make_texts(size)
        sure = size <= options.truth_up_to and TRUTH in compared
        standard = TRUTH if sure else OURS
        truth: Found = set()
        for way in sorted(compared, key=lambda way: way != standard):
            if (way == TRUTH and not sure) or (way in LESSER and size > options.peers_up_to):
                continue
            result = in_its_own_process(run, way, texts, threshold)
            truth = truth or result.found
            print(table_row(result, truth, sure=sure), flush=True)
            runs += [result] if threshold == options.threshold else []
        if options.svg and runs:
            options.svg.write_text(plot(runs), encoding="utf-8")
    if ours_alone := [result for result in runs if result.way == OURS]:
        most = max(ours_alone, key=lambda result: result.size)
        text = bytes_of_the_texts(make_texts(most.size))
        beside = most.grown / most.size - text
        print(f"\nOurs at {most.size:,}: {beside:.0f} bytes a text beside the normalised text itself ({text:.0f}).")
    if options.index:
        print("\n| one new text against | median ms | p95 | of processors: median | p95 | every one | bytes a text |")
        print("| --- | --- | --- | --- | --- | --- | --- |", flush=True)
    for size in options.index:
        print(in_its_own_process(one_new_text, size, options.threshold), flush=True)
    for size in options.nine:
        found, seconds, busy = in_its_own_process(nine_kinds, size, options.threshold)
        print(f"\n{size:,} texts over nine kinds: {seconds:.1f} s ({busy:.1f} of processors), {found:,} pairs.")
        if 100_000 <= size < _MILLION:  # ten times the texts of a kind are a hundred times the pairs
            minutes = seconds * (_MILLION / size) ** 2 / 60
            print(f"Reckoned from that, not run: {_MILLION:,} would take {minutes:.0f} minutes (--nine {_MILLION}).")


if __name__ == "__main__":
    main()
