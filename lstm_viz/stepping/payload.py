"""A scene as bytes for the browser: everything computed here, drawn there.

    4 bytes     length n of the header, little-endian, so chosen that what follows is aligned
    n bytes     header, JSON in UTF-8
    the rest    all tables behind each other, float32, little-endian

The header's `arrays` says where each table lies: `lane/name` → [first number, rows, columns]. Tables of a changed run stand
under `lane*/name`. `assets/shared/scene.js` reads this.
"""

import hashlib
import json
import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from lstm_viz.figures.theme import PALETTES
from lstm_viz.glossary import GLOSSARY
from lstm_viz.recurrent.interventions import Ablate, Hold, Start, can_be_held, range_of
from lstm_viz.recurrent.layers import CELL_CLASSES
from lstm_viz.recurrent.ledger import memory_ledger
from lstm_viz.recurrent.parameters import count_parameters
from lstm_viz.recurrent.trace import LayerTrace, Trace
from lstm_viz.stepping.scene import Lane, Scene
from lstm_viz.stepping.what_if import Change, NewToken, write_change
from lstm_viz.zoo.catalogue import FORECAST, KINDS, Card, load_card

FLOWS = ("before", "kept", "lost", "written", "now", "squashed", "exposed")
STORY = ("forget_gate", "update_gate", "input_gate", "reset_gate", "candidate", "output_gate")  # as they are told


class Tables:
    """Collect tables of numbers one behind the other."""

    def __init__(self) -> None:
        self.places: dict[str, tuple[int, int, int]] = {}
        self.parts: list[np.ndarray] = []
        self.size = 0

    def add(self, name: str, table: np.ndarray) -> None:
        """Add a table (rows, columns)."""
        part = np.ascontiguousarray(table, dtype="<f4")
        self.places[name] = (self.size, *part.shape)
        self.parts.append(part)
        self.size += part.size

    def to_bytes(self) -> bytes:
        """Give all numbers."""
        return b"".join(part.tobytes() for part in self.parts)


@dataclass(frozen=True)
class Guide:
    """Where a visitor should look first.

    Args:
        unit: the one that tells most, from 0.
        words: why.
    """

    unit: int
    words: str


def scene_bytes(scene: Scene, guide: Guide | None = None) -> bytes:
    """Pack a scene."""
    tables = Tables()
    lanes = [_pack_lane(lane, scene, tables) for lane in scene.lanes]
    if scene.lanes[0].subject.picture is not None:
        tables.add("sequence/picture", scene.lanes[0].subject.picture)
    header = {
        **describe_sequence(scene),
        **({"start_unit": guide.unit} if guide else {}),
        "guide": guide.words if guide else "",
        "lanes": lanes,
        "changes": [describe_change(change, scene) for change in scene.changes],
        "terms": {name: asdict(term) for name, term in GLOSSARY.items()},
        "palettes": PALETTES,
    }
    return join_bytes(header, tables)


def join_bytes(header: dict[str, Any], tables: Tables) -> bytes:
    """Put a header in front of its tables; its `version` tells one content from another."""
    numbers = tables.to_bytes()
    header = {**header, "arrays": tables.places}
    header["version"] = hashlib.sha256(json.dumps(header, sort_keys=True).encode() + numbers).hexdigest()[:16]
    text = json.dumps(header, ensure_ascii=True, allow_nan=False).encode()
    text += b" " * (-len(text) % 4)
    return len(text).to_bytes(4, "little") + text + numbers


def describe_sequence(scene: Scene) -> dict[str, Any]:
    """Say what is read, asked and right."""
    subject = scene.lanes[0].subject
    request = scene.request
    about = [request.source, *subject.labels, str(request.seed), str(request.layer)]
    about += [request.text] if subject.asks == "class" else []  # the labels of two test sequences are the same
    return {
        "about": hashlib.sha256("\0".join(about).encode("utf-8", "surrogatepass")).hexdigest()[:16],
        "tokens": subject.labels,
        "changed_tokens": scene.changed_labels,
        "vocabulary": subject.vocabulary,
        "outputs": subject.outputs,
        "asks": subject.asks,
        "fixed": not subject.model.answers_from_states,
        "trained": subject.trained,
        "changed_answers": scene.changed_answers or [()] * len(subject.labels),
        "right": _chances_of_right(scene),
        "series": _describe_series(scene),
        "start": len(subject.labels) // 2,
        "start_unit": _busiest_unit(scene),
    }


def _chances_of_right(scene: Scene) -> list[float | None]:
    """Give the first lane's probability of a right answer after each step; None where nothing is asked."""
    lane = scene.lanes[0]
    if not lane.subject.chooses:
        return [None] * len(scene.labels)
    probabilities = (lane.changed or lane.trace).probabilities
    return [
        round(float(row[list(right)].sum()), 6) if right and len(right) < len(row) else None
        for row, right in zip(probabilities, scene.changed_answers, strict=True)
    ]


def _describe_series(scene: Scene) -> dict[str, Any] | None:
    view = scene.lanes[0].subject.series
    if view is None:
        return None
    truth = [float(value) if np.isfinite(value) else None for value in view.truth]
    return {"name": view.name, "stamps": view.stamps, "read": view.read.tolist(), "truth": truth}


def _busiest_unit(scene: Scene) -> int:
    """Choose the unit that moves the answers most over the sequence, or the layer above: it has something to tell."""
    lane, number = scene.lanes[0], scene.request.layer
    model = lane.subject.model
    spread = lane.trace.layer(number)["hidden_state"].std(axis=0)
    if number == model.config.num_layers - 1:  # of both directions, the forward one stands first
        spread = spread * np.linalg.norm(model.head.weight.detach().numpy(), axis=0)[: len(spread)]
    return int(np.argmax(np.nan_to_num(spread)))


def _pack_lane(lane: Lane, scene: Scene, tables: Tables) -> dict[str, Any]:
    model, number = lane.subject.model, scene.request.layer
    layer = lane.trace.layer(number)
    beyond = "goes to the layer above" if number < model.config.num_layers - 1 else model.detour
    flows = [_pack_trace(lane, lane.trace, lane.cell, number, tables)]
    if lane.changed is not None:
        flows.append(_pack_trace(lane, lane.changed, f"{lane.cell}*", number, tables))
    if not beyond:
        tables.add(f"{lane.cell}/head", model.head.weight.detach().numpy())
    most = max(float(np.nan_to_num(flow).max(initial=0.0)) for flow in flows)
    trained = "" if lane.subject.trained else "untrained, "
    return {
        "cell": lane.cell,
        "label": GLOSSARY[lane.cell].label,
        "about": f"{trained}{layer.hidden_size} units, {count_parameters(model):,} parameters",
        **_describe_proof(lane),
        **_describe_training(scene, lane),
        "hidden_size": layer.hidden_size,
        "gates": [gate for gate in STORY if gate in CELL_CLASSES[lane.cell].gates],
        "memory": "cell_state" if lane.cell == "lstm" else "hidden_state",
        "biases": {name: bias.tolist() for name, bias in layer.biases.items()},
        "flows": FLOWS,
        "most_flow": most,
        "changed": lane.changed is not None,
        "ranges": {name: range_of(name, model.config) for name in can_be_held(lane.cell)},
        "beyond": beyond,
    }


def _describe_proof(lane: Lane) -> dict[str, str]:
    """Say how far what is shown lies from torch; torch's own layers cannot be changed from inside."""
    shown = lane.changed or lane.trace
    name = f"torch.nn.{lane.cell.upper()}"
    proof = f"largest difference to {name} here: {shown.difference:.1e}"
    meaning = GLOSSARY["difference"].meaning
    if lane.changed is not None and math.isnan(shown.difference):
        proof = f"with your changes; without them {lane.trace.difference:.1e} from {name}"
        meaning += " With changes inside the cell it is computed by the plain equations, step by step."
    return {"proof": proof, "proof_meaning": meaning}


def _describe_training(scene: Scene, lane: Lane) -> dict[str, str]:
    if scene.request.source not in KINDS:
        return {"score": "", "score_meaning": ""}
    card = load_card(scene.request.source, lane.cell)
    return {
        "score": _words_of_score(card),
        "score_meaning": f"{card.scores.measure} Trained on: {card.data} {card.selection}",
    }


def _words_of_score(card: Card) -> str:
    overall = card.scores.overall
    if card.task == FORECAST:
        return f"off by {overall:.3g} thousand passengers on average"
    if card.scores.trained_to is not None and overall > 1:
        return f"right up to n = {overall:.0f}, trained up to {card.scores.trained_to}"
    return f"{100 * overall:.4g}% right"


def _pack_trace(lane: Lane, trace: Trace, prefix: str, number: int, tables: Tables) -> np.ndarray:
    """Add the tables of one trace; gives how much flowed where, (T, 7)."""
    layer = trace.layer(number)
    ledger = memory_ledger(layer)
    tables.add(f"{prefix}/input", layer.inputs)
    for name, values in layer.activations.items():
        tables.add(f"{prefix}/{name}", values)
    for name in ("kept", "lost", "written", "exposed"):
        tables.add(f"{prefix}/{name}", getattr(ledger, name))
    flow = _flow_sizes(layer)
    tables.add(f"{prefix}/flow", flow)
    if lane.subject.experiment is not None:
        tables.add(f"{prefix}/forecasts", _in_units(lane, trace.outputs))
    elif lane.subject.asks == "values":
        tables.add(f"{prefix}/values", trace.outputs)
    elif lane.subject.outputs:
        tables.add(f"{prefix}/probabilities", trace.probabilities)
    return flow


def _in_units(lane: Lane, outputs: np.ndarray) -> np.ndarray:
    """Bring a forecaster's answers, which are relative to the level before them, into the unit of the file."""
    experiment = lane.subject.experiment
    assert experiment is not None
    return experiment.in_file_units(outputs, experiment.split.train_end)


def _flow_sizes(layer: LayerTrace) -> np.ndarray:
    """Sum the content that moved over all units, without its sign, (T, 7) in the order of `FLOWS`."""
    ledger = memory_ledger(layer)
    memory = "cell_state" if layer.cell == "lstm" else "hidden_state"
    squashed = layer["cell_tanh"] if layer.cell == "lstm" else layer["hidden_state"]
    moved = (
        *(layer[f"{memory}_prev"], ledger.kept, ledger.lost),
        *(ledger.written, layer[memory], squashed, ledger.exposed),
    )
    return np.stack([np.abs(values).sum(axis=1) for values in moved], axis=1)


def describe_change(change: Change, scene: Scene) -> dict[str, Any]:
    """Say a change in words, and what it touches; `unit`, `first` and `last` are None for all there are."""
    what = change.what
    lane = f"{GLOSSARY[change.cell].label} " if change.cell and len(scene.lanes) > 1 else ""
    told = {"text": write_change(change), "cell": change.cell, "unit": None, "first": None, "last": None}
    if isinstance(what, NewToken):
        words = f"step {what.step + 1} reads “{what.token}”"
        return {**told, "name": "token", "words": words, "first": what.step, "last": what.step}
    if isinstance(what, Ablate):
        return {**told, "name": "off", "words": f"{lane}unit {what.unit + 1} silent", "unit": what.unit}
    if isinstance(what, Start):
        words = f"{lane}{GLOSSARY[what.name].label.lower()} of unit {what.unit + 1} starts with {what.value:g}"
        return {**told, "name": "start", "words": words, "unit": what.unit}
    unit = what.units[0] if what.units else None
    words = f"{lane}{_words_of_hold(what)}"
    return {**told, "name": what.name, "words": words, "unit": unit, "first": what.first, "last": what.last}


def _words_of_hold(hold: Hold) -> str:
    who = f"unit {hold.units[0] + 1}" if hold.units else "all units"
    if hold.last == hold.first:
        when = f"at step {hold.first + 1}"
    elif hold.last is None:
        when = "at every step" if hold.first == 0 else f"from step {hold.first + 1} on"
    else:
        when = f"at steps {hold.first + 1} to {hold.last + 1}"
    return f"{GLOSSARY[hold.name].label.lower()} of {who} at {hold.value:g} {when}"
