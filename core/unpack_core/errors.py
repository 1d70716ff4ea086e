"""What the user can mend: every error here is one sentence that says what, where and what to do."""

from __future__ import annotations

from pathlib import Path


class UnpackError(Exception):
    """The message is shown to the person as it stands; the command line exits with 1."""


class CorpusError(UnpackError):
    """A file that cannot be read as text, or holds none."""


class StoreError(UnpackError):
    """A database that is missing, newer than the program, locked or not ours."""


class BusyError(StoreError):
    """A database that another program writes at the moment: it passes."""


class DamagedError(StoreError):
    """A database that has come to harm; `reason` says what kind."""

    def __init__(self, path: Path, reason: str, advice: str) -> None:
        super().__init__(f"{path} is damaged{reason}. {advice}")
        self.reason = reason


class AsideError(StoreError):
    """A database that did not take an answer, which is in a file beside it."""


class FullError(StoreError):
    """A database for which the disk has no room: it passes, if somebody makes some."""


class StaleError(UnpackError):
    """What was decided on is not what is there now."""


class RecipeError(UnpackError):
    """A recipe that does not hold together."""


class FilterError(UnpackError):
    """A filter with a word that means nothing; `start` and `end` say where it stands in the expression."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.start = start
        self.end = end


class GenerationError(UnpackError):
    """The endpoint said no, and asking again would not help."""


class ExportError(UnpackError):
    """An export that cannot be written as asked."""
