"""Recipes, prices and configurations that mean harm: one sentence, and nothing of it acts on the terminal."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from unpack_core.generate.price import PriceError, Prices
from unpack_tui.app import UnpackApp
from unpack_tui.config import ConfigError, load
from unpack_tui.modes import MODES

FILES = {
    "nested": b"a = " + b"[" * 5_000 + b"]" * 5_000,
    "long": b"#" * 5_000_000,
    "no text": b"\xff\xfe\x00",
    "escape codes in a name": b'"\\u001b]0;PWNED\\u0007" = 1',
    "escape codes in a key": b'[keys]\n"\\u001b]0;PWNED\\u0007" = "a"\n[[kind]]\nid = "\\u001b]0;PWNED\\u0007"',
}


@pytest.mark.parametrize("data", FILES.values(), ids=FILES)
def test_a_file_that_means_harm_is_one_sentence(data: bytes, tmp_path: Path, run: Callable[..., Result]) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(data)
    done = run("recipe", "check", "x.toml")
    assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
    assert "\x1b" not in done.stderr
    with pytest.raises(ConfigError, match=r"x\.toml"):
        load(path, MODES, UnpackApp)
    if b"= 1" not in data and b"keys" not in data:  # prices may stand beside what is not theirs
        with pytest.raises(PriceError, match=r"x\.toml"):
            Prices.load(path)


def test_a_pipe_that_the_shell_opened_is_read() -> None:
    ours, theirs = os.pipe()
    with os.fdopen(theirs, "w") as pipe:
        pipe.write('theme = "night"')
    assert load(Path(f"/dev/fd/{ours}"), MODES, UnpackApp).theme == "night"
    os.close(ours)


@pytest.mark.parametrize("words", ["recipe check {}", "recipe diff {}", "recipe show --recipe {}"])
def test_what_is_no_file_is_one_sentence_at_once(words: str, tmp_path: Path, run: Callable[..., Result]) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(os.path.relpath(tmp_path / "socket"))  # whose name may not be long
        for path in ("pipe", "socket", "/dev/zero"):
            done = run(*words.format(path).split())
            assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
            assert f"{path} cannot be read: it is a pipe, a socket or a device" in done.stderr
    with pytest.raises(ConfigError, match="no file"):
        load(tmp_path / "pipe", MODES, UnpackApp)
