"""What is done to all that the filter finds: asked first, then one step of the log that undo takes back whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from unpack_core.errors import StoreError
from unpack_core.model import Status
from unpack_core.steps import Step
from unpack_tui.screens import opening
from unpack_tui.terminal import count

if TYPE_CHECKING:
    from unpack_tui.screens.review import ReviewScreen


class ForAll:
    """The bulk steps of a review screen."""

    def __init__(self, screen: ReviewScreen) -> None:
        self.screen = screen
        self.review = screen.review

    def decide(self, status: Status) -> None:
        verb = "Accept" if status == Status.ACCEPTED else "Reject"
        self._ask(verb, lambda: self.screen.deciding.went_on(self._did(self.review.decide_all(status), status.value)))

    def tag(self, typed: str = "") -> None:
        """Ask which tags to add and, with a minus, to take away."""

        def named(tags: tuple[list[str], list[str]] | None) -> None:
            if tags:
                add, remove = tags
                ways = (("Add", add, "to"), ("take" if add else "Take", remove, "from"))
                parts = [f"{verb} {' '.join(f'#{tag}' for tag in tags)} {to}" for verb, tags, to in ways if tags]
                self._ask(" and ".join(parts), lambda: self._retag(add, remove))

        self.screen.app.push_screen(opening.bulk_tags(self.review, typed), named)

    def _retag(self, add: list[str], remove: list[str]) -> None:
        try:
            self.screen.say(self._did(self.review.retag_all(add, remove), "tagged" if add else "untagged"))
        except StoreError as error:
            self.screen.say(str(error))

    def _ask(self, verb: str, do: Callable[[], None]) -> None:
        self.screen.seeking.end()  # what is asked about is what it is done to
        self.screen.app.push_screen(opening.bulk(self.review, verb), lambda yes: do() if yes else None)

    def _did(self, step: Step | None, what: str) -> str:
        if step is None:
            return "All are so already."
        return f"{count(len(step.changes), 'layer')} {what}; {self.screen.key('undo')} takes it back."
