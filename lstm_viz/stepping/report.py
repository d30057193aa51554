"""A traced sequence in plain values, for the command line."""

from typing import Any

import numpy as np

from lstm_viz.recurrent.ledger import memory_ledger
from lstm_viz.recurrent.trace import LayerTrace, Trace
from lstm_viz.stepping.request import StepRequest
from lstm_viz.stepping.scene import Lane, build_scene

LEDGER = ("kept", "lost", "written", "exposed")


def trace_report(request: StepRequest) -> dict[str, Any]:
    """Trace the first lane of a request and gather all its numbers.

    Returns:
        Plain values for JSON. Activations and the ledger are lists (T, H), probabilities (T, O); `difference_to_torch` is
        the largest difference between the hidden states that follow from the gates given here and torch's own.

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
        "ledger": {name: getattr(memory_ledger(layer), name).tolist() for name in LEDGER},
    }


def trace_in_words(report: dict[str, Any]) -> str:
    """Write one line per step for a terminal: what was read, what was kept and written, what is expected next."""
    run = report.get("changed", report)
    ledger = run["layers"][0]["ledger"]
    total = {name: np.abs(np.array(ledger[name])).sum(axis=1) for name in LEDGER}
    lines = [
        f"{report['cell'].upper()} with {report['hidden_size']} units, `{report['model']}`; largest difference to torch "
        f"{report['difference_to_torch']:.1e}",
        "",
        "step  token         kept    lost  written   shown  expects",
    ]
    for step, token in enumerate(report["tokens"]):
        numbers = "".join(f"{total[name][step]:8.2f}" for name in LEDGER)
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
