"""What a filter can ask for: one table, from which the checks, the SQL, the completion and the help all come.

A condition speaks of the aliases l (layer), p (paragraph), d (document) and v (the version that the layer shows). What
was typed reaches SQL only as parameters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from unpack_core.errors import FilterError
from unpack_core.filter.terms import Term, Word
from unpack_core.findings import NAMES
from unpack_core.joins import LINE
from unpack_core.likeness import PAIRS, STATE, THRESHOLD
from unpack_core.model import Origin
from unpack_core.search import fold, matching

Sql = tuple[str, list[object]]
Condition = Callable[[Sequence[Word]], Sql]


@dataclass(frozen=True, slots=True)
class Field:
    """A word that may stand before the colon."""

    name: str
    meaning: str
    example: str
    condition: Condition
    choices: Mapping[str, str] = field(default_factory=dict)
    """All the values there are, with their meanings; empty where any will do."""
    of_source: Condition | None = None
    """The same asked of a paragraph that has no layers; None where only a layer can answer."""
    number: bool = False


# --- conditions ------------------------------------------------------------------------------------------------


def _any(*conditions: Sql) -> Sql:
    return "(" + " OR ".join(sql for sql, _ in conditions) + ")", [one for _, found in conditions for one in found]


def _among(column: str, values: Iterable[Word], *, change: Callable[[str], str] = str) -> Sql:
    """The column is one of the values; `*` in an unquoted one stands for anything."""
    exact = [change(value.text) for value in values if not value.pattern]
    globs = [change(value.text) for value in values if value.pattern]
    conditions: list[Sql] = [(f"{column} GLOB ?", [_glob(text)]) for text in globs]
    if exact:
        conditions.append((f"{column} IN ({', '.join('?' * len(exact))})", list(exact)))
    return _any(*conditions)


def _glob(text: str) -> str:
    return text.replace("[", "[[]").replace("?", "[?]")


def _column(column: str, change: Callable[[str], str] = str) -> Condition:
    return lambda values: _among(column, values, change=change)


def _number(column: str) -> Condition:
    return lambda values: (f"{column} IN ({', '.join('?' * len(values))})", [int(value.text) for value in values])


def _within(sql: str, condition: Condition) -> Condition:
    """A condition inside a query, at its `%s`."""

    def compiled(values: Sequence[Word]) -> Sql:
        inner, parameters = condition(values)
        return sql.replace("%s", inner), parameters

    return compiled


def _written(condition: Condition, inherited: Condition) -> Condition:
    """Asked of the version that is shown or, where the curator edited it, of what it was edited from."""

    def compiled(values: Sequence[Word]) -> Sql:
        before, parameters = inherited(values)
        line = f"(v.origin = 'edited' AND EXISTS ({LINE} SELECT 1 FROM line WHERE {before}))"
        return _any(condition(values), (line, parameters))

    return compiled


def _yes(sql: str) -> Condition:
    return _choices({"yes": sql, "no": f"NOT ({sql})"})


def _choices(conditions: Mapping[str, str]) -> Condition:
    return lambda values: _any(*((conditions[choice], []) for value in values for choice in _chosen(value, conditions)))


def _chosen(value: Word, choices: Iterable[str]) -> list[str]:
    """The choices that a value stands for: itself, or those that its `*` fits."""
    if not value.pattern:
        return [choice for choice in choices if choice == value.text]
    shape = re.compile(".*".join(map(re.escape, value.text.split("*"))))
    return [choice for choice in choices if shape.fullmatch(choice)]


def _text(values: Sequence[Word]) -> Sql:
    found: list[Sql] = []
    for value in values:
        sources, source_parameters = matching("paragraph", _letters(value))
        versions, version_parameters = matching("version", _letters(value))
        sql = (
            f"l.id IN (SELECT id FROM layer WHERE head_id IN ({versions})"
            f" UNION ALL SELECT id FROM layer WHERE paragraph_id IN ({sources}))"
        )
        found.append((sql, [*version_parameters, *source_parameters]))
    return _any(*found)


def _source(values: Sequence[Word]) -> Sql:
    found = (matching("paragraph", _letters(value)) for value in values)
    return _any(*((f"p.id IN ({sql})", parameters) for sql, parameters in found))


def _letters(value: Word) -> str:
    """Letters are found inside words anyway: a `*` at the ends of a bare word says nothing more."""
    return value.text.strip("*") if value.pattern else value.text


def _document(values: Sequence[Word]) -> Sql:
    columns = [_among(f"folded({column})", values, change=fold) for column in ("uri", "name", "title")]
    sql, parameters = _any(*columns)
    return f"p.document_id IN (SELECT id FROM document WHERE {sql})", parameters


def _finding(values: Sequence[Word]) -> Sql:
    if any(value.text == "any" for value in values):
        return "EXISTS (SELECT 1 FROM finding WHERE version_id = l.head_id)", []
    sql, parameters = _among("name", values)
    return f"l.head_id IN (SELECT version_id FROM finding WHERE {sql})", parameters


def _duplicate(settled: str) -> str:
    """Layers whose head resembles another layer's head, and whether that pair is settled."""
    pairs = f"SELECT {{side}}.id FROM {PAIRS} WHERE r.score >= {THRESHOLD}{settled}"
    return f"l.id IN ({pairs.format(side='a')} UNION ALL {pairs.format(side='b')})"


def _rechecked(sign: str) -> str:
    """Layers whose text was asked about again, and how the answer stands to the decision in force."""
    return (
        "(l.status <> 'pending' AND l.id IN (SELECT layer_id FROM recheck WHERE version_id = l.head_id"
        f" AND second IS NOT NULL AND second {sign} l.status))"
    )


_LANGUAGE = _column("lower(p.lang)", str.lower)
_CHANGED = "EXISTS (SELECT 1 FROM paragraph_revision r WHERE r.paragraph_id = p.id)"
_CHANGED_SINCE = (
    "EXISTS (SELECT 1 FROM paragraph_revision r WHERE r.paragraph_id = p.id AND r.replaced_at > v.created_at)"
)


# --- the table -------------------------------------------------------------------------------------------------

_YES_NO = {"yes": "it is so", "no": "it is not so"}
_FINDINGS = {"any": "any fault"} | {name: check.meaning for name, check in NAMES.items()}
_STATUSES = {"pending": "not decided yet", "accepted": "kept for training", "rejected": "dropped"}
_ORIGINS = {
    Origin.GENERATED.value: "made by a model",
    Origin.REGENERATED.value: "made again by a model",
    Origin.EDITED.value: "written by the curator",
    Origin.IMPORTED.value: "came in with a file",
    Origin.OFFLINE.value: "drafted by rules, without a model",
}

FIELDS: Mapping[str, Field] = {
    one.name: one
    for one in (
        Field("kind", "the kind of layer", "kind:analogy,paradox", _column("l.kind")),
        Field("status", "what was decided", "status:pending", _column("l.status"), _STATUSES),
        Field(
            "tag",
            "a tag it carries; tag:* is any",
            "tag:weak -tag:keep",
            _within(
                "l.id IN (SELECT layer_id FROM layer_tag JOIN tag ON tag.id = tag_id WHERE %s)", _column("tag.name")
            ),
        ),
        Field("flagged", "whether it is flagged", "flagged:yes", _yes("l.flagged"), _YES_NO),
        Field("finding", "a fault found in it; any is any", "finding:quote-not-found", _finding, _FINDINGS),
        Field(
            "dup",
            "whether it resembles another layer, and whether that was settled",
            "dup:open",
            _choices(
                {
                    "open": _duplicate(f" AND ({STATE}) = 'open'"),
                    "settled": _duplicate(f" AND ({STATE}) <> 'open'"),
                    "any": _duplicate(""),
                }
            ),
            {"open": "a near-duplicate to settle", "settled": "one that was settled", "any": "either"},
        ),
        Field(
            "text",
            "letters in the source or in the layer, as is a bare word",
            'text:"amoral justice"',
            _text,
            of_source=_source,
        ),
        Field("source", "letters in the source alone", "source:justice", _source, of_source=_source),
        Field(
            "document",
            "the file it comes from: its name, path or title",
            "document:justice*",
            _document,
            of_source=_document,
        ),
        Field(
            "lang",
            "the language of the source",
            "lang:ru",
            _LANGUAGE,
            of_source=_LANGUAGE,
        ),
        Field(
            "model",
            "the model that wrote it, edited since or not",
            "model:claude-*",
            _written(_column("v.model"), _column("line.model")),
        ),
        Field(
            "batch",
            "the number of the batch it came in",
            "batch:3",
            _written(_number("v.batch_id"), _number("line.batch_id")),
            number=True,
        ),
        Field("origin", "how the text it shows came to be", "origin:imported", _column("v.origin"), _ORIGINS),
        Field(
            "edited", "whether the curator wrote the text it shows", "edited:yes", _yes("v.origin = 'edited'"), _YES_NO
        ),
        Field(
            "recheck",
            "whether the curator, asked again, said the same",
            "recheck:differs",
            _choices({"differs": _rechecked("<>"), "same": _rechecked("=")}),
            {"differs": "the second answer is not what is in force", "same": "it is"},
        ),
        Field(
            "paragraph",
            "what became of it in its source",
            "paragraph:removed",
            _choices({"there": "p.removed_at = ''", "removed": "p.removed_at <> ''", "changed": _CHANGED_SINCE}),
            {
                "there": "its source has it",
                "removed": "its source has it no more",
                "changed": "its words were changed after the layer was written",
            },
            of_source=_choices({"there": "p.removed_at = ''", "removed": "p.removed_at <> ''", "changed": _CHANGED}),
        ),
        Field("layer", "the number of a layer", "layer:17", _number("l.id"), number=True),
    )
}
_ALIASES = {"flag": "flagged", "doc": "document"}
_EVERYWHERE = FIELDS["text"]


def field_of(term: Term) -> Field | None:
    """The field that a term asks; that of texts for a bare word, None where there is none of that name."""
    if term.field is None:
        return _EVERYWHERE
    name = term.field.text.lower()
    return FIELDS.get(_ALIASES.get(name, name))


# --- faults ----------------------------------------------------------------------------------------------------


def faults(term: Term) -> Iterator[FilterError]:
    """What is wrong with a term, each where it stands, with the words that would be right."""
    asked = field_of(term)
    if asked is None:
        assert term.field is not None
        said = term.field
        advice = _near(said.text, FIELDS) or f"Fields are {_listed(FIELDS)}; put a text in quotation marks."
        yield FilterError(f"There is no field “{said.text}”. {advice}", said.start, said.end)
        return
    for value in term.values:
        problem = _problem(asked, value)
        if problem:
            yield FilterError(problem, value.start if value.end > value.start else term.start, value.end)


def _problem(asked: Field, value: Word) -> str:
    if not value.closed:
        return "The quotation mark is not closed."
    if asked.choices:
        if _chosen(value, asked.choices):
            return ""
        choices = _listed(asked.choices)
        if not value.text:
            return f"{asked.name}: wants a value: {choices}."
        advice = _near(value.text, asked.choices) or f"It is {choices}."
        return f"“{value.text}” is not a value of {asked.name}. {advice}"
    if asked.number and not (value.text.isascii() and value.text.isdigit() and len(value.text) < 19):
        return f"{asked.name}: wants a number, as in {asked.example}."
    if not value.text and not value.quoted:
        return f"{asked.name}: wants a value, as in {asked.example}."
    return ""


def _near(word: str, words: Iterable[str]) -> str:
    from rapidfuzz import fuzz, process  # only a mistake needs it

    found = process.extract(word.lower(), list(words), scorer=fuzz.ratio, score_cutoff=60, limit=2)
    near = [right for right, _, _ in found]
    return f"Did you mean {' or '.join(near)}?" if near else ""


def _listed(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}"
