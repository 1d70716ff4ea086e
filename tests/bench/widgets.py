"""The peers of bench_screen.py: Textual's own widgets showing the same, `python -m tests.bench.widgets NAME [rows]`.

`empty` is an application with a word in it. The others show all the layers of a database as a list, beside the source
and the text of the one in view, as somebody would write it who has an afternoon; `down` goes to the next.
"""

from __future__ import annotations

import sys

from tests.bench.texts import KINDS, layer, source
from textual.app import App, ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import DataTable, Label, ListItem, ListView, OptionList, Static

READY = "ready"


class Empty(App[None]):
    """What every Textual application costs."""

    def compose(self) -> ComposeResult:
        yield Static(READY)


class Beside(App[None]):
    """A list of everything, and beside it what is in view."""

    CSS = "Horizontal > * { width: 1fr; } #source, #text { height: 1fr; }"

    def __init__(self, rows: int) -> None:
        super().__init__()
        self.animation_level = "none"
        self.rows = rows

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield self.listed()
            with Vertical():
                yield Static(id="source", markup=False)
                yield Static(id="text", markup=False)
        yield Static(READY)

    def on_mount(self) -> None:
        self.look(0)

    def listed(self) -> DataTable[str] | ListView | OptionList:
        raise NotImplementedError

    def look(self, row: int | None) -> None:
        paragraph, kind = divmod(row or 0, len(KINDS))
        self.query_one("#source", Static).update(source(paragraph))
        self.query_one("#text", Static).update(layer(paragraph, KINDS[kind]))

    def words(self, row: int) -> str:
        paragraph, kind = divmod(row, len(KINDS))
        return f"○ {KINDS[kind]}  {layer(paragraph, KINDS[kind])[:40]}"


class WithOptionList(Beside):
    def listed(self) -> OptionList:
        return OptionList(*map(self.words, range(self.rows)), markup=False)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        self.look(event.option_index)


class WithListView(Beside):
    def listed(self) -> ListView:
        return ListView(*(ListItem(Label(self.words(row), markup=False)) for row in range(self.rows)))

    def on_list_view_highlighted(self, event: ListView.Highlighted) -> None:
        self.look(event.list_view.index)


class WithDataTable(Beside):
    def listed(self) -> DataTable[str]:
        table: DataTable[str] = DataTable(cursor_type="row", show_header=False)
        table.add_column("layer")
        table.add_rows([(self.words(row),) for row in range(self.rows)])
        return table

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        self.look(event.cursor_row)


PEERS: dict[str, type[Beside]] = {"OptionList": WithOptionList, "ListView": WithListView, "DataTable": WithDataTable}


if __name__ == "__main__":
    app: App[None] = Empty() if sys.argv[1] == "empty" else PEERS[sys.argv[1]](int(sys.argv[2]))
    app.run(mouse=False)
