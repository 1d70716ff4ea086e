"""All screens, in the order in which a newcomer meets them: what a keymap may name and the README tells of."""

from __future__ import annotations

from unpack_tui.screens.bulk import BulkScreen, BulkTagsScreen
from unpack_tui.screens.candidates import CandidatesScreen
from unpack_tui.screens.dialogs import KeepOrDrop
from unpack_tui.screens.done import DoneScreen
from unpack_tui.screens.duplicates import DuplicatesScreen
from unpack_tui.screens.edit import EditScreen
from unpack_tui.screens.filter import FilterScreen, SearchScreen
from unpack_tui.screens.help import HelpScreen
from unpack_tui.screens.instruction import InstructionScreen
from unpack_tui.screens.merge import MergeScreen
from unpack_tui.screens.mode import Mode
from unpack_tui.screens.recheck import AnsweredScreen, RecheckScreen
from unpack_tui.screens.review import ReviewScreen
from unpack_tui.screens.stats import StatsScreen
from unpack_tui.screens.tags import TagsScreen
from unpack_tui.screens.versions import VersionsScreen

MODES: tuple[type[Mode], ...] = (
    ReviewScreen, EditScreen, KeepOrDrop, VersionsScreen, InstructionScreen, CandidatesScreen, TagsScreen, FilterScreen,
    SearchScreen, BulkScreen, BulkTagsScreen, DuplicatesScreen, MergeScreen, RecheckScreen, AnsweredScreen, StatsScreen,
    DoneScreen, HelpScreen,
)  # fmt: skip
