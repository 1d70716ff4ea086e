"""While one types a filter: what each stretch of it is, and the words that could stand at the cursor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from unpack_core.database import DatabaseFile
from unpack_core.errors import FilterError
from unpack_core.filter.fields import FIELDS, Field, faults, field_of
from unpack_core.filter.terms import Term, Word, quote, read

_DOCUMENTS = 2000


class Role(StrEnum):
    """What a stretch of an expression is, for its colour."""

    NOT = "not"
    FIELD = "field"
    VALUE = "value"
    TEXT = "text"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Token:
    role: Role
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Completion:
    """`text` would replace `expression[start:end]`."""

    text: str
    start: int
    end: int
    meaning: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The values in use, each with what it is: by the name of the field."""

    words: Mapping[str, Mapping[str, str]]


def tokens(expression: str) -> list[Token]:
    """The stretches of an expression that have a colour, in order; blanks and commas have none."""
    return [token for term in read(expression) for token in _tokens(term)]


def mistakes(expression: str) -> list[FilterError]:
    """What is wrong with an expression, in order; each says where it stands and what would be right."""
    return [fault for term in read(expression) for fault in faults(term)]


def vocabulary(store: DatabaseFile, kinds: Mapping[str, str] | None = None) -> Vocabulary:
    """The values that are in use in a database, read from indices alone; of documents, those that came last.

    `kinds` are those of the recipe with their titles, which come first.
    """
    used = {kind: "" for (kind,) in store.rows("SELECT DISTINCT kind FROM layer") if not kinds or kind not in kinds}
    batches: dict[str, str] = {}
    models: dict[str, str] = {}
    for batch_id, source, at in store.rows("SELECT id, source, created_at FROM batch ORDER BY id DESC").fetchall():
        batches[str(batch_id)] = f"{source}, {at[:10]}"
        models |= dict.fromkeys(_distinct(store, "version", "model", "batch_id = ?", batch_id), "")
    models |= dict.fromkeys(_distinct(store, "version", "model", "batch_id IS NULL"), "")
    documents = store.rows("SELECT name, title FROM document ORDER BY id DESC LIMIT ?", (_DOCUMENTS,))
    return Vocabulary(
        {
            "kind": {**(kinds or {}), **used},
            "tag": {name: "" for (name,) in store.rows("SELECT name FROM tag ORDER BY id")},
            "document": dict(documents.fetchall()),
            "lang": dict.fromkeys(filter(None, _distinct(store, "paragraph", "lang")), ""),
            "model": {model: "" for model in models if model},
            "batch": batches,
        }
    )


def complete(expression: str, cursor: int, known: Vocabulary) -> list[Completion]:
    """What could stand at the cursor, the likeliest first: values after a colon, else fields and values in use."""
    before = expression[:cursor]
    term = next((term for term in reversed(read(before)) if term.end == cursor), None)
    if term is None or (term.field is None and _ended(term.values[0])):
        return list(_words("", cursor, cursor, known))
    word = term.values[-1]
    if _ended(word):
        return []
    if term.field is None and word.text == "-":
        return list(_words("", cursor, cursor, known))
    if term.field is None:
        return [] if word.quoted else list(_words(word.text, word.start, cursor, known))
    asked = field_of(term)
    taken = {value.text for value in term.values[:-1]}
    values = _beginning(word.text, _values(asked, known)) if asked else {}
    return [
        Completion(quote(value), word.start, cursor, meaning) for value, meaning in values.items() if value not in taken
    ]


def _words(typed: str, start: int, end: int, known: Vocabulary) -> Iterator[Completion]:
    """Fields that begin so, then any value that does."""
    fields = {name: f"{one.meaning}, as in {one.example}" for name, one in FIELDS.items()}
    for name, meaning in fields.items():
        if name.startswith(typed.lower()):
            yield Completion(f"{name}:", start, end, meaning)
    if len(typed) < 2:
        return
    for name, one in FIELDS.items():
        for value, meaning in _values(one, known).items():
            if value.lower().startswith(typed.lower()) and value not in ("any", "yes", "no"):
                yield Completion(f"{name}:{quote(value)}", start, end, meaning or one.meaning)


def _values(asked: Field, known: Vocabulary) -> Mapping[str, str]:
    return asked.choices or known.words.get(asked.name, {})


def _beginning(typed: str, words: Mapping[str, str]) -> dict[str, str]:
    """Those that begin with what was typed, then those that have it inside."""
    typed = typed.lower()
    found = {word: meaning for word, meaning in words.items() if typed in word.lower()}
    return dict(sorted(found.items(), key=lambda item: not item[0].lower().startswith(typed)))


def _ended(word: Word) -> bool:
    return word.quoted and word.closed


def _tokens(term: Term) -> Iterator[Token]:
    if term.negated:
        yield Token(Role.NOT, term.start, term.start + 1)
    wrong = {(fault.start, fault.end) for fault in faults(term)}
    if term.field:
        span = term.field.start, term.field.end
        yield Token(Role.WRONG if span in wrong or (term.start, term.values[0].end) in wrong else Role.FIELD, *span)
    asked = field_of(term)
    for value in term.values:
        if value.start == value.end:
            continue
        role = Role.TEXT if asked and asked.name in ("text", "source") else Role.VALUE
        yield Token(Role.WRONG if (value.start, value.end) in wrong else role, value.start, value.end)


def _distinct(store: DatabaseFile, table: str, column: str, where: str = "1", *parameters: object) -> list[str]:
    """The distinct values of an indexed column, going from one to the next instead of through all the rows."""
    found = store.rows(
        f"WITH RECURSIVE word(w) AS (SELECT min({column}) FROM {table} WHERE {where} UNION ALL"
        f" SELECT (SELECT min({column}) FROM {table} WHERE {where} AND {column} > w) FROM word WHERE w IS NOT NULL)"
        " SELECT w FROM word WHERE w IS NOT NULL",
        (*parameters, *parameters),
    )
    return [word for (word,) in found]
