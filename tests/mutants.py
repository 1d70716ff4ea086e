"""Mutants of the modules that everything rests on, and which of them the tests let live.

    pip install -e '.[dev,mutants]'
    python -m tests.mutants                       every module named below, a sample of each, seed 1
    python -m tests.mutants notation --sample 0   every mutant of one of them, for as long as that takes

A mutant is the program with one change at one place: one of Cosmic Ray's (a comparison turned, a constant off by one, a
not too many) or one of a word of SQL, which much is said in here. Places are drawn with a fixed seed, one change for
each; what only changes annotations or docstrings is no mutant. Each runs the module's tests in a copy of the sources;
the survivors are printed as diffs, to be looked at.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from pathlib import Path
from queue import SimpleQueue
from random import Random
from time import perf_counter

ROOT = Path(__file__).parents[1]
EXPORT = [f"tests/core/test_export_{name}.py" for name in ("split", "mix", "folders", "written")]
GENERATE = [f"tests/generate/test_{name}" for name in (
    "ledger.py", "reparse.py", "aside.py", "generate.py", "elsewhere.py", "batches.py",
    "stopping.py::test_answers_that_come_when_the_file_was_replaced_are_in_what_is_rescued",
    "stopping.py::test_an_answer_that_was_stored_and_no_more_is_taken_before_anything_is_asked",
)]  # fmt: skip
STORE = ["tests/core/test_store.py", "--deselect=tests/core/test_store.py::TestCurating"]  # which takes the longest
FAULTS = ["tests/crash/test_faults.py", "-k=not disk"]
DOCTOR = [f"tests/crash/test_faults.py::test_{name}" for name in (
    "a_doctor_who_may_not_write_tells_a_sound_index_from_a_broken_one",
    "an_index_that_another_program_writes_is_not_called_broken",
)]  # fmt: skip
TESTS = {
    "events": [*(f"tests/core/test_{name}.py" for name in ("events", "review", "store", "duplicates")),
               "tests/test_export.py"],
    "notation": ["tests/core/test_notation.py"],
    "neardup": ["tests/core/test_neardup.py"],
    "findings": ["tests/core/test_findings.py", "tests/core/test_checks.py"],
    "export": ["tests/test_export.py", *EXPORT],
    "rescue+database": ["tests/core/test_rescue.py", *STORE, "tests/old", "tests/test_import.py", *FAULTS],
    "generate/ledger+generate/aside": GENERATE,
    "repair+doctor": ["tests/old/test_repair.py", "tests/core/test_recheck.py", *DOCTOR, *STORE],
    "intake": ["tests/test_import.py", "tests/test_records.py", "tests/core/test_changed_sources.py"],
}  # fmt: skip
"""Modules or packages of the core, and the tests that are to notice."""
_SQL = {
    " AND ": " OR ", " OR ": " AND ", "NOT ": "", "IS NULL": "IS NOT NULL", "IS NOT NULL": "IS NULL", " DESC": "",
    "DISTINCT ": "", "LEFT JOIN": "JOIN", "UNION ALL": "UNION", " <> ": " = ", "(max(": "(min(",
}  # fmt: skip
"""What a word of it is changed to."""
_WORDS = re.compile("|".join(rf"(?<!INSERT){re.escape(word)}" for word in _SQL))
_AT_MOST = 5
"""So many times as long as without a mutant the tests may take: one that loops for ever is killed."""


@dataclass(frozen=True)
class Mutant:
    path: Path
    """Below the root."""
    line: int
    operator: str
    code: str


class _Meaning(ast.NodeTransformer):
    """A tree without what does not change what happens: annotations and docstrings."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:  # the visitor's name
        node.returns = None
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:  # frozen and slots are what mypy holds
        for call in node.decorator_list:
            if isinstance(call, ast.Call):
                call.keywords = [word for word in call.keywords if word.arg not in ("frozen", "slots")]
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Name("any")
        return self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        return ast.Pass() if isinstance(node.value, ast.Constant) else self.generic_visit(node)


def meaning(code: str) -> str | None:
    """What is left of it; None where it is no program."""
    try:
        return ast.dump(_Meaning().visit(ast.parse(code)))
    except SyntaxError:
        return None


def mutants(path: Path, lots: Random) -> Iterator[Mutant]:
    """One for each place that can be changed, in a drawn order."""
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator, operator_names

    code = (ROOT / path).read_text(encoding="utf-8")
    same = meaning(code)
    places: defaultdict[tuple[int, int], list[tuple[str, Callable[[], str | None]]]] = defaultdict(list)
    nodes = list(ast_nodes(get_ast(code)))
    for name in sorted(operator_names()):
        if name.startswith("core/Variable"):  # these want to be told what to change
            continue
        operator = get_operator(name)()
        found = [start for node in nodes for start, _ in operator.mutation_positions(node)]
        for occurrence, start in enumerate(found):
            places[start].append((name.removeprefix("core/"), partial(mutate_code, code, operator, occurrence)))
    for word in _WORDS.finditer(code):
        before, after = code[: word.start()], code[word.end() :]
        place = before.count("\n") + 1, len(before) - before.rfind("\n") - 1
        places[place].append(("SQL", partial("".join, (before, _SQL[word[0]], after))))
    for start in lots.sample(sorted(places), len(places)):
        for name, change in lots.sample(places[start], len(places[start])):
            try:
                changed = change()
            except AttributeError:  # Cosmic Ray's own: it knows no dotted name of an exception
                continue
            if changed and meaning(changed) not in (same, None):
                yield Mutant(path, start[0], name, changed)
                break


def sample(module: str, size: int, seed: int) -> list[Mutant]:
    """Mutants of a module, or of the files of a package or of some modules in turn; all of them where the size is 0."""
    base = ROOT / "core/unpack_core"
    files = sorted((base / module).glob("*.py")) or [base / f"{name}.py" for name in module.split("+")]
    lots = Random(seed)
    streams = [mutants(file.relative_to(ROOT), lots) for file in files]
    lots.shuffle(streams)
    drawn: list[Mutant] = []
    while streams and (not size or len(drawn) < size):
        for stream in list(streams):
            one = next(stream, None)
            if one is None:
                streams.remove(stream)
            elif not size or len(drawn) < size:
                drawn.append(one)
    return drawn


def passes(tree: Path, tests: list[str], seconds: float | None = None) -> bool:
    alone = ["-x", "-n", "0", "-p", "no:cacheprovider", "--hypothesis-profile", "first fault"]
    command = [sys.executable, "-m", "pytest", *alone, *tests]
    environment = os.environ | {"PYTHONPATH": f"{tree}/core:{tree}/tui:{tree}"}
    try:
        done = subprocess.run(
            command, cwd=tree, env=environment, capture_output=True, check=False, timeout=seconds,
            start_new_session=True,  # a test of ctrl+c means its own group, and this would be in it
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def lives(mutant: Mutant, tree: Path, tests: list[str], seconds: float) -> bool:
    """Whether the tests pass in a copy of the sources with this mutant in it."""
    place = tree / mutant.path
    whole = place.read_text(encoding="utf-8")
    place.write_text(mutant.code, encoding="utf-8")
    try:
        return passes(tree, tests, seconds)
    finally:
        place.write_text(whole, encoding="utf-8")


def difference(mutant: Mutant) -> str:
    was = (ROOT / mutant.path).read_text(encoding="utf-8").splitlines()
    lines = difflib.unified_diff(was, mutant.code.splitlines(), str(mutant.path), mutant.operator, n=1, lineterm="")
    return "\n".join(lines)


def main() -> None:
    said = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    said.add_argument("modules", nargs="*", metavar="|".join(TESTS), default=list(TESTS))
    said.add_argument("--sample", type=int, default=40, help="mutants of each module, 0 for all")
    said.add_argument("--seed", type=int, default=1)
    said.add_argument("--jobs", type=int, default=2)
    options = said.parse_args()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(options.jobs) as pool:
        trees: SimpleQueue[Path] = SimpleQueue()
        for n in range(options.jobs):
            tree = Path(folder) / str(n)
            for name in ("core", "tui", "tests", "sample_corpus"):
                shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
            shutil.copy(ROOT / "pyproject.toml", tree)
            trees.put(tree)

        def survives(mutant: Mutant, tests: list[str], seconds: float) -> bool:
            tree = trees.get()
            try:
                return lives(mutant, tree, tests, seconds)
            finally:
                trees.put(tree)

        for module in options.modules:
            began = perf_counter()
            assert passes(tree, TESTS[module]), f"the tests of {module} fail without a mutant"
            seconds = _AT_MOST * (perf_counter() - began)
            drawn = sample(module, options.sample, options.seed)
            alive = 0
            outcomes = pool.map(survives, drawn, repeat(TESTS[module]), repeat(seconds))
            for mutant, living in zip(drawn, outcomes, strict=True):
                if living:
                    alive += 1
                    print(difference(mutant), end="\n\n", flush=True)
            print(f"{module}: {len(drawn) - alive} of {len(drawn)} mutants killed, {alive} survive", flush=True)


if __name__ == "__main__":
    main()
