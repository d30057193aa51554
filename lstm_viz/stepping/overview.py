"""A whole sequence at once as bytes for the browser, laid out like a scene: see `payload.py`."""

import math
import re
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from lstm_viz.figures.theme import PALETTES
from lstm_viz.glossary import GLOSSARY
from lstm_viz.recurrent.similarity import similar_order, similar_steps
from lstm_viz.recurrent.specification import CELLS, Cell
from lstm_viz.recurrent.trace import LayerTrace
from lstm_viz.stepping.payload import Guide, Tables, describe_change, describe_sequence, join_bytes
from lstm_viz.stepping.scene import Lane, Scene
from lstm_viz.stepping.survey import Passage, Survey, findings, memory_of, similar_passages

MAPS = (
    *("forget_gate", "update_gate", "reset_gate", "input_gate", "candidate"),
    *("cell_state", "output_gate", "hidden_state"),
)
CONVINCING = 0.8  # weaker ones can hardly be seen by eye
SEARCH = re.compile(r"([a-z]+)\.(\d{1,5})-(\d{1,5})\.([0-9a-f]{8})")


@dataclass(frozen=True)
class Search:
    """Ask where else a lane is in a state like that of steps `first` … `last`, both included, counted from 0.

    Args:
        cell: the lane.
        first, last: the stretch.
        about: begin of the name of the sequence that was meant; a stretch of another one means nothing.
    """

    cell: Cell
    first: int
    last: int
    about: str


def read_search(text: str) -> Search | None:
    """Read a search as the address writes it, `lstm.3-7.1f3a9c02` with steps counted from 1; None where it is none."""
    found = SEARCH.fullmatch(text)
    cell = next((cell for cell in CELLS if found and cell == found[1]), None)
    if not found or cell is None:
        return None
    first, last = int(found[2]) - 1, int(found[3]) - 1
    return Search(cell, first, last, found[4]) if 0 <= first <= last else None


def overview_bytes(scene: Scene, surveys: dict[Cell, Survey], search: Search | None = None) -> bytes:
    """Pack the maps of a scene and what its units do.

    Args:
        scene: what is shown.
        surveys: of each lane.
        search: is passed over where it was meant for another sequence.
    """
    tables = Tables()
    sequence = describe_sequence(scene)
    lanes = [_pack_lane(lane, surveys[lane.cell], scene.request.layer, tables) for lane in scene.lanes]
    header = {
        **sequence,
        "start_unit": telling_unit(surveys[scene.lanes[0].cell], sequence["start_unit"]),
        "lanes": lanes,
        "changes": [describe_change(change, scene) for change in scene.changes],
        "search": None if search is None else _answer_search(scene, surveys, search, sequence["about"]),
        "terms": {name: asdict(term) for name, term in GLOSSARY.items()},
        "palettes": PALETTES,
    }
    return join_bytes(header, tables)


def telling_unit(survey: Survey, otherwise: int) -> int:
    """Choose the unit that is looked at first: one that follows a number tells more than one that says yes or no.

    The position does not count as long as there is anything else: it grows in every sequence, and much grows with it.
    """
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
    """Lead to the unit that tells most; None where no unit follows anything that is known."""
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
    verb = "tells" if is_auc else "follows"
    return Guide(unit, f"{words}{verb} “{concept.replace('_', ' ')}” ({how}). {survey.meanings[concept]}")


def cut(score: float) -> str:
    """Write a score with three decimals; what is not quite perfect is not rounded up to it.

    Example:
        >>> cut(0.99951), cut(0.9), cut(1.0)
        ('0.999', '0.900', '1.000')
    """
    return f"{math.floor(1000 * score) / 1000:.3f}"


def _pack_lane(lane: Lane, survey: Survey, number: int, tables: Tables) -> dict[str, Any]:
    layer = _shown_layer(lane, number)
    tables.add(f"{lane.cell}/input", layer.inputs)
    names = [name for name in _maps_of(lane.cell) if name != "input"]
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


def _maps_of(cell: Cell) -> tuple[str, ...]:
    """Name the maps of a cell from what comes in to what is shown.

    The candidate of a plain RNN is its hidden state, and is not drawn twice.
    """
    there = {
        "lstm": {"forget_gate", "input_gate", "candidate", "cell_state", "output_gate", "hidden_state"},
        "gru": {"update_gate", "reset_gate", "candidate", "hidden_state"},
        "rnn": {"hidden_state"},
    }[cell]
    return ("input", *(name for name in MAPS if name in there))


def _shown_layer(lane: Lane, number: int) -> LayerTrace:
    """Give what is drawn: the run with the changes, where there are some."""
    return (lane.changed or lane.trace).layer(number)


def _pack_survey(survey: Survey, tables: Tables) -> dict[str, Any]:
    ranked, score, strength, chosen = findings(survey)
    tables.add(f"{survey.cell}/score", score)
    tables.add(f"{survey.cell}/strength", strength)
    tables.add(f"{survey.cell}/chosen", chosen)
    first = next(iter(survey.tracking.values()))
    described = zip(first.names, first.kind, first.samples.tolist(), first.chance.tolist(), strict=True)
    return {
        "tested_on": survey.about,
        "tested_steps": survey.steps,
        "told_by": list(survey.tracking),
        "concepts": [
            {
                "name": name.replace("_", " "),
                "meaning": survey.meanings[name],
                "kind": kind,
                "samples": n,
                "chance": luck,
            }
            for name, kind, n, luck in described
        ],
        "findings": ranked,
        "examples": _pack_examples(survey.cell, survey.examples, tables),
    }


def _pack_examples(cell: Cell, examples: tuple[Passage, ...], tables: Tables) -> list[dict[str, Any]]:
    for name in examples[0].activations:
        tables.add(f"{cell}/examples_{name}", np.concatenate([example.activations[name] for example in examples]))
    tables.add(f"{cell}/example_concepts", np.concatenate([example.concepts for example in examples]))
    ends = np.cumsum([len(example.labels) for example in examples])
    return [
        {"tokens": example.labels, "first": int(end) - len(example.labels)}
        for example, end in zip(examples, ends, strict=True)
    ]


def _answer_search(scene: Scene, surveys: dict[Cell, Survey], search: Search, about: str) -> dict[str, Any] | None:
    """Find the stretches that are like the one asked for; None where it is not of this sequence."""
    lane = next((lane for lane in scene.lanes if lane.cell == search.cell), None)
    if lane is None or search.about != about[: len(search.about)] or search.last >= len(scene.labels):
        return None
    memory = _shown_layer(lane, scene.request.layer)[memory_of(lane.cell)]
    here = similar_steps(memory, search.first, search.last)
    elsewhere = similar_passages(surveys[lane.cell], memory, search.first, search.last)
    return {
        "cell": search.cell,
        "first": search.first,
        "last": search.last,
        "here": [asdict(stretch) for stretch in here],
        "elsewhere": [{**asdict(stretch), "tokens": passage.labels} for passage, stretch in elsewhere],
    }
