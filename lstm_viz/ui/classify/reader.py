"""A sequence read step by step by a classifier, also one drawn by hand; and the confusion matrix that leads to one."""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from lstm_viz.classifying.results import Results
from lstm_viz.errors import LSTMVizError
from lstm_viz.figures.theme import PALETTES
from lstm_viz.phrases import counted
from lstm_viz.runs.epoch_store import ClassifyView
from lstm_viz.runs.opened import Classifier, Reading, open_classifier, read_example, read_picture
from lstm_viz.scenes.step_request import CLASS
from lstm_viz.sequences.labelled.digits import PAD, as_picture, from_text, read_ink, to_text, write_ink
from lstm_viz.sequences.labelled.labelled_sequences import LabelledSequences
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.components import mount, sent
from lstm_viz.ui.shell.errors import show_error
from lstm_viz.ui.shell.markdown import literal, small
from lstm_viz.ui.shell.navigation import link_to
from lstm_viz.ui.shell.session import Drawn, current_session, set_widget_value, widget_value

MOST_ROWS = 30
NOTHING = "–"
MOST_PADS = 8
MAX_SENT_TEXTS = 16  # an address lags behind the pad by a stroke or two
MOST_LINES = 12
MOST_FEATURES = 6
EXAMPLE, DRAWN, MISTAKE = "example", "drawn", "mistake"
LONGEST_DRAWING = 1000
MOST_DRAWN = 64
MODE, TEST, DRAW = "classify-mode", "A test sequence", "Draw one"
MOST_MISTAKES, THUMB, WIDTH = 12, 72, 96

_mount_matrix = mount("confusion_matrix")
_mount_pad = mount("digit_pad")
_mount_reader = mount("sequence_reader")


def matrix_data(counts: NDArray[np.integer], classes: tuple[str, ...]) -> dict[str, object]:
    """Return the confusion matrix as the browser takes it: of many classes, those with most errors and the rest together.

    Args:
        counts: (C, C), true class down, predicted class across.
    """
    shown = _most_mistaken(counts)
    hidden = [place for place in range(len(classes)) if place not in set(shown)]
    return {
        "classes": [classes[place] for place in shown],
        "places": shown,
        "rows": [_row_of(counts[place], place, shown, hidden) for place in shown],
        "hidden": len(hidden),
        "all": len(classes),
        "right": int(np.trace(counts)),
        "total": int(counts.sum()),
        "summary": _summary_of(counts),
    }


def _row_of(counts: NDArray[np.integer], place: int, shown: list[int], hidden: list[int]) -> dict[str, object]:
    total = int(counts.sum())
    return {
        "counts": [int(counts[other]) for other in shown],
        "shares": [round(float(counts[other]) / max(1, total), 4) for other in shown],
        "others": int(counts[hidden].sum()),
        "total": total,
        "recall": _percent(int(counts[place]), total),
    }


def _most_mistaken(counts: NDArray[np.integer]) -> list[int]:
    """Return the classes shown, in order: all, or those with most errors in their row and column."""
    if len(counts) <= MOST_ROWS:
        return list(range(len(counts)))
    wrong = counts.sum(axis=0) + counts.sum(axis=1) - 2 * np.diag(counts)
    return sorted(np.argsort(-wrong, kind="stable")[:MOST_ROWS].tolist())


def _summary_of(counts: NDArray[np.integer]) -> str:
    total, right = int(counts.sum()), int(np.trace(counts))
    if not total:
        return "Nothing was classified."
    return f"{right:,} of {total:,} are correct ({_percent(right, total)})."


def _percent(part: int, whole: int) -> str:
    """Write a share in percent; it reads 100 or 0 only where it is.

    >>> _percent(1, 3), _percent(999, 1000), _percent(2, 2), _percent(0, 0)
    ('33%', '99.9%', '100%', '–')
    """
    if not whole:
        return NOTHING
    share = 100 * part / whole
    if share in (0, 100):
        return f"{share:.0f}%"
    if share > 99.9:
        return ">99.9%"
    return f"{share:.1f}%" if share > 99 or share < 1 else f"{share:.0f}%"


def _digit_pad(grid: tuple[int, int], drawn: str | None) -> str | None:
    """Show a pad and return what is drawn on it, as `to_text` writes it; None while it is empty.

    Args:
        grid: rows and columns of the picture that the model reads.
        drawn: the drawing that the address names; one that did not come from this pad replaces what is on it.

    Raises:
        SettingsError: `drawn` is no drawing of this grid.
    """
    if drawn is not None:
        from_text(drawn, grid)
    key = f"digit-pad-{grid[0]}x{grid[1]}"
    pad = pad_of(current_session().pads, key)
    sent_ink = sent(key, "ink")
    follow(pad, grid, sent_ink if isinstance(sent_ink, str) else pad.last_sent, drawn)
    data = {"grid": list(grid), "ink": pad.ink, "version": pad.version, "palettes": PALETTES}
    _mount_pad(key=key, data=data, on_ink_change=lambda: None)
    return pad.text


def pad_of(pads: dict[str, Drawn], name: str) -> Drawn:
    """Return what a session remembers of a pad; those unused for longest are forgotten."""
    pads[name] = pads.pop(name, Drawn())
    for forgotten in list(pads)[:-MOST_PADS]:
        del pads[forgotten]
    return pads[name]


def follow(pad: Drawn, grid: tuple[int, int], sent_ink: str, drawn: str | None) -> None:
    """Take up a stroke, or else a drawing from the address."""
    if sent_ink != pad.last_sent:
        ink = sent_ink.partition(":")[2]
        pad.last_sent, pad.ink, pad.text = sent_ink, ink, text_of(ink, grid)
        pad.sent_texts = (*pad.sent_texts, pad.text)[-MAX_SENT_TEXTS:]
    elif drawn != pad.last_requested and drawn != pad.text and (drawn is None or drawn not in pad.sent_texts):
        pad.ink, pad.text = _ink_of(drawn, grid), drawn
        pad.version += 1
    pad.last_requested = drawn


def text_of(ink: str, grid: tuple[int, int]) -> str | None:
    """Return what is on the pad as a text for the address; None where there is no ink."""
    picture = as_picture(read_ink(ink), grid)
    return to_text(picture) if picture.any() else None


def _ink_of(text: str | None, grid: tuple[int, int]) -> str:
    """Return the drawing of an address as the pad takes it: its cells, large."""
    if text is None:
        return ""
    rows, columns = (np.arange(PAD) * cells // PAD for cells in grid)
    return write_ink(from_text(text, grid)[np.ix_(rows, columns)])


@dataclass(frozen=True, eq=False)
class SequenceReading:
    """What a classifier makes of one sequence."""

    values: NDArray[np.floating]  # what it reads, (T, I); NaN where nothing was measured
    picture: bool  # whether it is a picture that is read row by row
    classes: tuple[str, ...]  # names of the C classes
    probabilities: NDArray[np.floating]  # (S, C), the prediction if the sequence ended after `after[s]` steps
    after: NDArray[np.integer]  # (S,), counted from 1, ascending; the last is T
    features: tuple[str, ...]  # names of the I numbers of a step
    label: int | None  # the true class; None where it is unknown, as of a drawing
    title: str


def reading_data(reading: SequenceReading) -> dict[str, object]:
    """Return a reading as the browser takes it: numbers of five digits, null for NaN."""
    best = reading.probabilities.argmax(axis=1)
    others = np.flatnonzero(best != best[-1])
    shown = _shown_classes(reading)
    rest = np.delete(reading.probabilities, shown, axis=1).sum(axis=1)
    shares = reading.probabilities[:, shown]
    names = [reading.classes[place] for place in shown]
    if len(shown) < len(reading.classes):
        names.append(f"{len(reading.classes) - len(shown)} others")
        shares = np.column_stack([shares, rest])
    columns = slice(None) if reading.picture else slice(MOST_FEATURES)
    return {
        "title": reading.title,
        "picture": reading.picture,
        "values": plain(reading.values[:, columns]),
        "features": list(reading.features[columns]),
        "hidden_features": 0 if reading.picture else max(0, len(reading.features) - MOST_FEATURES),
        "after": [int(step) for step in reading.after],
        "classes": names,
        "shares": plain(shares),
        "right": shown.index(reading.label) if reading.label is not None else None,
        "right_name": reading.classes[reading.label] if reading.label is not None else "",
        "best": [shown.index(place) if place in shown else len(shown) for place in best],
        "best_names": [reading.classes[place] for place in best],
        "best_shares": plain(reading.probabilities.max(axis=1)),
        "is_right": [bool(place == reading.label) for place in best],
        "settled": int(others[-1]) + 1 if len(others) else 0,
    }


def _shown_classes(reading: SequenceReading) -> list[int]:
    """Return the classes with a line of their own, in order: all, or the likeliest ones and the true one."""
    count = len(reading.classes)
    if count <= MOST_LINES:
        return list(range(count))
    rank = reading.probabilities.max(axis=0)
    if reading.label is not None:
        rank[reading.label] = 2
    rank[reading.probabilities[-1].argmax()] = 3
    return sorted(np.argsort(-rank, kind="stable")[: MOST_LINES - 1].tolist())


def plain(numbers: NDArray[np.floating]) -> list[object]:
    """Round to five digits; None stands for NaN."""
    if numbers.ndim > 1:
        return [plain(row) for row in numbers]
    return [float(f"{value:.5g}") if np.isfinite(value) else None for value in numbers.tolist()]


def show_reader(view: ClassifyView, results: Results, address: Address) -> None:
    """Let the classifier read one sequence, and show what it predicts after each step."""
    try:
        classifier = open_classifier(view.key)
        st.subheader("Watch it read", anchor=False)
        if _choose_mode(classifier, address):
            _read_drawn(classifier, address)
        else:
            _read_test(view, classifier, results, address)
    except LSTMVizError as error:
        show_error(error)


def _choose_mode(classifier: Classifier, address: Address) -> bool:
    """Offer to draw where the sequences are small pictures; return whether that was chosen."""
    grid = _grid_of(classifier.split.test)
    if grid is None or max(grid) > MOST_DRAWN:
        return False
    set_widget_value(MODE, DRAW if address.get(DRAWN, LONGEST_DRAWING) else TEST)

    def change() -> None:
        address.set(**{DRAWN: "new" if widget_value(MODE) == DRAW else None})

    st.segmented_control(
        "What it reads", [TEST, DRAW], key=MODE, on_change=change, required=True, label_visibility="collapsed"
    )
    return widget_value(MODE) == DRAW


def _grid_of(data: LabelledSequences) -> tuple[int, int] | None:
    """Return rows and columns of the pictures; None where the sequences are none."""
    return (int(data.lengths[0]), data.input_size) if data.picture else None


def _read_test(view: ClassifyView, classifier: Classifier, results: Results, address: Address) -> None:
    number, key = _chosen_example(results, address), "classify-example"
    set_widget_value(key, number)

    def change() -> None:
        chosen = widget_value(key)
        address.set(**{EXAMPLE: None if chosen is None else str(chosen), DRAWN: None})

    last = len(results.labels) - 1
    st.number_input(f"Test sequence (0 to {last})", 0, last, None, 1, key=key, on_change=change, width=220)
    _show_reading(read_example(classifier, number), classifier, f"Test sequence {number}")
    link_to("step", "Step the cell through this sequence", source=CLASS + view.key, text=str(number))


def _chosen_example(results: Results, address: Address) -> int:
    """Return the test sequence in the address; where there is none, the most confident error, or the first."""
    requested = address.get(EXAMPLE) or ""
    if requested.isdecimal() and int(requested) < len(results.labels):
        return int(requested)
    wrong = np.flatnonzero(results.answers != results.labels)
    return int(wrong[results.probabilities[wrong].max(axis=1).argmax()]) if len(wrong) else 0


def _read_drawn(classifier: Classifier, address: Address) -> None:
    """Read what a person draws; the drawing stands in the address, as the grid that the classifier gets."""
    grid = _grid_of(classifier.split.test)
    assert grid is not None
    text = address.get(DRAWN, LONGEST_DRAWING)
    drawn = None if text == "new" else text
    pad, reader = st.columns([1, 2], gap="medium")
    with pad:
        try:
            fresh = _digit_pad(grid, drawn)
        except LSTMVizError as error:
            show_error(error)
            fresh, drawn = _digit_pad(grid, None), None
    if fresh is not None and fresh != drawn:
        drawn = fresh
        address.set(**{DRAWN: drawn or "new"})
    with reader:
        if drawn:
            _show_reading(read_picture(classifier, from_text(drawn, grid)), classifier, "Your drawing")
        else:
            st.markdown("Draw a digit that fills the field. It is scaled to the size that the network reads.")


def _show_reading(reading: Reading, classifier: Classifier, title: str) -> None:
    """Show a sequence being read, from its last step; the browser keeps the step until another reading comes."""
    data = classifier.split.test
    values, probabilities, after = reading.values, reading.probabilities, reading.after
    shown = reading_data(
        SequenceReading(values, data.picture, data.classes, probabilities, after, data.features, reading.label, title)
    )
    about = hashlib.sha1(repr(shown).encode(), usedforsecurity=False).hexdigest()
    _mount_reader(key="reader", data={**shown, "key": "reader", "about": about, "palettes": PALETTES})


def show_mistakes(view: ClassifyView, results: Results, address: Address) -> None:
    """Show the confusion matrix; a click on a cell shows its sequences, a click on one of these reads it."""
    st.subheader("Confusion matrix", anchor=False)
    chosen, key = _chosen_cell(results, address), "confusion"

    def choose() -> None:
        pick = sent(key, "pick")
        places = range(len(results.classes))
        if isinstance(pick, list) and len(pick) == 2 and all(type(place) is int and place in places for place in pick):
            address.set(**{MISTAKE: f"{pick[0]}.{pick[1]}"})

    data = {**matrix_data(results.confusion, results.classes), "chosen": list(chosen) if chosen else None}
    _mount_matrix(key=key, data={**data, "palettes": PALETTES}, on_pick_change=choose)
    if chosen is None:
        st.markdown(small("Rows are true classes, columns predicted ones. Choose a cell to see its sequences."))
    else:
        _show_sequences(view, results, chosen, address)


def _chosen_cell(results: Results, address: Address) -> tuple[int, int] | None:
    parts = (address.get(MISTAKE) or "").split(".")
    if len(parts) != 2 or not all(part.isdecimal() for part in parts):
        return None
    true, predicted = int(parts[0]), int(parts[1])
    return (true, predicted) if max(true, predicted) < len(results.classes) else None


def _show_sequences(view: ClassifyView, results: Results, cell: tuple[int, int], address: Address) -> None:
    found = results.examples_of(*cell)
    true, predicted = (literal(results.classes[place]) for place in cell)
    st.markdown(f"**{counted(len(found), 'sequence')} of “{true}” predicted as “{predicted}”**")
    try:
        data = open_classifier(view.key).split.test
    except LSTMVizError as error:
        show_error(error)
        return
    shown = found[:MOST_MISTAKES]
    with st.container(horizontal=True, gap="medium"):
        for number in shown:
            with st.container(width=WIDTH, gap="xxsmall"):
                _thumbnail(data, int(number))
                label = f"{number} · {results.probabilities[number, cell[1]]:.0%}"
                to_read: Any = {"on_click": address.set, "kwargs": {EXAMPLE: str(number), DRAWN: None}}
                st.button(label, key=f"read-{number}", help="Watch it being read.", type="tertiary", **to_read)
    if len(found) > len(shown):
        st.markdown(small(f"The first {len(shown)} of {len(found):,}, most confident first."))


def _thumbnail(data: LabelledSequences, number: int) -> None:
    """Draw a small picture, where the sequences are pictures: ink on paper, in the colours of the theme."""
    if not data.picture:
        return
    ink = (data.sequence(number) * 255).clip(0, 255).astype(np.uint8)
    grey = ink if st.context.theme.type == "dark" else 255 - ink
    scale = max(1, THUMB // max(grey.shape))
    st.image(np.kron(grey, np.ones((scale, scale), np.uint8)), width=THUMB)
