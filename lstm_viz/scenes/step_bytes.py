"""A scene as bytes for the browser, and as a report for people and programs."""

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

import numpy as np

from lstm_viz.figures.theme import PALETTES
from lstm_viz.glossary import GLOSSARY
from lstm_viz.recurrent.interventions import Ablate, Hold, Start, can_be_held, range_of
from lstm_viz.recurrent.layers import CELL_CLASSES, count_parameters, memory_of
from lstm_viz.recurrent.trace import LayerTrace, Trace, memory_ledger
from lstm_viz.scenes.sources import find_source
from lstm_viz.scenes.step_request import StepRequest
from lstm_viz.scenes.step_scene import Change, Lane, NewToken, Scene, build_scene, write_change

FLOWS = ("before", "kept", "lost", "written", "now", "squashed", "exposed")
STORY = (
    "forget_gate",
    "update_gate",
    "input_gate",
    "reset_gate",
    "candidate",
    "output_gate",
)  # in the order of the diagram


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


class Guide(NamedTuple):
    """Where a visitor should look first: the most telling unit, from 0, and why."""

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
    }
    return join_bytes(header, tables)


def join_bytes(header: dict[str, Any], tables: Tables) -> bytes:
    """Put a header, with words and colours, in front of its tables; `version` identifies the content."""
    numbers = b"".join(part.tobytes() for part in tables.parts)
    header |= {"terms": {name: asdict(term) for name, term in GLOSSARY.items()}, "palettes": PALETTES}
    header["arrays"] = tables.places
    header["version"] = hashlib.sha256(json.dumps(header, sort_keys=True).encode() + numbers).hexdigest()[:16]
    text = json.dumps(header, ensure_ascii=True, allow_nan=False).encode()
    text += b" " * (-len(text) % 4)
    return len(text).to_bytes(4, "little") + text + numbers


def name_of_content(words: Sequence[str]) -> str:
    """Give a short name that other words would not get."""
    return hashlib.sha256("\0".join(words).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def describe_sequence(scene: Scene) -> dict[str, Any]:
    """Describe what is read and what is right."""
    subject = scene.lanes[0].subject
    request = scene.request
    about = [request.source, *subject.labels, str(request.seed), str(request.layer)]
    about += [request.text] if subject.asks == "class" else []  # the labels of two test sequences are the same
    return {
        "about": name_of_content(about),
        "tokens": subject.labels,
        "changed_tokens": scene.changed_labels,
        "vocabulary": subject.vocabulary,
        "outputs": subject.outputs,
        "asks": subject.asks,
        "fixed": not subject.model.answers_from_states,
        "trained": find_source(request).trained,
        "changed_answers": scene.changed_answers or [()] * len(subject.labels),
        "right": _chances_of_right(scene),
        "series": _describe_series(scene),
        "start": len(subject.labels) // 2,
        "start_unit": _busiest_unit(scene),
    }


def _chances_of_right(scene: Scene) -> list[float | None]:
    """Give the first lane's probability of a right answer after each step; None where nothing is scored."""
    lane = scene.lanes[0]
    if not lane.subject.chooses:
        return [None] * len(scene.labels)
    return [
        round(float(row[list(right)].sum()), 6) if right and len(right) < len(row) else None
        for row, right in zip(lane.shown.probabilities, scene.changed_answers, strict=True)
    ]


def _describe_series(scene: Scene) -> dict[str, Any] | None:
    view = scene.lanes[0].subject.series
    if view is None:
        return None
    truth = [float(value) if np.isfinite(value) else None for value in view.truth]
    return {"name": view.name, "stamps": view.stamps, "read": view.read.tolist(), "truth": truth}


def _busiest_unit(scene: Scene) -> int:
    """Choose the unit that moves the answers most over the sequence, or the layer above."""
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
    runs = {lane.cell: lane.trace, f"{lane.cell}*": lane.changed}
    flows = [_pack_trace(lane, run, prefix, number, tables) for prefix, run in runs.items() if run is not None]
    if not beyond:
        tables.add(f"{lane.cell}/head", model.head.weight.detach().numpy())
    most = max(float(np.nan_to_num(flow).max(initial=0.0)) for flow in flows)
    trained = "" if find_source(scene.request).trained else "untrained, "
    return {
        "cell": lane.cell,
        "label": GLOSSARY[lane.cell].label,
        "about": f"{trained}{layer.hidden_size} units, {count_parameters(model):,} parameters",
        **_describe_proof(lane),
        **_describe_training(scene, lane),
        "hidden_size": layer.hidden_size,
        "gates": [gate for gate in STORY if gate in CELL_CLASSES[lane.cell].gates],
        "memory": memory_of(lane.cell),
        "biases": {name: bias.tolist() for name, bias in layer.biases.items()},
        "flows": FLOWS,
        "most_flow": most,
        "changed": lane.changed is not None,
        "ranges": {name: range_of(name, model.config) for name in can_be_held(lane.cell)},
        "beyond": beyond,
    }


def _describe_proof(lane: Lane) -> dict[str, str]:
    """Say how far what is shown is from torch; torch's own layers cannot be changed from inside."""
    name, shown = f"torch.nn.{lane.cell.upper()}", lane.shown
    proof = f"largest difference from {name} here: {shown.difference:.1e}"
    meaning = GLOSSARY["difference"].meaning
    if lane.changed is not None and math.isnan(shown.difference):
        proof = f"with your changes; without them {lane.trace.difference:.1e} from {name}"
        meaning += " With changes inside the cell it is computed by the plain equations, step by step."
    return {"proof": proof, "proof_meaning": meaning}


def _describe_training(scene: Scene, lane: Lane) -> dict[str, str]:
    card = find_source(scene.request).card(lane.cell)
    if card is None:
        return {"score": "", "score_meaning": ""}
    overall = card.scores.overall
    words = f"{100 * overall:.4g}% correct"
    if card.forecast is not None:
        words = f"off by {overall:.3g} thousand passengers on average"
    elif card.scores.trained_to is not None and overall > 1:
        words = f"correct up to n = {overall:.0f}, trained up to {card.scores.trained_to}"
    return {"score": words, "score_meaning": f"{card.scores.measure} Trained on: {card.data} {card.selection}"}


def _pack_trace(lane: Lane, trace: Trace, prefix: str, number: int, tables: Tables) -> np.ndarray:
    """Add the tables of one trace; gives how much flowed where, (T, 7)."""
    layer = trace.layer(number)
    flow = _flow_sizes(layer)
    for name, values in {
        "input": layer.inputs,
        **layer.activations,
        **vars(memory_ledger(layer)),
        "flow": flow,
    }.items():
        tables.add(f"{prefix}/{name}", values)
    experiment = lane.subject.experiment
    if experiment is not None:  # answers are relative to the level before them
        tables.add(f"{prefix}/forecasts", experiment.in_file_units(trace.outputs, experiment.split.train_end))
    elif lane.subject.asks == "values":
        tables.add(f"{prefix}/values", trace.outputs)
    elif lane.subject.outputs:
        tables.add(f"{prefix}/probabilities", trace.probabilities)
    return flow


def _flow_sizes(layer: LayerTrace) -> np.ndarray:
    """Sum the content that moved over all units, without its sign, (T, 7) in the order of `FLOWS`."""
    ledger, memory = memory_ledger(layer), memory_of(layer.cell)
    squashed = layer["cell_tanh"] if layer.cell == "lstm" else layer["hidden_state"]
    before, now = layer[f"{memory}_prev"], layer[memory]
    moved = (before, ledger.kept, ledger.lost, ledger.written, now, squashed, ledger.exposed)
    return np.stack([np.abs(values).sum(axis=1) for values in moved], axis=1)


def describe_change(change: Change, scene: Scene) -> dict[str, Any]:
    """Say a change in words, and what it touches; `unit`, `first` and `last` are None for all there are."""
    what = change.what
    lane = f"{GLOSSARY[change.cell].label} " if change.cell and len(scene.lanes) > 1 else ""
    facts = {"text": write_change(change), "cell": change.cell, "unit": None, "first": None, "last": None}
    if isinstance(what, NewToken):
        words = f"step {what.step + 1} reads “{what.token}”"
        return {**facts, "name": "token", "words": words, "first": what.step, "last": what.step}
    if isinstance(what, Ablate):
        return {**facts, "name": "off", "words": f"{lane}unit {what.unit + 1} silent", "unit": what.unit}
    if isinstance(what, Start):
        words = f"{lane}{GLOSSARY[what.name].label.lower()} of unit {what.unit + 1} starts with {what.value:g}"
        return {**facts, "name": "start", "words": words, "unit": what.unit}
    unit = what.units[0] if what.units else None
    words = f"{lane}{_words_of_hold(what)}"
    return {**facts, "name": what.name, "words": words, "unit": unit, "first": what.first, "last": what.last}


def _words_of_hold(hold: Hold) -> str:
    who = f"unit {hold.units[0] + 1}" if hold.units else "all units"
    when = f"at step {hold.first + 1}"
    if hold.last is None:
        when = "at every step" if hold.first == 0 else f"from step {hold.first + 1} on"
    elif hold.last != hold.first:
        when = f"at steps {hold.first + 1} to {hold.last + 1}"
    return f"{GLOSSARY[hold.name].label.lower()} of {who} at {hold.value:g} {when}"


def trace_report(request: StepRequest) -> dict[str, Any]:
    """Trace the first lane of a request and gather all its numbers, as plain values for JSON.

    Activations and the ledger are lists (T, H), probabilities (T, O); `difference_to_torch` is that of a `Trace`.

    Raises:
        LSTMVizError: something in the request does not fit the model or the text.
    """
    scene = build_scene(request)
    lane = scene.lanes[0]
    report: dict[str, Any] = {
        "model": request.source,
        "cell": lane.cell,
        "hidden_size": lane.subject.model.config.sizes[request.layer],
        "tokens": list(scene.changed_labels),
        "difference_to_torch": lane.trace.difference,
        "outputs": list(lane.subject.outputs),
        **_report_trace(lane, lane.trace),
    }
    if lane.changed is not None:
        report["changed"] = _report_trace(lane, lane.changed)
    return report


def _report_trace(lane: Lane, trace: Trace) -> dict[str, Any]:
    answers = ("probabilities", trace.probabilities) if lane.subject.chooses else ("answers", trace.outputs)
    return {"layers": [_report_layer(layer) for layer in trace.layers], answers[0]: answers[1].tolist()}


def _report_layer(layer: LayerTrace) -> dict[str, Any]:
    return {
        "layer": layer.layer,
        "direction": layer.direction,
        "input": layer.inputs.tolist(),
        "activations": {name: values.tolist() for name, values in layer.activations.items()},
        "biases": {name: values.tolist() for name, values in layer.biases.items()},
        "ledger": {name: values.tolist() for name, values in vars(memory_ledger(layer)).items()},
    }


def trace_in_words(report: dict[str, Any]) -> str:
    """Write one line per step for a terminal: what was read, what was kept and written, what is expected next."""
    run = report.get("changed", report)
    moved = [np.abs(np.array(values)).sum(axis=1) for values in run["layers"][0]["ledger"].values()]
    lines = [
        f"{report['cell'].upper()} with {report['hidden_size']} units, `{report['model']}`; largest difference from torch "
        f"{report['difference_to_torch']:.1e}",
        "",
        "step  token         kept    lost  written   shown  expects",
    ]
    for step, token in enumerate(report["tokens"]):
        numbers = "".join(f"{content[step]:8.2f}" for content in moved)
        lines.append(f"{step + 1:4d}  {_printable(token):10.10s}{numbers}  {_expectation(report, run, step)}")
    return "\n".join(lines)


def _expectation(report: dict[str, Any], run: dict[str, Any], step: int) -> str:
    if "probabilities" not in run:
        return f"{run['answers'][step][0]:.4g} (scaled)"
    chances = run["probabilities"][step]
    best = int(np.argmax(chances))
    return f"{_printable(report['outputs'][best])} {100 * chances[best]:.1f}%"


def _printable(token: str) -> str:
    return "".join(sign if sign.isprintable() else "�" for sign in token)
