"""The session behind the screen, against a model in plain dictionaries."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.core.test_store import TEXTS, filled, health, shown
from unpack_core.model import Status
from unpack_core.queue import Arrangement
from unpack_core.recipe import built_in
from unpack_core.repair import repair
from unpack_core.review import Review
from unpack_core.store import Store

FILTERS = {
    "": lambda _: True,
    "status:pending": lambda layer: layer["status"] == Status.PENDING,
    "flagged:yes": lambda layer: layer["flagged"],
    "tag:weak": lambda layer: "weak" in layer["tags"],
    "-tag:weak status:accepted": lambda layer: "weak" not in layer["tags"] and layer["status"] == Status.ACCEPTED,
    "kind:question": lambda layer: layer["kind"] == "question",
}
"""What each finds, said a second time."""


class Session(RuleBasedStateMachine):
    """Whatever the curator does, what is in force and what is shown is what a dictionary of layers says."""

    @initialize()
    def begin(self) -> None:
        self.folder = TemporaryDirectory()
        self.open(filled(Path(self.folder.name) / "x.db", 3))
        kinds = dict(self.store.rows("SELECT id, kind FROM layer"))
        self.layers = {
            n: {"status": status, "flagged": flagged, "tags": set(tags), "text": text, "kind": kinds[n]}
            for n, (status, flagged, tags, text) in shown(self.store).items()
        }
        self.past: list[dict] = []
        self.future: list[dict] = []
        self.selected = None

    def open(self, store: Store) -> None:
        self.store, self.review = store, Review(store, built_in())

    @property
    def here(self) -> int:
        assert self.review.layer
        return self.review.layer.id

    def did(self, step: object, ids: list[int], **now: object) -> None:
        """One step in which these layers became so, or none where they were so already."""
        before = deepcopy(self.layers)
        for n in ids:
            self.layers[n].update(deepcopy(now))
        assert (step is not None) == (self.layers != before)
        if step:
            self.past.append(before)
            self.future.clear()

    @rule(status=st.sampled_from([Status.ACCEPTED, Status.REJECTED]))
    def decide(self, status: Status) -> None:
        here = self.here
        self.did(self.review.decide(status), [here], status=status)

    @rule(verb=st.sampled_from(["go_on", "next_layer", "previous_layer", "next_paragraph", "first", "last", "refresh"]))
    def move(self, verb: str) -> None:
        getattr(self.review, verb)()

    @rule()
    def flag(self) -> None:
        here = self.here
        self.did(self.review.flag(), [here], flagged=not self.layers[here]["flagged"])

    @rule(name=st.sampled_from(["weak", "first", "ясно"]))
    def tag(self, name: str) -> None:
        here = self.here
        self.did(self.review.toggle_tag(name), [here], tags=self.layers[here]["tags"] ^ {name})

    @rule(text=st.sampled_from(TEXTS))
    def edit(self, text: str) -> None:
        here, layer = self.here, self.layers[self.here]
        opened = text != layer["text"] and layer["status"] == Status.REJECTED
        status = Status.PENDING if opened else layer["status"]
        self.did(self.review.edit(text, self.review.layer.head.id), [here], text=text, status=status)

    @rule(expression=st.sampled_from(sorted(FILTERS)), order=st.sampled_from(Arrangement))
    def narrow(self, expression: str, order: Arrangement) -> None:
        found = {n for n, layer in self.layers.items() if FILTERS[expression](layer)}
        assert self.review.narrow(expression, order) == bool(found)
        if found:
            self.selected = None if (expression, order) == ("", Arrangement.DOCUMENT) else found

    @precondition(lambda self: self.selected)
    @rule(status=st.sampled_from([Status.ACCEPTED, Status.REJECTED]))
    def decide_all(self, status: Status) -> None:
        self.did(self.review.decide_all(status), sorted(self.selected), status=status)

    @rule()
    def undo(self) -> None:
        assert (self.review.undo() is not None) == bool(self.past)
        if self.past:
            self.future.append(self.layers)
            self.layers = self.past.pop()

    @rule()
    def redo(self) -> None:
        assert (self.review.redo() is not None) == bool(self.future)
        if self.future:
            self.past.append(self.layers)
            self.layers = self.future.pop()

    @rule()
    def restart(self) -> None:
        here = self.here
        if self.review.filter or self.review.arrangement != Arrangement.DOCUMENT:
            self.review.narrow("", Arrangement.DOCUMENT)  # what a filter found is found anew by the next session
            self.selected, here = None, self.here
        self.review.save_place()
        self.store.close()
        self.open(Store.open(self.store.path))
        assert self.here == here

    @invariant()
    def what_is_shown_is_what_is_in_force(self) -> None:
        if not hasattr(self, "layers"):
            return
        said = {n: (one["status"], one["flagged"], one["tags"], one["text"]) for n, one in self.layers.items()}
        in_force = shown(self.store).items()
        assert {n: (status, flagged, set(tags), text) for n, (status, flagged, tags, text) in in_force} == said
        layer = self.review.layer
        assert layer
        assert (layer.status, layer.flagged, set(layer.tags), layer.head.text) == said[layer.id]
        assert self.review.view
        assert self.selected or self.review.view.number == (layer.id + 1) // 2
        scope = self.selected or self.layers.keys()
        assert self.review.left == sum(self.layers[n]["status"] == Status.PENDING for n in scope)
        assert not self.selected or set(self.review.selection.layer_ids()) == self.selected

    def teardown(self) -> None:
        if hasattr(self, "store"):
            assert health(self.store) == []
            self.store.close()
            self.folder.cleanup()


TestSession = Session.TestCase
TestSession.settings = settings(
    max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)


def test_what_is_left_is_counted_anew_when_something_was_done_or_mended(tmp_path: Path) -> None:
    def left() -> int:
        with Store.open(path) as store:
            review = Review(store, built_in())
            review.save_place()
            return review.left

    with filled(path := tmp_path / "x.db", 3) as store:
        pending = len(shown(store))
    assert [left(), left()] == [pending, pending]
    with Store.open(path) as store:
        store.decide([1], Status.ACCEPTED)
    assert [left(), left()] == [pending - 1, pending - 1]
    with Store.open(path) as store:
        store.rows("UPDATE layer SET status = 'rejected' WHERE id = 2")
        store.rows("DELETE FROM setting WHERE key = 'review.left'")
    assert left() == pending - 2
    with Store.open(path) as store:
        assert repair(store)
    assert left() == pending - 1


def test_a_decision_keeps_the_place_for_a_review_that_is_killed(tmp_path: Path) -> None:
    with filled(path := tmp_path / "x.db", 3) as store:
        Review(store, built_in()).save_place()
    with Store.open(path) as store:
        review = Review(store, built_in())
        review.go_to(5)
        review.decide(Status.ACCEPTED)
    with Store.open(path) as store:
        review = Review(store, built_in())
        assert review.layer is not None
        assert review.layer.id == 5
