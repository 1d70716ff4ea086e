"""What reading yields: paragraphs one by one, and what went wrong or was mended on the way."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from unpack_core.model import IncomingDocument, IncomingParagraph


@dataclass(frozen=True, slots=True)
class Arrival:
    """A paragraph with the document that it belongs to."""

    document: IncomingDocument
    paragraph: IncomingParagraph


@dataclass(frozen=True, slots=True)
class Trouble:
    """A line or a file that is left out, and why."""

    where: str
    line: int
    """From 1; 0 stands for the whole file."""
    reason: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that was done to a file on the way in, or is odd about it."""

    where: str
    message: str


@dataclass(frozen=True, slots=True)
class BatchResult:
    """A line of a Message Batches results file, not interpreted here."""

    where: str
    line: int
    custom_id: str
    result: dict[str, object]


class Holds(Enum):
    """What a source is made of."""

    DOCUMENT = "document"
    MESSAGES = "messages"
    """Documents of its own, named `uri#…`, and what stands between them."""
    RECORDS = "records"


@dataclass(frozen=True, slots=True)
class End:
    """A source was read to its end: of its whole documents, what did not come is not in it any more."""

    uri: str
    holds: Holds


Record = Arrival | Trouble | Notice | BatchResult | End
