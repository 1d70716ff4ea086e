"""Steps of the log in words."""

from unpack_core.events import Action, Change
from unpack_core.review import Review
from unpack_core.steps import Step
from unpack_tui.paint.common import title

_NAMES = {
    Action.DECIDE: "the decision on",
    Action.FLAG: "the flag of",
    Action.TAG: "the tags of",
    Action.EDIT: "the edit of",
    Action.REGENERATE: "the new text of",
    Action.RESTORE: "the other version of",
    Action.SETTLE: "what was settled of",
    Action.RECHECK: "the second answer on",
}


def step_words(review: Review, step: Step) -> str:
    """What an undo or redo changed, for the status line."""
    name = _NAMES[step.undone.action if step.undone else step.action]
    if len(step.changes) > 1:
        return f"{name} {len(step.changes):,} layers."
    layer = review.store.layer(step.changes[0].layer_id)
    return f"{name} {title(review, layer)}, {_change(step.changes[0])}."


def _change(change: Change) -> str:
    after = change.after
    if "status" in after and "head" not in after:
        return f"which is {after['status']} now"
    if "head" in after:
        return "which shows another version now"
    if "rechecked" in after:
        return "which was asked again"
    if "flagged" in after:
        return "which is flagged now" if after["flagged"] else "which is not flagged now"
    return f"tagged {' '.join(after['tags'])}" if after.get("tags") else "without tags now"
