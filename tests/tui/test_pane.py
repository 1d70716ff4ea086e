"""A long text costs what is in view of it, and is wrapped once."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.content import Content

from unpack_core.corpus import Arrival
from unpack_core.intake import take_in
from unpack_core.model import IncomingDocument, IncomingLayer, IncomingParagraph
from unpack_core.store import Store
from unpack_tui.app import UnpackApp
from unpack_tui.widgets import pane

_LONG = "Слово за словом, and a word of 漢字 — " * 3000


async def test_keys_beside_a_long_source_wrap_it_no_more_and_style_what_is_in_view(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrapped, styled = 0, 0
    line_starts, render = pane.line_starts, Content.render

    def counting_starts(text: str, width: int) -> list[int]:
        nonlocal wrapped
        wrapped += len(text)
        return line_starts(text, width)

    def counting_render(self: Content, *args: object, **named: object) -> object:
        nonlocal styled
        styled += len(self.plain)
        return render(self, *args, **named)  # type: ignore[arg-type]

    layers = tuple(IncomingLayer(kind, f"(1) “Слово” {kind}.") for kind in ("definition", "paradox", "analogy"))
    with Store.open(tmp_path / "x.db", create=True) as store:
        take_in(store, [Arrival(IncomingDocument("x.md"), IncomingParagraph(_LONG, 0, layers=layers))], source="test")
        async with UnpackApp(store).run_test(size=(120, 40)) as pilot:
            await pilot.pause()
            monkeypatch.setattr(pane, "line_starts", counting_starts)
            monkeypatch.setattr(Content, "render", counting_render)
            for key in ("j", "j", "k", "a", "ctrl+d", "G", "g"):
                await pilot.press(key)
            assert wrapped < len(_LONG)
            assert 0 < styled < len(_LONG)
            await pilot.resize_terminal(80, 24)
            await pilot.pause()
            assert wrapped >= len(_LONG), "as wide as it is now"
