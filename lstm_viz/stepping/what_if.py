"""Changes to a run as one line of text, for addresses and the browser.

    lstm.forget_gate.4@3-=0     hold unit 4's forget gate at 0 from step 3 on; `@3` at step 3 only; `*` for all units
    gru.off.7                   silence unit 7
    token@2=b                   read b at step 2
    lstm.cell_state.4@start=2   begin unit 4 with a cell state of 2

Several are joined by `~`. Here, as on the screen, steps and units are counted from 1; in the program from 0. A token is
percent-encoded.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote

from lstm_viz.errors import SettingsError
from lstm_viz.recurrent.interventions import EVERY_UNIT, Ablate, Hold, Intervention, Start
from lstm_viz.recurrent.specification import CELLS, Cell

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
    """Read changes.

    Args:
        text: as this module writes it; empty for none.
        layer: the layer that they act on.

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
    raise unreadable(part)


def place(counted: str) -> int:
    """Turn a place counted from 1 into one counted from 0."""
    return int(counted) - 1


def _known_cell(name: str, part: str) -> Cell:
    if name not in CELLS:
        raise unreadable(part)
    return name


def unreadable(part: str) -> SettingsError:
    """Say that a part of the line is no change."""
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
