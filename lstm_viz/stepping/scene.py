"""The whole picture: every lane traced, and traced again where something was changed."""

from collections.abc import Sequence
from dataclasses import dataclass

from lstm_viz.errors import SettingsError
from lstm_viz.recurrent.interventions import Replace, intervene, replace_tokens
from lstm_viz.recurrent.specification import Cell
from lstm_viz.recurrent.trace import Trace, trace_model
from lstm_viz.stepping.request import StepRequest
from lstm_viz.stepping.sources import find_source
from lstm_viz.stepping.subject import Answers, Subject, require_drawable
from lstm_viz.stepping.what_if import Change, NewToken, for_cell, read_changes


@dataclass(frozen=True, eq=False)
class Lane:
    """One cell over the sequence.

    Args:
        cell: which recurrence.
        subject: the model and what it reads.
        trace: what it computes.
        changed: what it computes with the changes; None where nothing changes it.
    """

    cell: Cell
    subject: Subject
    trace: Trace
    changed: Trace | None

    @property
    def shown(self) -> Trace:
        """What is looked at: the run with the changes, where there are some."""
        return self.changed or self.trace


@dataclass(frozen=True, eq=False)
class Scene:
    """What a person looks at.

    Args:
        request: what was asked for.
        lanes: one for each cell, all over the same sequence.
        changes: what was changed.
        changed_labels: the ribbon with the new tokens.
        changed_answers: what is right after each step of the changed sequence.
    """

    request: StepRequest
    lanes: tuple[Lane, ...]
    changes: tuple[Change, ...]
    changed_labels: tuple[str, ...]
    changed_answers: Answers

    @property
    def labels(self) -> tuple[str, ...]:
        """The ribbon."""
        return self.lanes[0].subject.labels


def build_scene(request: StepRequest) -> Scene:
    """Open, trace and change every lane.

    Raises:
        LSTMVizError: something in the request does not fit the model or the text.
    """
    source = find_source(request)
    subjects = {cell: source.open(cell) for cell in source.cells()}
    first = next(iter(subjects.values()))
    for subject in subjects.values():
        if not 0 <= request.layer < (layers := subject.model.config.num_layers):
            raise SettingsError(f"`layer` (={request.layer + 1}) does not exist: this model has {layers}.")
        require_drawable(subject, len(subjects), request.layer)
    asked = read_changes(request.what_if, request.layer)
    changes = tuple(change for change in asked if change.cell is None or change.cell in subjects)
    labels = changed_labels(first, changes)
    lanes = tuple(_trace_lane(cell, subject, changes) for cell, subject in subjects.items())
    unchanged = labels == first.labels or first.asks == "values"
    answers = first.answers if unchanged else source.answers_to(first, labels)
    return Scene(request, lanes, changes, labels, answers)


def _trace_lane(cell: Cell, subject: Subject, changes: Sequence[Change]) -> Lane:
    inside, new = for_cell(changes, cell), [change.what for change in changes if isinstance(change.what, NewToken)]
    replaced = [Replace(one.step, _place_of(subject, one.token)) for one in new]
    changed: Trace | None = None
    if inside:
        changed = intervene(subject.model, subject.sequence, [*inside, *replaced])
    elif replaced:
        changed = trace_model(subject.model, replace_tokens(subject.model, subject.sequence, replaced))
    return Lane(cell, subject, trace_model(subject.model, subject.sequence), changed)


def _place_of(subject: Subject, token: str) -> int:
    if not subject.vocabulary:
        raise SettingsError("This model reads numbers, so there is no token to change. Hold a gate or a state instead.")
    if token not in subject.vocabulary:
        known = " ".join(subject.vocabulary[:12])
        raise SettingsError(f"This cell does not know the token {token[:20]!r}. It knows: {known}.")
    return subject.vocabulary.index(token)


def changed_labels(subject: Subject, changes: Sequence[Change]) -> tuple[str, ...]:
    """Write the new tokens on the ribbon."""
    labels = list(subject.labels)
    for change in changes:
        if isinstance(change.what, NewToken) and change.what.step < len(labels):
            labels[change.what.step] = change.what.token
    return tuple(labels)
