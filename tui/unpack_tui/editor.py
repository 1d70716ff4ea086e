"""The curator's own editor: `$VISUAL`, else `$EDITOR`, on a file in a private folder."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from unpack_core.errors import UnpackError
from unpack_core.handoff import read_back, written

_RESCUED = ("layer.txt.save", "#layer.txt#")
"""What nano and Emacs write when the line drops."""
_SWAP = ".layer.txt.swp"
"""What vi improved leaves when the line drops and something is not saved; no other program reads it."""


class EditorError(UnpackError):
    """No editor, or one that did not end well; `saved` is the text that it had saved by then, if it had.

    `left` is the file that `vim -r` reads, where it holds what was not saved.
    """

    def __init__(self, message: str, saved: str = "", left: str = "") -> None:
        super().__init__(message)
        self.saved = saved
        self.left = left


def edit_elsewhere(text: str, source: str) -> str:
    """Hand a text to the editor and wait; returns what was saved above the cut line.

    It has the whole environment, as of git or crontab: a key that stands there may be for its own assistant, and who
    can read the editor's environment can read ours.
    Raises EditorError where there is no editor, or where it ends with an error, as `:cq` does in vi and any editor when
    the line drops: nothing changes.
    """
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not command:
        raise EditorError("No editor is named. Set EDITOR, as in: export EDITOR=nano.")
    left = ""
    try:
        folder = Path(mkdtemp(prefix="unpack-"))  # made for its owner alone
        try:
            path = folder / "layer.txt"
            path.touch(mode=0o600)
            path.write_text(written(text, source), encoding="utf-8", newline="\n")
            ended = _run(command, path)
            if ended and (folder / _SWAP).exists():
                left = str(path)
            saved = read_back(_newest(path).read_text(encoding="utf-8", errors="replace"))
        finally:
            if not left:
                rmtree(folder, ignore_errors=True)
    except OSError as error:  # no room for the text, or none of it left there
        said = f"No text came back from the editor: {error.strerror}. Nothing was changed."
        raise EditorError(said, left=left) from error
    unchanged = saved == text.rstrip("\n")
    if ended:
        said = f"The editor ended with an error ({ended}): nothing was changed."
        raise EditorError(said, "" if unchanged else saved, left)
    return text if unchanged else saved


def _newest(path: Path) -> Path:
    """What was saved last, by the curator or by an editor that was ended."""
    there = [path, *filter(Path.exists, map(path.with_name, _RESCUED))]
    return max(reversed(there), key=lambda one: one.stat().st_mtime_ns)


def _run(command: str, path: Path) -> int:
    """The editor's exit code."""
    try:
        return subprocess.run([*shlex.split(command), str(path)], check=False).returncode
    except (OSError, ValueError) as error:
        raise EditorError(f"The editor “{command}” cannot be started ({error}).") from error
