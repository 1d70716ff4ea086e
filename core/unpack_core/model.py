"""The nouns: documents, paragraphs, layers, versions, and the enums of what can be said about them.

Values are frozen. Identifiers are the row ids of the database. Times are UTC, ISO 8601, to the millisecond.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Status(StrEnum):
    """What the curator has said of a layer."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Origin(StrEnum):
    """How the text of a version came to be."""

    GENERATED = "generated"
    REGENERATED = "regenerated"
    EDITED = "edited"
    IMPORTED = "imported"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text in code points, end exclusive: `text[start:end]`."""

    start: int
    end: int


# --- what comes in ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IncomingVersion:
    """A text of a layer's past, as an export of another database brings it."""

    text: str
    origin: Origin
    model: str = ""
    instruction: str = ""
    recipe: str = ""
    effort: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: float | None = None
    created_at: str = ""
    parent: int = 0
    """Which of the versions before it it was made from, counted from 1; 0 for none."""
    lost: str = ""
    """How it lost against another: `rejected`, `edited`, `regenerated`, `replaced`; "" where it did not."""
    reason: str = ""
    """What was said of that."""


@dataclass(frozen=True, slots=True)
class IncomingLayer:
    """A layer as a file or a model brings it, not yet stored."""

    kind: str
    text: str
    status: Status = Status.PENDING
    tags: tuple[str, ...] = ()
    flagged: bool = False
    origin: Origin = Origin.IMPORTED
    model: str = ""
    instruction: str = ""
    recipe: str = ""
    """Hash of the recipe's revision that made it."""
    effort: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_usd: float | None = None
    created_at: str = ""
    """"" stands for now."""
    request_id: int | None = None
    """Whose answer brought it, where the program asked for it itself."""
    reason: str = ""
    """Why it was rejected, where that was noted."""
    versions: tuple[IncomingVersion, ...] = ()
    """All its versions, oldest first, where it has a past; they tell what made its text, the fields above do not."""
    head: int = 0
    """Which of the versions is its text, counted from 1."""


UNPLACED = -1
"""The position of a paragraph whose line names its document and not its place there."""
LAST_POSITION = 2**31 - 1
"""The greatest position that there is; what comes behind it stands there too."""


@dataclass(frozen=True, slots=True)
class IncomingParagraph:
    """A paragraph as a file brings it."""

    text: str
    position: int
    """0-based, within the document, or `UNPLACED`: then it is the one that has the text, else it comes last."""
    lang: str = ""
    """ISO 639-1 code, "" where it is not known."""
    place: str = ""
    """The headings it stands under, outermost first, joined by ` › `."""
    layers: tuple[IncomingLayer, ...] = ()
    removed_at: str = ""
    """When its source was found to have it no more; "" where it has."""


@dataclass(frozen=True, slots=True)
class IncomingDocument:
    """A document's head; its paragraphs follow it in a stream."""

    uri: str
    title: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    whole: bool = False
    """Whether all its paragraphs come, in one stretch: those that do not come are not in the source any more."""
    record: bool = False
    """Whether it is one record of a file, named by its id: another text under that name is the record, changed."""
    added: str = ""
    """When it first came in; "" stands for now."""


# --- what is stored --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Document:
    id: int
    uri: str
    title: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    id: int
    document_id: int
    position: int
    """0-based, within the document."""
    text: str
    lang: str
    place: str
    removed_at: str
    """When its source was found to have it no more; "" where it has."""
    changed_at: str
    """When its source was last found to have another text in its place; "" where it never was."""


@dataclass(frozen=True, slots=True)
class Version:
    """One immutable text of a layer and where it came from."""

    id: int
    layer_id: int
    parent_id: int | None
    origin: Origin
    text: str
    model: str
    batch_id: int | None
    instruction: str
    recipe: str
    effort: str
    input_tokens: int | None
    output_tokens: int | None
    cost_usd: float | None
    created_at: str


@dataclass(frozen=True, slots=True)
class Layer:
    """The unit that is decided on, with its head: what it shows now."""

    id: int
    paragraph_id: int
    kind: str
    status: Status
    flagged: bool
    tags: tuple[str, ...]
    """Sorted."""
    head: Version
    versions: int
    """How many versions it has."""
    number: int
    """Which of them it shows, counted from 1."""
