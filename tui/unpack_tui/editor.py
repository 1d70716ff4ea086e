"""The curator's own editor: `$VISUAL`, else `$EDITOR`, on a file in a private folder."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from unpack_core.errors import UnpackError
from unpack_core.handoff import read_back, written


class EditorError(UnpackError):
    """No editor, or one that did not end well."""


def edit_elsewhere(text: str, source: str) -> str:
    """Hand a text to the editor and wait; returns what was saved above the cut line.

    It has the whole environment, as of git or crontab: a key that stands there may be for its own assistant, and who
    can read the editor's environment can read ours.
    Raises EditorError where there is no editor, or where it ends with an error (as `:cq` does in vi): nothing changes.
    """
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if not command:
        raise EditorError("No editor is named. Set EDITOR, as in: export EDITOR=nano.")
    try:
        with TemporaryDirectory(prefix="unpack-") as folder:  # made for its owner alone
            path = Path(folder) / "layer.txt"
            path.touch(mode=0o600)
            path.write_text(written(text, source), encoding="utf-8", newline="\n")
            _run(command, path)
            saved = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:  # no room for the text, or none of it left there
        raise EditorError(f"No text came back from the editor: {error.strerror}. Nothing was changed.") from error
    return text if read_back(saved) == text.rstrip("\n") else read_back(saved)


def _run(command: str, path: Path) -> None:
    try:
        ended = subprocess.run([*shlex.split(command), str(path)], check=False).returncode
    except (OSError, ValueError) as error:
        raise EditorError(f"The editor “{command}” cannot be started ({error}).") from error
    if ended:
        raise EditorError(f"The editor ended with an error ({ended}): nothing was changed.")
