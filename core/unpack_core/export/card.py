"""The card of a data set: `README.md` with the configs that `datasets` reads, and numbers that a reader can trust.

Every number is counted from the rows that were written or the database they came from; what is missing is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from unpack_core.duplicates import to_compare, unsettled
from unpack_core.export.rows import Rows
from unpack_core.joins import LAYERS, WRITTEN
from unpack_core.plain import one_line
from unpack_core.spending import spent
from unpack_core.words import count

Feature = Mapping[str, object]


def _text(name: str) -> Feature:
    return {"name": name, "dtype": "string"}


def _listed(name: str, *fields: Feature) -> Feature:
    return {"name": name, "list": list(fields)}


_MESSAGE = (_text("role"), _text("content"))
_MADE = (
    _text("model"), _text("instruction"), _text("recipe"), _text("effort"), {"name": "input_tokens", "dtype": "int64"},
    {"name": "output_tokens", "dtype": "int64"}, {"name": "cost_usd", "dtype": "float64"}, _text("created_at"),
)  # fmt: skip
_VERSION = (
    _text("text"), _text("origin"), *_MADE, {"name": "parent", "dtype": "int64"}, _text("lost"), _text("reason"),
)  # fmt: skip
_LAYER = (
    _text("kind"), _text("text"), _text("status"), {"name": "tags", "list": "string"},
    {"name": "flagged", "dtype": "bool"}, _text("origin"), *_MADE, _text("reason"), _listed("versions", *_VERSION),
    {"name": "head", "dtype": "int64"},
)  # fmt: skip
FEATURES: dict[str, tuple[Feature, ...]] = {
    "chat": (_text("id"), _listed("messages", *_MESSAGE)),
    "chat-per-layer": (_text("id"), _listed("messages", *_MESSAGE)),
    "prompt-completion": (_text("id"), _listed("prompt", *_MESSAGE), _listed("completion", *_MESSAGE)),
    "preference": (
        _text("id"), _listed("prompt", *_MESSAGE), _listed("chosen", *_MESSAGE), _listed("rejected", *_MESSAGE),
    ),
    "dialogue": (_text("id"), _listed("messages", *_MESSAGE, _text("reasoning_content"))),
    "pretrain": (
        _text("id"), _text("text"), _text("source"), _text("added"), _text("created"),
        {"name": "metadata", "struct": [_text("document"), _text("lang"), _text("kind")]},
    ),
    "alpaca": (_text("instruction"), _text("input"), _text("output")),
    "sharegpt": (_listed("conversations", _text("from"), _text("value")),),
    "layers": (
        _text("document"), {"name": "position", "dtype": "int64"}, _text("text"), _text("lang"),
        _listed("layers", *_LAYER), _text("title"), _text("place"), _text("added"),
        _listed("metadata", _text("name"), _text("value")), _text("removed_at"),
    ),
}  # fmt: skip
"""The types of each config's columns, in the words of a data set card."""

_DEFAULT = "chat"
_ACCEPTED_BY = (
    "(SELECT CASE WHEN e.action = 'add' THEN 'before they came in'"
    " WHEN EXISTS (SELECT 1 FROM event o WHERE o.step = e.step AND o.id <> e.id) THEN 'a step that decided several'"
    " ELSE 'a decision of their own' END FROM event e"
    " WHERE e.layer_id = l.id AND json_extract(e.after, '$.status') = 'accepted' ORDER BY e.id DESC LIMIT 1), count(*)"
)


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]


@dataclass(frozen=True, slots=True)
class Counts:
    """What the card tells of the database beside the rows."""

    tables: Sequence[Table]
    langs: Sequence[str]
    gaps: Sequence[str]


def counts(rows: Rows) -> Counts:
    """Count generators, kinds, tags and what is missing, over the layers that are exported and over all."""
    kinds = rows.store.rows(
        "SELECT kind, sum(status = 'accepted'), sum(status = 'rejected'), sum(status = 'pending') FROM layer"
        " GROUP BY kind ORDER BY count(*) DESC, kind"
    ).fetchall()
    writers = _over(
        rows,
        "g.model, count(*), sum(v.origin = 'edited'), sum(g.output_tokens), sum(g.cost_usd)",
        f" JOIN version g ON g.id = {WRITTEN}",
    )
    recipes = _over(rows, "g.recipe, count(*), sum(g.instruction <> '')", f" JOIN version g ON g.id = {WRITTEN}")
    tags = _over(rows, "t.name, count(*)", " JOIN layer_tag lt ON lt.layer_id = l.id JOIN tag t ON t.id = lt.tag_id")
    accepted = _over(rows, _ACCEPTED_BY, condition="l.status = 'accepted'")
    langs = [str(lang) for lang, _ in _over(rows, "p.lang, count(*)") if lang]
    layers = sum(number for _, number, *_ in writers)
    tables = [
        Table(
            "Layers by kind, in the whole database, and what the curator said of them",
            ("kind", "accepted", "rejected", "pending", "accepted of decided"),
            [(*row, _share(row[1], row[1] + row[2])) for row in kinds],
        ),
        Table("How the accepted layers of this data set were accepted", ("by", "layers"), accepted),
        Table(
            "Who wrote the layers of this data set",
            ("generator", "layers", "share", "then edited by hand", "output tokens", "cost, USD"),
            [
                (name or "not known", number, _share(number, layers), edited, _known(tokens), _known(cost))
                for name, number, edited, tokens, cost in writers
            ],
        ),
        Table("By which recipe", ("revision", "layers", "with an instruction of the curator's"),
              [(recipe or "not recorded", *numbers) for recipe, *numbers in recipes]),
        Table("Tags", ("tag", "layers"), tags),
    ]  # fmt: skip
    return Counts(tables, langs, list(_gaps(rows, kinds, writers)))


def _over(rows: Rows, columns: str, joins: str = "", condition: str = "1") -> list[tuple[Any, ...]]:
    """Count over the exported layers, grouped by the first column, the most frequent first."""
    exported, parameters = rows.layer_condition()
    return rows.store.rows(
        f"SELECT {columns} FROM {LAYERS}{joins} WHERE {exported} AND {condition} GROUP BY 1 ORDER BY 2 DESC, 1",
        parameters,
    ).fetchall()


def _gaps(rows: Rows, kinds: list[tuple[Any, ...]], writers: list[tuple[Any, ...]]) -> Iterator[str]:
    if unknown := to_compare(rows.store):
        yield f"{count(unknown, 'text')} of the database {_is(unknown)} not compared yet, and may have near-duplicates."
    if open_pairs := unsettled(rows.store, *rows.layer_condition()):
        yield f"{count(open_pairs, 'pair')} of near-duplicates among these layers {_is(open_pairs)} not settled."
    if pending := sum(row[3] for row in kinds):
        yield f"{count(pending, 'layer')} of the database {_is(pending)} pending: acceptance speaks of the others."
    if unknown := sum(number for name, number, *_ in writers if not name):
        yield f"Of {count(unknown, 'layer')} the generator is not known."
    if unpriced := sum(number for _, number, _, _, cost in writers if cost is None):
        yield f"The cost of {count(unpriced, 'layer')} is not known."
    bare = rows.store.one(
        "SELECT count(*) FROM paragraph p WHERE p.removed_at = '' AND NOT EXISTS"
        " (SELECT 1 FROM layer l WHERE l.paragraph_id = p.id AND l.status = 'accepted')"
    )[0]
    if bare:
        yield f"{count(bare, 'paragraph')} of the database {'has' if bare == 1 else 'have'} no accepted layer."
    cost = spent(rows.store)
    if cost:
        yield f"Generation cost {cost:.4f} USD in all, as far as prices were known, texts that were rejected included."


# --- the page --------------------------------------------------------------------------------------------------


def card(
    written: Mapping[str, Mapping[str, int]], found: Counts, said: Sequence[str], gaps: Sequence[str], licence: str
) -> str:
    """README.md of a data set whose configs have so many rows by split; `said` tells how it was made."""
    head = "\n".join(_head(written, found.langs, licence))
    return f"---\n{head}\n---\n\n" + "\n".join(_body(written, found, said, [*gaps, *found.gaps]))


def _head(written: Mapping[str, Mapping[str, int]], langs: Sequence[str], licence: str) -> Iterator[str]:
    """The front matter: YAML, of which JSON is a part."""
    yield f"license: {_json(licence)}"
    if langs:
        yield f"language: {_json(langs)}"
    yield f"task_categories: {_json(['text-generation'])}"
    yield f"tags: {_json(['annotation', 'unpacked-text'])}"
    yield "configs:"
    for name, splits in written.items():
        yield f"- config_name: {name}"
        if name == _DEFAULT:
            yield "  default: true"
        yield "  data_files:"
        for split in splits:
            yield f"  - split: {split}"
            yield f"    path: {name}/{split}.jsonl"
    yield "dataset_info:"
    for name in written:
        yield f"- config_name: {name}"
        yield f"  features: {_json(FEATURES[name])}"


def _body(
    written: Mapping[str, Mapping[str, int]], found: Counts, said: Sequence[str], gaps: Sequence[str]
) -> Iterator[str]:
    yield "# Unpacked texts"
    yield "\nParagraphs, and beside them layers of notes that lay open what they mean, curated with unpack-tui."
    splits = [(name, split, number) for name, numbers in written.items() for split, number in numbers.items()]
    yield from _table(Table("Rows", ("config", "split", "rows"), splits))
    for table in found.tables:
        if table.rows:
            yield from _table(table)
    yield "\n## How it was made\n"
    yield from (f"- {sentence}" for sentence in said)
    yield "\n## Gaps\n"
    yield from (f"- {sentence}" for sentence in gaps or ["None that we know of."])
    yield "\nTerms of generators differ on training with their output: the table above says who wrote how much."
    yield ""


def _table(table: Table) -> Iterator[str]:
    yield f"\n## {table.title}\n"
    yield f"| {' | '.join(table.columns)} |"
    yield f"|{' --- |' * len(table.columns)}"
    for row in table.rows:
        yield f"| {' | '.join(_cell(cell) for cell in row)} |"


def _cell(cell: object) -> str:
    """Text from sources and models is data: nothing in it ends a cell or begins markup."""
    if isinstance(cell, int):
        return f"{cell:,}"
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>|" else sign for sign in one_line(str(cell), 120))


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "–"


def _known(number: float | None) -> object:
    return "not known" if number is None else number if isinstance(number, int) else f"{number:.4f}"


def _is(number: int) -> str:
    return "is" if number == 1 else "are"
