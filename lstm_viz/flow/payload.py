"""Gradients as bytes for the browser, laid out like a scene: see `stepping/payload.py`.

Tables are named `cell@frame/name`; a frame is one state of the weights. Norms are log10: −∞ is a true zero, NaN an overflow.
"""

import hashlib
import math
from dataclasses import asdict
from typing import Any

import numpy as np

from lstm_viz.figures.theme import PALETTES
from lstm_viz.flow.lanes import FlowLane, flow_lanes
from lstm_viz.flow.measure import Measured
from lstm_viz.flow.request import FlowRequest
from lstm_viz.flow.words import clip_words, lesson, middle, verdict_of_all, verdict_words
from lstm_viz.glossary import GLOSSARY
from lstm_viz.recurrent.half_life import FLOOR
from lstm_viz.stepping.payload import Tables, join_bytes
from lstm_viz.stepping.request import UNTRAINED

ROWS = ("direct", "gated", "carry", "carry_product", "slope")
TABLES = ("hidden", "cell", "heat", "spectra", "sensitivity")


def flow_bytes(request: FlowRequest) -> bytes:
    """Compute and pack everything that the page shows.

    Raises:
        LSTMVizError: something in the request cannot be opened or read.
    """
    tables = Tables()
    lanes = flow_lanes(request)
    labels = lanes[0].labels
    about = [request.source, str(request.layer), str(len(labels)), *labels]
    header = {
        "about": hashlib.sha256("\0".join(about).encode("utf-8", "surrogatepass")).hexdigest()[:16],
        "tokens": labels,
        "numbered": request.source == UNTRAINED,
        "trained": request.source != UNTRAINED,
        "loss_steps": np.flatnonzero(lanes[0].states[-1].loss_at).tolist(),
        "floor": FLOOR,
        "lesson": lesson(
            request, {lane.cell: lane.states[0] for lane in lanes}, {lane.cell: lane.states[-1] for lane in lanes}
        ),
        "lanes": [_pack_lane(lane, request, tables) for lane in lanes],
        "terms": {name: asdict(term) for name, term in GLOSSARY.items()},
        "palettes": PALETTES,
    }
    return join_bytes(header, tables)


def _pack_lane(lane: FlowLane, request: FlowRequest, tables: Tables) -> dict[str, Any]:
    frames = []
    for place, (epoch, state) in enumerate(zip(lane.epochs, lane.states, strict=True)):
        _pack_measured(state, f"{lane.cell}@{place}", tables)
        frames.append({"epoch": epoch, **describe(state, request, len(lane.labels))})
    return {
        "cell": lane.cell,
        "label": GLOSSARY[lane.cell].label,
        "hidden_size": lane.config.hidden_size,
        "parameters": lane.parameters,
        "readers": lane.readers,
        "activation": lane.config.activation if lane.cell == "rnn" else "",
        "top": lane.layer == lane.config.num_layers - 1,
        "layer": lane.layer,
        "layers": lane.config.num_layers,
        "frames": frames,
    }


def _pack_measured(measured: Measured, prefix: str, tables: Tables) -> None:
    """Add all tables of one state; what is one row long becomes a table of one row."""
    for name in (*TABLES, *ROWS):
        values = getattr(measured, name)
        if values is not None and values.size:
            tables.add(f"{prefix}/{name}", np.atleast_2d(values))


def describe(measured: Measured, request: FlowRequest, steps: int) -> dict[str, Any]:
    """Give the numbers and words of one state."""
    pace, words = verdict_words(request, measured, steps)
    return {
        "verdict": verdict_of_all(measured.fading),
        "pace": pace,
        "words": words,
        "clip_words": clip_words(request, measured),
        "half_life": _spread_of([fading.half_life for fading in measured.fading]),
        "factor": _spread_of([fading.factor for fading in measured.fading]),
        "log_ratio": _spread_of([fading.log_ratio for fading in measured.fading]),
        "loss": _sound(measured.loss),
        "overflow": asdict(measured.overflow) if measured.overflow else None,
        "heat_steps": measured.heat_steps.tolist(),
        "spectrum_steps": measured.spectrum_steps.tolist(),
        "sensitivity_steps": measured.sensitivity_steps.tolist(),
        "radii": {gate: round(radius, 6) for gate, radius in measured.radii.items()},
        "stretches": {gate: round(stretch, 6) for gate, stretch in measured.stretches.items()},
    }


def _spread_of(values: list[float]) -> dict[str, float | None]:
    """Give the median and the range over seeds; None for what is no finite number."""
    return {"median": _sound(middle(values)), "low": _sound(min(values)), "high": _sound(max(values))}


def _sound(value: float) -> float | None:
    """Give a number that JSON can write; None for what it cannot."""
    return value if math.isfinite(value) else None
