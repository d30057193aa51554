"""One sequence through several cells, with the changes that a person asks for, in a line of text and as a second run."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote

from lstm_viz.errors import SettingsError
from lstm_viz.recurrent.interventions import (
    EVERY_UNIT,
    Ablate,
    Hold,
    Intervention,
    Replace,
    Start,
    intervene,
    replace_tokens,
)
from lstm_viz.recurrent.specification import CELLS, Cell
from lstm_viz.recurrent.trace import Trace, trace_model
from lstm_viz.scenes.sources import find_source
from lstm_viz.scenes.step_request import StepRequest
from lstm_viz.scenes.step_subject import Answers, Subject, require_drawable

MAX_CHANGES = 40
JOINT = "~"
NUMBER = r"-?\d{1,3}(?:\.\d{1,6})?"
HOLD = re.compile(rf"([a-z]+)\.([a-z_]+)\.(\d{{1,4}}|\*)@(\d{{1,5}})(-(\d{{1,5}})?)?=({NUMBER})")
OFF = re.compile(r"([a-z]+)\.off\.(\d{1,4})")
BEGIN = re.compile(rf"([a-z]+)\.([a-z_]+)\.(\d{{1,4}})@start=({NUMBER})")
LASTING = re.compile(r"\.off\.|@1-=|@start=")
TOKEN = re.compile(r"token@(\d{1,5})=([^~=]{1,300})")


@dataclass(frozen=True)
class NewToken:
    """Another token at a step; which number it has depends on the lane's vocabulary."""

    step: int
    token: str


@dataclass(frozen=True)
class Change:
    """One change; a new token concerns every lane and has no cell."""

    what: Hold | Ablate | Start | NewToken
    cell: Cell | None = None


def read_changes(text: str, layer: int = 0) -> tuple[Change, ...]:
    """Read changes that act on a layer, as `write_change` wrote them, joined by `~`.

    Raises:
        SettingsError: a part cannot be read, or there are too many.
    """
    parts = [part for part in text.split(JOINT) if part]
    if len(parts) > MAX_CHANGES:
        raise SettingsError(f"`what_if` holds {len(parts)} changes; at most {MAX_CHANGES} are applied. Take some away.")
    return tuple(_read_change(part, layer) for part in parts)


def _read_change(part: str, layer: int) -> Change:
    if found := TOKEN.fullmatch(part):
        return Change(NewToken(place(found[1]), unquote(found[2])))
    if found := OFF.fullmatch(part):
        return Change(Ablate(place(found[2]), layer), _known_cell(found[1], part))
    if found := BEGIN.fullmatch(part):
        return Change(Start(found[2], place(found[3]), float(found[4]), layer), _known_cell(found[1], part))
    if found := HOLD.fullmatch(part):
        units = EVERY_UNIT if found[3] == "*" else (place(found[3]),)
        first = place(found[4])
        last = first if found[5] is None else None if found[6] is None else place(found[6])
        return Change(Hold(found[2], float(found[7]), units, first, last, layer), _known_cell(found[1], part))
    raise _unreadable(part)


def place(counted: str) -> int:
    """Turn a place counted from 1 into one counted from 0."""
    return int(counted) - 1


def _known_cell(name: str, part: str) -> Cell:
    if name not in CELLS:
        raise _unreadable(part)
    return name


def _unreadable(part: str) -> SettingsError:
    return SettingsError(
        f"`what_if` holds {part[:40]!r}, which is no change. Take it away, or set it again by a click."
    )


def write_change(change: Change) -> str:
    """Write one change so that `read_changes` gives it back."""
    what = change.what
    if isinstance(what, NewToken):
        return f"token@{what.step + 1}={quote(what.token, safe='').replace(JOINT, '%7E')}"
    if isinstance(what, Ablate):
        return f"{change.cell}.off.{what.unit + 1}"
    if isinstance(what, Start):
        return f"{change.cell}.{what.name}.{what.unit + 1}@start={plain(what.value)}"
    units = str(what.units[0] + 1) if what.units else "*"
    end = "" if what.last == what.first else "-" if what.last is None else f"-{what.last + 1}"
    return f"{change.cell}.{what.name}.{units}@{what.first + 1}{end}={plain(what.value)}"


def plain(value: float) -> str:
    """Write a number without an exponent."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def lasting(text: str) -> str:
    """Give the changes that any sequence can have: those that name no step but the first, and no token."""
    return JOINT.join(part for part in text.split(JOINT) if LASTING.search(part))


def for_cell(changes: Sequence[Change], cell: Cell) -> list[Intervention]:
    """Give the changes inside one lane's cell; new tokens are not among them."""
    return [change.what for change in changes if change.cell == cell and not isinstance(change.what, NewToken)]


@dataclass(frozen=True, eq=False)
class Lane:
    """One cell over the sequence."""

    cell: Cell
    subject: Subject  # the model and what it reads
    trace: Trace  # what it computes
    changed: Trace | None  # what it computes with the changes; None where nothing changes it

    @property
    def shown(self) -> Trace:
        """What is looked at: the run with the changes, where there are some."""
        return self.changed or self.trace


@dataclass(frozen=True, eq=False)
class Scene:
    """What a person looks at."""

    request: StepRequest  # what was asked for
    lanes: tuple[Lane, ...]  # one for each cell, all over the same sequence
    changes: tuple[Change, ...]  # what was changed
    changed_labels: tuple[str, ...]  # the ribbon with the new tokens
    changed_answers: Answers  # what is right after each step of the changed sequence

    @property
    def labels(self) -> tuple[str, ...]:
        """The ribbon."""
        return self.lanes[0].subject.labels


def build_scene(request: StepRequest) -> Scene:
    """Open, trace and change every lane; an `LSTMVizError` where the request does not fit the model or the text."""
    source = find_source(request)
    subjects = {cell: source.open(cell) for cell in source.cells()}
    first = next(iter(subjects.values()))
    for subject in subjects.values():
        if not 0 <= request.layer < (layers := subject.model.config.num_layers):
            raise SettingsError(f"`layer` (={request.layer + 1}) does not exist: this model has {layers}.")
        require_drawable(subject, len(subjects), request.layer)
    read = read_changes(request.what_if, request.layer)
    changes = tuple(change for change in read if change.cell is None or change.cell in subjects)
    labels = changed_labels(first, changes)
    lanes = tuple(_trace_lane(cell, subject, changes) for cell, subject in subjects.items())
    unchanged = labels == first.labels or first.asks == "values"
    answers = first.answers if unchanged else source.answers_to(first, labels)
    return Scene(request, lanes, changes, labels, answers)


def _trace_lane(cell: Cell, subject: Subject, changes: Sequence[Change]) -> Lane:
    inside, new = for_cell(changes, cell), [change.what for change in changes if isinstance(change.what, NewToken)]
    replaced = [Replace(one.step, _place_of(subject, one.token)) for one in new]
    changed = None
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
