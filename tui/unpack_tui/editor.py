"""The curator's own editor: `$VISUAL`, else `$EDITOR`, on a file in a private folder."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from unpack_core.errors import UnpackError
from unpack_core.handoff import read_back, written

_RESCUED = "layer.txt.save"
"""What nano writes when the line drops."""


class EditorError(UnpackError):
    """No editor, or one that did not end well; `saved` is the text that it had saved by then, if it had."""

    def __init__(self, message: str, saved: str = "") -> None:
        super().__init__(message)
        self.saved = saved


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
    try:
        with TemporaryDirectory(prefix="unpack-") as folder:  # made for its owner alone
            path = Path(folder) / "layer.txt"
            path.touch(mode=0o600)
            path.write_text(written(text, source), encoding="utf-8", newline="\n")
            ended = _run(command, path)
            saved = read_back(_newest(path).read_text(encoding="utf-8", errors="replace"))
    except OSError as error:  # no room for the text, or none of it left there
        raise EditorError(f"No text came back from the editor: {error.strerror}. Nothing was changed.") from error
    unchanged = saved == text.rstrip("\n")
    if ended:
        raise EditorError(f"The editor ended with an error ({ended}): nothing was changed.", "" if unchanged else saved)
    return text if unchanged else saved


def _newest(path: Path) -> Path:
    rescued = path.with_name(_RESCUED)
    return rescued if rescued.exists() and rescued.stat().st_mtime_ns >= path.stat().st_mtime_ns else path


def _run(command: str, path: Path) -> int:
    """The editor's exit code."""
    try:
        return subprocess.run([*shlex.split(command), str(path)], check=False).returncode
    except (OSError, ValueError) as error:
        raise EditorError(f"The editor “{command}” cannot be started ({error}).") from error
