"""Chat logs in Markdown callouts: a message is a callout that names its speaker and its date.

    >[!user] **Anna** - 2025-03-01 10:12
    > What she says, in *Markdown*.
    <!-- UID: 5f2c -->

The UID may stand in the callout, under it or over it: over it where one comes before the first message.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from unpack_core.corpus.markdown import Headings

_HEAD = re.compile(r">\s*\[!(?P<callout>[\w-]+)\][+-]?\s+\*\*(?P<speaker>.+?)\*\*\s*[-–—]\s*(?P<date>\S.*?)\s*\Z")
_UID = re.compile(r"<!--\s*UID:\s*(.*?)\s*-->")
_MARK = re.compile(r">[ \t]?")
_HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t#]*\Z")


@dataclass(slots=True)
class Message:
    speaker: str
    date: str
    """As it is written."""
    callout: str
    place: str
    uid: str = ""
    body: list[str] = field(default_factory=list)
    """Lines of Markdown."""

    @property
    def name(self) -> str:
        """What tells it from the others of its log, edited or not: the UID, else who spoke when."""
        if self.uid:
            return self.uid
        return hashlib.blake2b(f"{self.speaker}\n{self.date}".encode(), digest_size=6).hexdigest()

    @property
    def metadata(self) -> dict[str, str]:
        found = {"speaker": self.speaker, "date": self.date, "uid": self.uid, "callout": self.callout}
        return {name: value for name, value in found.items() if value}


def is_chat(lines: Iterable[str]) -> bool:
    """Whether there is a message among the lines."""
    return any(line.startswith(">") and _HEAD.match(line) for line in lines)


def messages(lines: Iterable[str], rest: list[str]) -> Iterator[Message]:
    """The messages of a log, in order; lines that belong to none are added to `rest`."""
    message: Message | None = None
    open_ = over = False  # whether the callout goes on; whether UIDs stand over their messages
    coming = ""
    headings = Headings()
    for line in lines:
        head = _HEAD.match(line) if line.startswith(">") else None
        if head:
            if message:
                yield message
            message = Message(head["speaker"], head["date"], head["callout"], headings.place, coming)
            open_, coming = True, ""
            continue
        uid = _UID.search(line)
        if uid and not line.startswith(">"):
            over = over or message is None
            if over:
                coming = uid[1]
            elif message and not message.uid:
                message.uid = uid[1]
            open_ = False
        elif message and open_ and (line.startswith(">") or (line.strip() and _goes_on(message, line))):
            if uid:
                message.uid = message.uid or uid[1]
                line = _UID.sub("", line)
            message.body.append(_MARK.sub("", line, count=1))
        else:
            open_ = False
            heading = _HEADING.match(line)
            if heading:
                headings.enter(len(heading[1]), heading[2])
            rest.append(line)
    if message:
        yield message


def _goes_on(message: Message, line: str) -> bool:
    """Whether a line without its mark is the rest of a paragraph, as CommonMark has it."""
    return bool(message.body and message.body[-1].strip()) and not line.startswith(("#", "```", "~~~", "<", "---"))
