"""What the units of one lane do over many test sequences: what they track, and how their gates behave."""

from dataclasses import dataclass

import numpy as np

from lstm_viz.recurrent.layers import CELL_CLASSES, memory_of
from lstm_viz.recurrent.saturation import Saturation, saturation
from lstm_viz.recurrent.similarity import Stretch, similar_steps
from lstm_viz.recurrent.specification import Cell
from lstm_viz.recurrent.trace import LayerTrace, trace_inside
from lstm_viz.recurrent.tracking import LEAST_STRENGTH, Tracking, track
from lstm_viz.stepping.probes import ProbeSet
from lstm_viz.stepping.request import StepRequest
from lstm_viz.stepping.sources import find_source

GATES = ("forget_gate", "update_gate", "input_gate", "reset_gate", "output_gate")
KEPT_PASSAGES = 40
SENT_EXAMPLES = 12
LONGEST_EXAMPLE, CUT_TO = 62, 32  # a long one is only begun
CANDIDATES = 60


@dataclass(frozen=True, eq=False)
class Passage:
    """One test sequence.

    Args:
        labels: of its steps, length t.
        activations: the memory first, then the hidden state where that is something else, (t, H) each.
        concepts: in the order of the survey's names, (t, C).
    """

    labels: tuple[str, ...]
    activations: dict[str, np.ndarray]
    concepts: np.ndarray

    @property
    def memory(self) -> np.ndarray:
        """What is kept at each step, (t, H)."""
        return next(iter(self.activations.values()))

    def begin(self) -> "Passage":
        """Give so much of it as can be looked at."""
        shown = slice(None if len(self.labels) <= LONGEST_EXAMPLE else CUT_TO)
        cut = {name: values[shown] for name, values in self.activations.items()}
        return Passage(self.labels[shown], cut, self.concepts[shown])


@dataclass(frozen=True, eq=False)
class Survey:
    """Tell what the units of one lane do.

    Args:
        cell: which recurrence.
        about: what the test sequences are.
        steps: their length in all.
        meanings: of the concepts.
        tracking: by activation: the memory first, then what the cell shows where that is something else.
        saturation: by gate.
        passages: some of the test sequences.
    """

    cell: Cell
    about: str
    steps: int
    meanings: dict[str, str]
    tracking: dict[str, Tracking]
    saturation: dict[str, Saturation]
    passages: tuple[Passage, ...]

    @property
    def examples(self) -> tuple[Passage, ...]:
        """Some passages of all lengths, short ones first, none too long to look at."""
        by_length = sorted((one.begin() for one in self.passages), key=lambda one: len(one.labels))
        places = np.linspace(0, len(by_length) - 1, SENT_EXAMPLES).round().astype(int)
        return tuple(by_length[place] for place in np.unique(places))


def survey_lane(request: StepRequest, cell: Cell) -> Survey:
    """Run a lane's model over test sequences and score every unit against every concept.

    Raises:
        LSTMVizError: the model cannot be opened.
    """
    source = find_source(request)
    subject = source.open(cell)
    probes = source.probes(subject)
    place = request.layer * (2 if subject.model.config.bidirectional else 1)  # the direction that reads forward
    traces = [trace_inside(subject.model, sequence)[place] for sequence in probes.sequences]
    names = dict.fromkeys((memory_of(cell), "hidden_state"))
    return Survey(
        cell,
        probes.about,
        sum(trace.steps for trace in traces),
        probes.meanings,
        {name: track(joined(traces, name), probes.concepts) for name in names},
        {gate: saturation(joined(traces, gate)) for gate in GATES if gate in CELL_CLASSES[cell].gates},
        passages(probes, traces, tuple(names)),
    )


def joined(traces: list[LayerTrace], name: str) -> np.ndarray:
    """Join an activation of all sequences, (N, H)."""
    return np.concatenate([trace[name] for trace in traces])


def passages(probes: ProbeSet, traces: list[LayerTrace], names: tuple[str, ...]) -> tuple[Passage, ...]:
    """Keep some test sequences whole, evenly spread."""
    concepts_NC = np.stack(list(probes.concepts.values()), axis=1)
    ends = np.cumsum([trace.steps for trace in traces])
    known = np.split(concepts_NC, ends[:-1])
    kept = np.unique(np.linspace(0, len(traces) - 1, KEPT_PASSAGES).astype(int)).tolist()
    return tuple(
        Passage(probes.labels[place], {name: traces[place][name] for name in names}, known[place]) for place in kept
    )


def findings(survey: Survey) -> tuple[tuple[tuple[int, ...], ...], np.ndarray, np.ndarray, np.ndarray]:
    """Choose for each concept and unit the activation that tells it best.

    Returns:
        For each unit the places of the concepts that it really tracks, the strongest first; then (C, H) each: scores,
        strengths, and which activation was chosen, 0 for the memory and 1 for the hidden state.
    """
    trackings = list(survey.tracking.values())
    strengths_ACH = np.nan_to_num(np.stack([one.strength for one in trackings]))
    chosen = strengths_ACH.argmax(axis=0)
    score = np.take_along_axis(np.stack([one.score for one in trackings]), chosen[None], axis=0)[0]
    strength = strengths_ACH.max(axis=0)
    counts = (strength >= LEAST_STRENGTH) & (strength > trackings[0].chance[:, None])
    ranked = tuple(
        tuple(int(place) for place in np.argsort(-column, kind="stable") if counts[place, unit])
        for unit, column in enumerate(strength.T)
    )
    return ranked, score, strength, chosen


def similar_passages(
    survey: Survey, memory_TH: np.ndarray, first: int, last: int, most: int = 4
) -> tuple[tuple[Passage, Stretch], ...]:
    """Find stretches of test sequences in which the memory is like that of a stretch of the sequence shown.

    All are standardized together. At most one is given of each test sequence, the most similar first.
    """
    starts = np.cumsum([len(memory_TH), *(len(one.labels) for one in survey.passages)])
    together = np.concatenate([memory_TH, *(one.memory for one in survey.passages)])
    found: dict[int, Stretch] = {}
    for stretch in similar_steps(together, first, last, CANDIDATES):
        place = int(np.searchsorted(starts, stretch.first, side="right")) - 1
        if place >= 0 and stretch.last < starts[place + 1] and place not in found:
            begin = int(starts[place])
            found[place] = Stretch(stretch.first - begin, stretch.last - begin, stretch.similarity)
    return tuple((survey.passages[place], stretch) for place, stretch in list(found.items())[:most])
