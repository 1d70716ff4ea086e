"""What all screens have in common: a name, and a reason for each key that can do nothing now."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.events import Resize
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget

from unpack_tui.keys import declared, keymap_of


class GoOn(Message):
    """What keys waited for is there; or will not come, and then they were not meant for what is there instead."""

    def __init__(self, *, come: bool) -> None:
        super().__init__()
        self.come = come


class Mode:
    """To be inherited before Textual's own screen."""

    MODE: ClassVar[str]
    """What the screen is called in its help and where keys clash."""
    FIELD: ClassVar[type[Widget] | None] = None
    """What takes the letters, where there is something to write in."""

    waiting = False
    """Whether something is on its way that the next keys are meant for: until `go_on`, they wait."""

    def on_resize(self, resized: Resize) -> None:
        """Pass over a size that the window has no more, for the one that it has comes, too.

        Textual lays a screen out for each, and then sends it a message that this is its size: two that come in one
        breath would send each other round for ever.
        """
        assert isinstance(self, Screen)
        if resized.size != self.app.size:
            resized.prevent_default()

    def go_on(self, *, come: bool = True) -> None:
        """Let the keys go on that waited; without `come` they are let go, for they were meant for something else."""
        assert isinstance(self, Screen)
        if self.waiting:
            self.waiting = False
            self.app.post_message(GoOn(come=come))

    def ends(self, key: str) -> bool:  # noqa: ARG002 - for those that can be ended
        """Whether a key ends what is on its way: then it does not wait."""
        return False

    def why_not(self, action: str, parameters: tuple[Any, ...]) -> str:  # noqa: ARG002 - for those that have reasons
        """Why an action cannot be done now, as a clause; "" where it can."""
        return ""

    def note(self, action: str, parameters: tuple[Any, ...]) -> str:  # noqa: ARG002
        """What an action will do now, where that is not what its sentence says; "" mostly."""
        return ""

    def say(self, message: str) -> None:
        """Tell the curator; screens with a line for it put it there."""
        assert isinstance(self, Screen)
        self.app.notify(message, markup=False)

    def hush(self) -> None:
        """A key is about to be done: what was said before it is over, where it would stay."""

    def key(self, name: str) -> str:
        """What leads to an action, by its id, for sentences that name it: its key, else the palette.

        It is looked for here, in the screens below, where one is when this one is left, and everywhere.
        """
        assert isinstance(self, Screen)
        nodes = (self, *reversed(self.app.screen_stack), self.app)
        found = next(key for node in nodes for key in declared(type(node), keymap_of(self)) if key.id == name)
        return found.names[0] if found.names else f"{self.key('palette')}, {found.label.capitalize()}"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Textual asks: None is for shown, but not possible."""
        return None if self.why_not(action, parameters) else True
