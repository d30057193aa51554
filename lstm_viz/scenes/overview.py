"""What the units of one lane do over many test sequences: what they track, and how their gates behave."""

import math
import re
from dataclasses import asdict, dataclass
from typing import Any, cast

import numpy as np

from lstm_viz.glossary import GLOSSARY
from lstm_viz.recurrent.interventions import can_be_held
from lstm_viz.recurrent.layers import CELL_CLASSES, memory_of
from lstm_viz.recurrent.specification import CELLS, Cell
from lstm_viz.recurrent.trace import LayerTrace, trace_inside
from lstm_viz.recurrent.unit_analysis import (
    LEAST_STRENGTH,
    Saturation,
    Stretch,
    Tracking,
    saturation,
    similar_order,
    similar_steps,
    track,
)
from lstm_viz.scenes.probes import ProbeSet
from lstm_viz.scenes.sources import find_source
from lstm_viz.scenes.step_bytes import STORY, Guide, Tables, describe_change, describe_sequence, join_bytes
from lstm_viz.scenes.step_request import StepRequest
from lstm_viz.scenes.step_scene import Lane, Scene

MAPS = (*STORY[:-1], "cell_state", "output_gate", "hidden_state")
CONCEPT = ("name", "meaning", "kind", "samples", "chance")
CONVINCING = 0.8  # weaker ones can hardly be seen by eye
SEARCH = re.compile(rf"({'|'.join(CELLS)})\.(\d{{1,5}})-(\d{{1,5}})\.([0-9a-f]{{8}})")
KEPT_PASSAGES = 40
SENT_EXAMPLES = 12
LONGEST_EXAMPLE, CUT_TO = 62, 32  # a long one is only begun
CANDIDATES = 60


@dataclass(frozen=True, eq=False)
class _Passage:
    """One test sequence."""

    labels: tuple[str, ...]  # of its steps, length t
    activations: dict[str, np.ndarray]  # the memory first, then the hidden state where it is another, (t, H) each
    concepts: np.ndarray  # in the order of the survey's names, (t, C)

    @property
    def memory(self) -> np.ndarray:
        """What is kept at each step, (t, H)."""
        return next(iter(self.activations.values()))

    def begin(self) -> "_Passage":
        """Give so much of it as can be looked at."""
        shown = slice(None if len(self.labels) <= LONGEST_EXAMPLE else CUT_TO)
        cut = {name: values[shown] for name, values in self.activations.items()}
        return _Passage(self.labels[shown], cut, self.concepts[shown])


@dataclass(frozen=True, eq=False)
class Survey:
    """What the units of one lane do."""

    cell: Cell
    about: str  # what the test sequences are
    steps: int  # their length in all
    meanings: dict[str, str]  # of the concepts
    tracking: dict[str, Tracking]  # by activation: the memory first, then the hidden state where it is another
    saturation: dict[str, Saturation]  # by gate
    passages: tuple[_Passage, ...]  # some of the test sequences

    @property
    def examples(self) -> tuple[_Passage, ...]:
        """Some passages of all lengths, short ones first, none too long to look at."""
        by_length = sorted((one.begin() for one in self.passages), key=lambda one: len(one.labels))
        places = np.linspace(0, len(by_length) - 1, SENT_EXAMPLES).round().astype(int)
        return tuple(by_length[place] for place in np.unique(places))


def survey_lane(request: StepRequest, cell: Cell) -> Survey:
    """Run a lane's model over test sequences and score every unit against every concept; may raise any `LSTMVizError`."""
    source = find_source(request)
    subject = source.open(cell)
    probes = source.probes(subject)
    place = request.layer * (2 if subject.model.config.bidirectional else 1)  # the direction that reads forward
    traces = [trace_inside(subject.model, sequence)[place] for sequence in probes.sequences]
    names = dict.fromkeys((memory_of(cell), "hidden_state"))
    gates = [gate for gate in STORY if gate in CELL_CLASSES[cell].gates and gate != "candidate"]
    return Survey(
        cell,
        probes.about,
        sum(trace.steps for trace in traces),
        probes.meanings,
        {name: track(joined(traces, name), probes.concepts) for name in names},
        {gate: saturation(joined(traces, gate)) for gate in gates},
        passages(probes, traces, tuple(names)),
    )


def joined(traces: list[LayerTrace], name: str) -> np.ndarray:
    """Join an activation of all sequences, (N, H)."""
    return np.concatenate([trace[name] for trace in traces])


def passages(probes: ProbeSet, traces: list[LayerTrace], names: tuple[str, ...]) -> tuple[_Passage, ...]:
    """Keep some test sequences whole, evenly spread."""
    ends = np.cumsum([trace.steps for trace in traces])
    known = np.split(np.stack(list(probes.concepts.values()), axis=1), ends[:-1])
    kept = np.unique(np.linspace(0, len(traces) - 1, KEPT_PASSAGES).astype(int)).tolist()
    return tuple(
        _Passage(probes.labels[place], {name: traces[place][name] for name in names}, known[place]) for place in kept
    )


def findings(survey: Survey) -> tuple[tuple[tuple[int, ...], ...], np.ndarray, np.ndarray, np.ndarray]:
    """Choose for each concept and unit the activation that follows it best.

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
) -> tuple[tuple[_Passage, Stretch], ...]:
    """Find the stretches of test sequences, at most one of each, whose memory is most like that of a stretch shown."""
    starts = np.cumsum([len(memory_TH), *(len(one.labels) for one in survey.passages)])
    together = np.concatenate([memory_TH, *(one.memory for one in survey.passages)])
    found: dict[int, Stretch] = {}
    for stretch in similar_steps(together, first, last, CANDIDATES):
        place = int(np.searchsorted(starts, stretch.first, side="right")) - 1
        if place >= 0 and stretch.last < starts[place + 1] and place not in found:
            begin = int(starts[place])
            found[place] = Stretch(stretch.first - begin, stretch.last - begin, stretch.similarity)
    return tuple((survey.passages[place], stretch) for place, stretch in list(found.items())[:most])


@dataclass(frozen=True)
class Search:
    """Ask where else a lane is in a state like that of steps `first` … `last`, both included, counted from 0."""

    cell: Cell  # the lane
    first: int
    last: int
    about: str  # how the name of the sequence that was meant begins; of another one a stretch means nothing


def read_search(text: str) -> Search | None:
    """Read a search as the address writes it, `lstm.3-7.1f3a9c02` with steps counted from 1; None where it is none."""
    found = SEARCH.fullmatch(text)
    if not found or not 1 <= int(found[2]) <= int(found[3]):
        return None
    return Search(cast(Cell, found[1]), int(found[2]) - 1, int(found[3]) - 1, found[4])


def overview_bytes(scene: Scene, surveys: dict[Cell, Survey], search: Search | None = None) -> bytes:
    """Pack the maps of a scene and what its units do; a search that was meant for another sequence is passed over."""
    tables = Tables()
    sequence = describe_sequence(scene)
    lanes = [_pack_lane(lane, surveys[lane.cell], scene.request.layer, tables) for lane in scene.lanes]
    header = {
        **sequence,
        "start_unit": telling_unit(surveys[scene.lanes[0].cell], sequence["start_unit"]),
        "lanes": lanes,
        "changes": [describe_change(change, scene) for change in scene.changes],
        "search": None if search is None else _answer_search(scene, surveys, search, sequence["about"]),
    }
    return join_bytes(header, tables)


def telling_unit(survey: Survey, otherwise: int) -> int:
    """Choose the unit to look at first: one that follows a number rather than a yes or no, and the position last of all."""
    ranked, _, strength, _ = findings(survey)
    first = next(iter(survey.tracking.values()))
    best = {unit: places[0] for unit, places in enumerate(ranked) if places}

    def worth(unit: int) -> tuple[bool, bool, float]:
        place = best[unit]
        strong = float(strength[place, unit])
        is_else = first.names[place] != "position"
        return is_else, is_else and first.kind[place] == "correlation" and strong >= CONVINCING, strong

    return max(best, key=worth, default=otherwise)


def guide_to(survey: Survey) -> Guide | None:
    """Lead to the most telling unit; None where no unit follows anything that is known."""
    ranked, score, _, _ = findings(survey)
    unit = telling_unit(survey, -1)
    if unit < 0 or not ranked[unit]:
        return None
    place = ranked[unit][0]
    first = next(iter(survey.tracking.values()))
    concept, value = first.names[place], float(score[place, unit])
    is_auc = first.kind[place] == "auc"
    how = f"AUC {cut(max(value, 1 - value))}" if is_auc else f"r = {'−' if value < 0 else ''}{cut(abs(value))}"
    words = f"Watch unit {unit + 1} of the {GLOSSARY[survey.cell].label}: over {survey.steps:,} test steps it "
    verb = "detects" if is_auc else "follows"
    return Guide(unit, f"{words}{verb} “{concept.replace('_', ' ')}” ({how}). {survey.meanings[concept]}")


def cut(score: float) -> str:
    """Write a score with three decimals; what is not quite perfect is not rounded up to it.

    >>> cut(0.99951), cut(0.9), cut(1.0)
    ('0.999', '0.900', '1.000')
    """
    return f"{math.floor(1000 * score) / 1000:.3f}"


def _pack_lane(lane: Lane, survey: Survey, number: int, tables: Tables) -> dict[str, Any]:
    layer = lane.shown.layer(number)
    tables.add(f"{lane.cell}/input", layer.inputs)
    held = ("hidden_state",) if lane.cell == "rnn" else can_be_held(lane.cell)  # an RNN's candidate is its hidden state
    names = [name for name in MAPS if name in held]
    for name in names:
        tables.add(f"{lane.cell}/{name}", layer[name])
    return {
        "cell": lane.cell,
        "label": GLOSSARY[lane.cell].label,
        "hidden_size": layer.hidden_size,
        "maps": ["input", *names],
        "memory": memory_of(lane.cell),
        "order": similar_order(layer[memory_of(lane.cell)]).tolist(),
        **_pack_survey(survey, tables),
    }


def _pack_survey(survey: Survey, tables: Tables) -> dict[str, Any]:
    ranked, score, strength, chosen = findings(survey)
    for name, table in {"score": score, "strength": strength, "chosen": chosen}.items():
        tables.add(f"{survey.cell}/{name}", table)
    first = next(iter(survey.tracking.values()))
    names, meanings = [name.replace("_", " ") for name in first.names], [survey.meanings[name] for name in first.names]
    described = zip(names, meanings, first.kind, first.samples.tolist(), first.chance.tolist(), strict=True)
    return {
        "tested_on": survey.about,
        "tested_steps": survey.steps,
        "told_by": list(survey.tracking),
        "concepts": [dict(zip(CONCEPT, concept, strict=True)) for concept in described],
        "findings": ranked,
        "examples": _pack_examples(survey.cell, survey.examples, tables),
    }


def _pack_examples(cell: Cell, examples: tuple[_Passage, ...], tables: Tables) -> list[dict[str, Any]]:
    for name in examples[0].activations:
        tables.add(f"{cell}/examples_{name}", np.concatenate([example.activations[name] for example in examples]))
    tables.add(f"{cell}/example_concepts", np.concatenate([example.concepts for example in examples]))
    ends = np.cumsum([len(example.labels) for example in examples])
    shown = zip([example.labels for example in examples], ends.tolist(), strict=True)
    return [{"tokens": labels, "first": end - len(labels)} for labels, end in shown]


def _answer_search(scene: Scene, surveys: dict[Cell, Survey], search: Search, about: str) -> dict[str, Any] | None:
    """Find the stretches that are like the one asked for; None where it is not of this sequence."""
    lane = next((lane for lane in scene.lanes if lane.cell == search.cell), None)
    if lane is None or search.about != about[: len(search.about)] or search.last >= len(scene.labels):
        return None
    memory = lane.shown.layer(scene.request.layer)[memory_of(lane.cell)]
    here = similar_steps(memory, search.first, search.last)
    elsewhere = similar_passages(surveys[lane.cell], memory, search.first, search.last)
    return {
        **{name: getattr(search, name) for name in ("cell", "first", "last")},
        "here": [asdict(stretch) for stretch in here],
        "elsewhere": [{**asdict(stretch), "tokens": passage.labels} for passage, stretch in elsewhere],
    }
