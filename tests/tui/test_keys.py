"""Every key of every screen: declared whole, sendable by any terminal, told by the help with what is not possible."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static

from tests.tui.test_review_screen import NARROW, WIDE, seen, statuses
from unpack_core import duplicates
from unpack_core.model import IncomingLayer, Origin, Status
from unpack_core.store import Store
from unpack_tui import screens
from unpack_tui.app import UnpackApp
from unpack_tui.config import Config, ConfigError, check
from unpack_tui.keys import NO_KEY, declared
from unpack_tui.modes import MODES
from unpack_tui.screens.edit import EditScreen
from unpack_tui.screens.help import HelpScreen
from unpack_tui.screens.review import ReviewScreen
from unpack_tui.sendable import why_not
from unpack_tui.widgets.pane import Pane

CONTRACT = "a x space u U e E r R t 1 2 3 4 5 6 7 8 9 f j ↓ k ↑ n → p ← g G / F d v c A X s ? q y o backspace ctrl+p"
PREFIXES = {"ctrl+a", "ctrl+b"}
"""What screen and tmux keep for themselves."""


@pytest.fixture
def store(database: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Store]:
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_PROFILE", "VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ANTHROPIC_CONFIG_DIR", str(tmp_path / "none"))
    with Store.open(database) as store:
        duplicates.set_threshold(store, 0.99)  # the texts of these tests are alike, but not so much
        yield store


def bindings(node: type) -> list[Binding]:
    return [binding for base in node.__mro__ for binding in Binding.make_bindings(vars(base).get("BINDINGS", ()))]


async def helped(pilot: Pilot[None], key: str = "question_mark") -> str:
    """The whole help of the screen in view, as one line; it is closed again."""
    await pilot.press(key)
    await pilot.pause()
    assert isinstance(pilot.app.screen, HelpScreen)
    page = pilot.app.screen.query_one("#page", Pane)
    words = seen(pilot, "#header")
    while True:
        words += " " + seen(pilot, "#page")
        if not page.can_scroll(1):
            break
        await pilot.press("space")
    await pilot.press("escape")
    assert not isinstance(pilot.app.screen, HelpScreen)
    return re.sub(r"\s+", " ", re.sub(r"[↓↑] \d+ (more lines|lines above)", "", words))


def test_every_screen_is_among_the_modes() -> None:
    found = {
        thing
        for module in pkgutil.iter_modules(screens.__path__, "unpack_tui.screens.")
        for thing in vars(importlib.import_module(module.name)).values()
        if isinstance(thing, type) and issubclass(thing, Screen) and thing.__module__ == module.name
    }
    assert {screen for screen in found if "MODE" in vars(screen)} == set(MODES)
    assert {screen.__name__ for screen in found - set(MODES)} == {
        "Paned",
        "Page",
        "Dialog",
        "Spread",
        "CountingDialog",
        "WritingScreen",
    }


@pytest.mark.parametrize("mode", [*MODES, UnpackApp], ids=lambda mode: mode.__name__)
def test_keys_are_declared_whole_and_reach_a_program_in_a_terminal(mode: type) -> None:
    ours = [binding for binding in bindings(mode) if binding.id]
    assert ours
    for binding in ours:
        assert binding.description, binding
        assert binding.tooltip, binding
        assert why_not(binding.key) == "" or binding.key == NO_KEY, binding
        assert binding.key not in PREFIXES, binding


@pytest.mark.parametrize(
    "key",
    ["ctrl+shift+a", "shift+ctrl+x", "ctrl+enter", "shift+enter", "alt+a", "super+a", "ctrl+up", "ctrl+1", "ctrl+i",
     "ctrl+m", "ctrl+h", "shift+a", "shift+up", "f13", "hyper+x"],
)  # fmt: skip
def test_what_some_terminal_cannot_send_is_refused(key: str) -> None:
    assert why_not(key)


@pytest.mark.parametrize("key", ["a", "A", "ctrl+g", "f12", "question_mark", "slash", "я", "full_stop", "shift+tab"])
def test_what_every_terminal_sends_is_not(key: str) -> None:
    assert why_not(key) == ""


def test_the_contract_is_kept() -> None:
    keys = {name for node in (ReviewScreen, UnpackApp) for key in declared(node) for name in key.names}
    assert set(CONTRACT.split()) <= keys
    assert {"ctrl+s", "esc"} <= {name for key in declared(EditScreen) for name in key.names}


def test_no_screen_has_one_key_for_two_actions() -> None:
    check({}, MODES, UnpackApp)


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.__name__)
def test_help_is_everywhere(mode: type) -> None:
    actions = {key.action: key.names for key in declared(mode)}
    if mode is not HelpScreen:
        field = getattr(mode, "FIELD", None)
        assert actions["app.help"] == (("ctrl+g", "f1") if field else ("?", "f1"))


async def test_what_is_not_possible_is_greyed_with_its_reason_and_said_when_pressed(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=NARROW) as pilot:
        duplicates.catch_up(store)
        told = await helped(pilot)
        assert "Keys: the review" in told
        assert "Everything that can be done here, by its name." in told
        for key, reason in {
            "u": "nothing to take back",
            "U": "nothing to do again",
            "k": "this is the beginning",
            "g": "this is the beginning",
            "p": "this is the beginning",
            "1": "there is no tag 1 yet: t gives the first tags",
            "A": "“all” means all in a filter: F sets one, as status:pending",
            "E": "no editor is named: set EDITOR, as in export EDITOR=nano",
            "R": "there is no API key: set ANTHROPIC_API_KEY; r drafts by rules, offline",
            "c": "there is no API key: set ANTHROPIC_API_KEY; r drafts by rules, offline",
            "d": "there are no near-duplicates, of this layer or others, left to settle",
            "escape": "there is no search and no filter to end",
            "pagedown": "the layer ends here",
            "left_square_bracket": "the source begins here",
        }.items():
            assert f"— {reason}" in told
            await pilot.press(key)
            assert reason[1:] in seen(pilot, "#keys")
        assert "There is no API key: rules draft it, offline." in told
        assert set(statuses(store)) == {"p"}
        await pilot.press("a", "G")
        told = await helped(pilot, "f1")
        assert "nothing to take back" not in told
        assert "this is the end" in told


async def test_versions_say_what_is_not_possible(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("v")
        told = await helped(pilot)
        assert "Keys: versions" in told
        assert told.count("there is only one version") == 3
        await pilot.press("enter")
        assert "This version is shown already." in seen(pilot, "#keys")
        await pilot.press("escape")
        store.regenerate(1, IncomingLayer("", "(1) New", origin=Origin.REGENERATED, model="m"))
        app.review.refresh()
        await pilot.press("v")
        assert "this is the newest version" in await helped(pilot)


async def test_near_duplicates_say_what_is_not_possible(store: Store) -> None:
    for layer_id in (2, 5):
        store.edit(layer_id, "(1) What was promised to a morning that nobody has seen yet?")
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("d")
        await pilot.pause()
        told = await helped(pilot)
        assert "Keys: near-duplicates" in told
        assert "Next group. — this is the end" not in told
        assert "this is the beginning" in told
        await pilot.press("b")
        assert "no group is left" in await helped(pilot)
        await pilot.press("m")
        assert "No group is left." in seen(pilot, "#keys")


@pytest.mark.parametrize(
    ("keys", "mode"),
    [("e", "editing"), ("t", "tags"), ("F", "the filter"), ("slash", "the search"), ("R", "the instruction")],
)
async def test_where_one_writes_a_question_mark_is_written_and_another_key_helps(
    store: Store, monkeypatch: pytest.MonkeyPatch, keys: str, mode: str
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", "key-of-nobody")
    app = UnpackApp(store)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press(keys, "question_mark")
        assert not isinstance(app.screen, HelpScreen)
        field = app.screen.query_one(app.screen.FIELD)
        assert "?" in (field.text if mode == "editing" else field.value)
        screen = "\n".join("".join(segment.text for segment in line) for line in app.screen._compositor.render_strips())
        assert "ctrl+g help" in screen
        assert f"Keys: {mode}" in await helped(pilot, "ctrl+g")
        assert f"Keys: {mode}" in await helped(pilot, "f1")


@pytest.mark.parametrize(
    ("keymap", "said"),
    [
        ({"accept": "x"}, "the key x would mean both accept and reject in the review"),
        ({"next-version": "b"}, "the key b would mean both next-version and compare-with in versions"),
        ({"keep-both": "1"}, "in near-duplicates"),
        ({"help": "a"}, "would mean both"),
        ({"keep": "k"}, "the key k is for writing in editing: keep wants one such as ctrl+s"),
        ({"leave-tags": "backspace"}, "the key backspace is for writing in tags"),
        ({"accept": "ctrl+shift+a"}, "accept cannot be ctrl+shift+a: not every terminal can send it"),
        ({"accept": "shift+a"}, "its capital: A"),
        ({"accept": "ctrl+i"}, "a terminal sends ctrl+i as tab"),
        ({"accept": "pagedwn"}, "there is no such key; did you mean pagedown?"),
        ({"palette": "ctrl+s"}, "would mean both palette and"),
        ({"acept": "y"}, "Did you mean accept?"),
        ({"retag-all": "a"}, "would mean both accept and retag-all"),
        ({"retag-all": "f2", "recheck": "f2"}, "would mean both retag-all and recheck"),
        ({"zzzz": "y"}, "The help and the README name them"),
    ],
)
def test_a_keymap_that_cannot_work_is_said(keymap: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError) as error:
        check(keymap, MODES, UnpackApp)
    assert said in str(error.value)


async def test_a_keymap_holds_in_dialogs_hints_help_and_sentences(store: Store) -> None:
    app = UnpackApp(store, Config(keys={"filter": "f2", "do-bulk": "J", "help": "f3", "tags": "T"}))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("A")
        assert "f2 sets one" in seen(pilot, "#keys")
        await pilot.press("1")
        assert "T gives the first tags" in seen(pilot, "#keys")
        await pilot.press("f2", *"kind:analogy", "enter", "A", "y")
        assert set(statuses(store)) == {"p"}
        await pilot.press("J")
        assert statuses(store).count("a") == 4
        await pilot.press("j")
        assert "f2 filter" in seen(pilot, "#keys")
        assert "f2 Show only what matches" in await helped(pilot, "f3")


async def test_what_has_no_key_gets_one_by_its_id_and_the_palette_leads_to_it_till_then(store: Store) -> None:
    app = UnpackApp(store)
    async with app.run_test(size=NARROW) as pilot:
        assert "ctrl+p … Take tags away from all in the filter" in await helped(pilot)
    keys = {"untag-all": "f2", "retag-all": "T", "instruct-all": "I", "recheck": "f5", "order-newest": "O"}
    check(keys, MODES, UnpackApp)
    app = UnpackApp(store, Config(keys=keys))
    async with app.run_test(size=NARROW) as pilot:
        told = await helped(pilot)
        assert "f2 Take tags away from all in the filter" in told
        assert "I One instruction to all; says the price first. — “all” means all in a filter" in told
        await pilot.press("O")
        assert "Now newest first." in seen(pilot, "#keys")
        await pilot.press("F", *"kind:analogy", "enter", "T", *"weak", "enter", "y")
        assert store.one("SELECT count(*) FROM layer_tag") == (4,)
        await pilot.press("f2", *"weak", "enter")
        assert "Take #weak from 4 layers?" in str(app.screen.query(Static).first().render())
        await pilot.press("escape", "T", *"Good -weak", "enter")
        assert "Add #Good to and take #weak from 4 layers?" in str(app.screen.query(Static).first().render())
        await pilot.press("escape", "f2", *"weak", "enter", "y")
        assert "4 layers untagged;" in seen(pilot, "#keys")
        assert store.one("SELECT count(*) FROM layer_tag") == (0,)
        await pilot.press("f5")
        assert app.screen.MODE == "asked again"


async def test_sentences_name_the_keys_in_force(store: Store) -> None:
    app = UnpackApp(store, Config(keys={"undo": "z", "edit": "w", "versions": "V"}))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("F", *"kind:analogy", "enter", "A")
        await pilot.pause()
        assert "as one step that z takes back" in str(app.screen.query(".hint").first(Static).render())
        await pilot.press("y")
        assert "layers accepted; z takes it back." in seen(pilot, "#keys")
        await pilot.press("w", *"Mine. ")
        assert app.review.layer
        store.edit(app.review.layer.id, "Theirs.")
        await pilot.press("ctrl+s")
        assert "w opens it." in seen(pilot, "#keys")
        await pilot.press("V", "k", "enter")
        assert "z takes that back." in seen(pilot, "#keys")


async def test_the_palette_reaches_every_action_of_every_key(store: Store) -> None:
    store.decide([1], Status.ACCEPTED)
    app = UnpackApp(store)
    async with app.run_test(size=WIDE) as pilot:
        offered = {command.title: command for command in app.get_system_commands(app.screen)}
        missing = {f"tag-{n}" for n in range(2, 10)}  # that there is no first tag is said once
        for key in declared(ReviewScreen):
            if key.id in missing:
                continue
            by = f" ({key.names[0]})" if key.names else ""
            assert f"{key.label.capitalize()}{by}" in offered, key
        for name in ("Tag all", "Regenerate all", "Order: problems first", "Theme: contrast", "Copy a command: stats"):
            assert name in offered
        assert "Not now: nothing to do again." in (offered["Redo (U)"].help or "")
        await offered["Redo (U)"].callback()
        assert "Nothing to do again." in seen(pilot, "#keys")
        await offered["Undo (u)"].callback()
        assert set(statuses(store)) == {"p"}
        await offered["Order: newest first"].callback()
        assert "newest first" in seen(pilot, "#keys")
        await offered["Theme: contrast"].callback()
        assert app.theme == "contrast"
        await pilot.press("v")
        assert "Compare with (b)" in {command.title for command in app.get_system_commands(app.screen)}
