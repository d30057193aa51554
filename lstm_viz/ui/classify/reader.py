"""A sequence read step by step by a classifier, also one drawn by hand; and the confusion matrix that leads to one."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

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

_mount = mount("confusion_matrix")


def confusion_matrix(
    counts: NDArray[np.integer],
    classes: tuple[str, ...],
    chosen: tuple[int, int] | None,
    key: str,
    on_choose: Callable[[int, int], None],
) -> None:
    """Show how many examples of each class were called what.

    Args:
        counts: (C, C), the right class down, what it was called across.
        classes: their names.
        chosen: the cell whose examples are looked at, as (right class, what it was called).
        key: tells matrices on one page apart.
        on_choose: called with the right class and what it was called, when a cell is clicked.
    """
    data = {**matrix_data(counts, classes), "chosen": list(chosen) if chosen else None, "palettes": PALETTES}
    _mount(key=key, data=data, on_pick_change=lambda: _take_cell(key, len(classes), on_choose))


def _take_cell(key: str, count: int, on_choose: Callable[[int, int], None]) -> None:
    pick = sent(key, "pick")
    if isinstance(pick, list) and len(pick) == 2 and all(type(place) is int and 0 <= place < count for place in pick):
        on_choose(pick[0], pick[1])


def matrix_data(counts: NDArray[np.integer], classes: tuple[str, ...]) -> dict[str, object]:
    """Give the table as the browser takes it: of many classes those with most mistakes, and the others together."""
    shown = _most_mistaken(counts)
    hidden = [place for place in range(len(classes)) if place not in set(shown)]
    return {
        "classes": [classes[place] for place in shown],
        "places": shown,
        "rows": [row_of(counts[place], place, shown, hidden) for place in shown],
        "hidden": len(hidden),
        "all": len(classes),
        "right": int(np.trace(counts)),
        "total": int(counts.sum()),
        "summary": _summary_of(counts),
    }


def row_of(counts: NDArray[np.integer], place: int, shown: list[int], hidden: list[int]) -> dict[str, object]:
    """Write one right class: counts, their shares of the row, and the share that was found."""
    total = int(counts.sum())
    return {
        "counts": [int(counts[other]) for other in shown],
        "shares": [round(float(counts[other]) / max(1, total), 4) for other in shown],
        "others": int(counts[hidden].sum()),
        "total": total,
        "recall": percent(int(counts[place]), total),
    }


def _most_mistaken(counts: NDArray[np.integer]) -> list[int]:
    """Give the classes that are shown, in order: all, or those with most mistakes in their row and column."""
    count = len(counts)
    if count <= MOST_ROWS:
        return list(range(count))
    wrong = counts.sum(axis=0) + counts.sum(axis=1) - 2 * np.diag(counts)
    return sorted(np.argsort(-wrong, kind="stable")[:MOST_ROWS].tolist())


def _summary_of(counts: NDArray[np.integer]) -> str:
    total, right = int(counts.sum()), int(np.trace(counts))
    if not total:
        return "Nothing was classified."
    return f"{right:,} of {total:,} are right ({percent(right, total)})."


def percent(part: int, whole: int) -> str:
    """Write a share in percent; it reads 100 or 0 only where it is.

    >>> percent(1, 3), percent(999, 1000), percent(2, 2), percent(0, 0)
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


MOST_PADS = 8
MAX_SENT_TEXTS = 16  # an address lags behind the pad by a stroke or two

_mount_pad = mount("digit_pad")


def digit_pad(grid: tuple[int, int], key: str, drawn: str | None) -> str | None:
    """Show a pad and give what is drawn on it, as `to_text` writes it; None while it is empty.

    Args:
        grid: rows and columns of the picture that the model reads.
        key: tells pads on one page apart.
        drawn: the drawing that the address names; one that did not come from this pad replaces what is on it.

    Raises:
        SettingsError: `drawn` is no drawing of this grid.
    """
    if drawn is not None:
        from_text(drawn, grid)
    kept = pad_of(current_session().pads, f"{key} {grid[0]}x{grid[1]}")
    heard = sent(key, "ink")
    follow(kept, grid, heard if isinstance(heard, str) else kept.heard, drawn)
    data = {"grid": list(grid), "ink": kept.ink, "version": kept.version, "palettes": PALETTES}
    _mount_pad(key=key, data=data, on_ink_change=lambda: None)
    return kept.text


def pad_of(pads: dict[str, Drawn], name: str) -> Drawn:
    """Give what a session remembers of a pad; those unused for longest are forgotten."""
    pads[name] = pads.pop(name, Drawn())
    for forgotten in list(pads)[:-MOST_PADS]:
        del pads[forgotten]
    return pads[name]


def follow(kept: Drawn, grid: tuple[int, int], heard: str, drawn: str | None) -> None:
    """Take up a stroke, or else a drawing that came by the address."""
    if heard != kept.heard:
        ink = heard.partition(":")[2]
        kept.heard, kept.ink, kept.text = heard, ink, text_of(ink, grid)
        kept.sent_texts = (*kept.sent_texts, kept.text)[-MAX_SENT_TEXTS:]
    elif drawn != kept.asked and drawn != kept.text and (drawn is None or drawn not in kept.sent_texts):
        kept.ink, kept.text = _ink_of(drawn, grid), drawn
        kept.version += 1
    kept.asked = drawn


def text_of(ink: str, grid: tuple[int, int]) -> str | None:
    """Give what the pad told as a text for the address; None where there is no ink."""
    picture = as_picture(read_ink(ink), grid)
    return to_text(picture) if picture.any() else None


def _ink_of(text: str | None, grid: tuple[int, int]) -> str:
    """Give the drawing of an address as the pad takes it: its cells, large."""
    if text is None:
        return ""
    rows, columns = (np.arange(PAD) * cells // PAD for cells in grid)
    return write_ink(from_text(text, grid)[np.ix_(rows, columns)])


MOST_LINES = 12
MOST_FEATURES = 6

_mount_reader = mount("sequence_reader")


@dataclass(frozen=True, eq=False)
class SequenceReading:
    """What a classifier makes of one sequence.

    Args:
        values: what it reads, (T, I); NaN where nothing was measured.
        picture: whether it is a picture that is read row by row.
        classes: their names, C of them.
        probabilities: (S, C), the answer if the sequence had ended after `after[s]` steps; each row adds up to 1.
        after: (S,), counted from 1, ascending; the last is T.
        features: names of the I numbers of a step.
        label: the right class; None where nobody knows it, as of a drawing.
        title: what the sequence is.
    """

    values: NDArray[np.floating]
    picture: bool
    classes: tuple[str, ...]
    probabilities: NDArray[np.floating]
    after: NDArray[np.integer]
    features: tuple[str, ...]
    label: int | None
    title: str


def sequence_reader(reading: SequenceReading, key: str) -> None:
    """Show a reading, to be stepped in the browser; nothing comes back to Python.

    It starts at the last step. The step stays while the same reading is shown, and starts anew with another one.

    Args:
        reading: the sequence and the answers.
        key: tells readers on one page apart.
    """
    data = reading_data(reading)
    about = hashlib.sha1(repr(data).encode(), usedforsecurity=False).hexdigest()
    _mount_reader(key=key, data={**data, "key": key, "about": about, "palettes": PALETTES})


def reading_data(reading: SequenceReading) -> dict[str, object]:
    """Give a reading as the browser takes it: numbers of five digits, null for NaN."""
    best = reading.probabilities.argmax(axis=1)
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
        "settled": _settled_at(best),
    }


def _shown_classes(reading: SequenceReading) -> list[int]:
    """Give the classes with a line of their own, in order: all, or those that were ever likeliest, and the right one."""
    count = len(reading.classes)
    if count <= MOST_LINES:
        return list(range(count))
    rank = reading.probabilities.max(axis=0)
    if reading.label is not None:
        rank[reading.label] = 2
    rank[reading.probabilities[-1].argmax()] = 3
    return sorted(np.argsort(-rank, kind="stable")[: MOST_LINES - 1].tolist())


def _settled_at(best: NDArray[np.integer]) -> int:
    others = np.flatnonzero(best != best[-1])
    return int(others[-1]) + 1 if len(others) else 0


def plain(numbers: NDArray[np.floating]) -> list[object]:
    """Round to five digits, and write what is no number as None."""
    if numbers.ndim > 1:
        return [plain(row) for row in numbers]
    return [float(f"{value:.5g}") if np.isfinite(value) else None for value in numbers.tolist()]


EXAMPLE, DRAWN, MISTAKE = "example", "drawn", "mistake"
LONGEST_DRAWING = 1000
MOST_DRAWN = 64
MODE, TEST, DRAW = "classify-mode", "A test sequence", "Draw one"
MOST_MISTAKES, THUMB, WIDTH = 12, 72, 96


def show_reader(view: ClassifyView, results: Results, address: Address) -> None:
    """Let the classifier read one sequence, and show after each step what it believes."""
    try:
        classifier = open_classifier(view.key)
    except LSTMVizError as error:
        show_error(error)
        return
    st.subheader("Watch it read", anchor=False)
    drawing = _choose_mode(classifier, address)
    if drawing:
        _read_drawn(view, classifier, address)
    else:
        _read_test(view, classifier, results, address)


def _choose_mode(classifier: Classifier, address: Address) -> bool:
    """Offer to draw where the sequences are small pictures; tells whether that was chosen."""
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
    """Give rows and columns of the pictures; None where the sequences are none."""
    return (int(data.lengths[0]), data.input_size) if data.picture else None


def _read_test(view: ClassifyView, classifier: Classifier, results: Results, address: Address) -> None:
    """Read one of the test sequences; which one stands in the address."""
    number = _chosen_example(results, address)
    _choose_example(number, len(results.labels), address)
    try:
        reading = read_example(classifier, number)
    except LSTMVizError as error:
        show_error(error)
        return
    show(reading, classifier, f"Test sequence {number}")
    link_to("step", "Step the cell through this sequence", source=CLASS + view.key, text=str(number))


def _chosen_example(results: Results, address: Address) -> int:
    """Give the test sequence in the address; the surest mistake where there is none, or the first."""
    requested = address.get(EXAMPLE) or ""
    if requested.isdecimal() and int(requested) < len(results.labels):
        return int(requested)
    wrong = np.flatnonzero(results.answers != results.labels)
    return int(wrong[results.probabilities[wrong].max(axis=1).argmax()]) if len(wrong) else 0


def _choose_example(number: int, count: int, address: Address) -> None:
    set_widget_value("classify-example", number)

    def change() -> None:
        chosen = widget_value("classify-example")
        address.set(**{EXAMPLE: None if chosen is None else str(chosen), DRAWN: None})

    st.number_input(
        f"Test sequence (0 to {count - 1})", 0, count - 1, None, 1, key="classify-example", on_change=change, width=220
    )


def _read_drawn(view: ClassifyView, classifier: Classifier, address: Address) -> None:
    """Read what a person draws; the drawing stands in the address, as the grid that the classifier gets."""
    grid = _grid_of(classifier.split.test)
    assert grid is not None
    text = address.get(DRAWN, LONGEST_DRAWING)
    drawn = None if text == "new" else text
    pad, reader = st.columns([1, 2], gap="medium")
    with pad:
        try:
            fresh = digit_pad(grid, key=f"digit-pad-{grid[0]}x{grid[1]}", drawn=drawn)
        except LSTMVizError as error:
            show_error(error)
            fresh, drawn = digit_pad(grid, key=f"digit-pad-{grid[0]}x{grid[1]}", drawn=None), None
    if fresh is not None and fresh != drawn:
        drawn = fresh
        address.set(**{DRAWN: drawn or "new"})
    with reader:
        if not drawn:
            st.markdown("Draw a digit, as large as the field. It is brought to the size that the network knows.")
            return
        try:
            reading = read_picture(classifier, from_text(drawn, grid))
        except LSTMVizError as error:
            show_error(error)
            return
        show(reading, classifier, "Your drawing")


def show(reading: Reading, classifier: Classifier, title: str) -> None:
    """Show a sequence being read."""
    data = classifier.split.test
    sequence_reader(
        SequenceReading(
            values=reading.values,
            picture=data.picture,
            classes=data.classes,
            probabilities=reading.probabilities,
            after=reading.after,
            features=data.features,
            label=reading.label,
            title=title,
        ),
        key="reader",
    )


def show_mistakes(view: ClassifyView, results: Results, address: Address) -> None:
    """Show which class is taken for which; a click on a cell shows its sequences, a click on one of these reads it."""
    st.subheader("What it takes for what", anchor=False)
    chosen = _chosen_cell(results, address)
    confusion_matrix(
        results.confusion,
        results.classes,
        chosen,
        key="confusion",
        on_choose=lambda right, called: address.set(**{MISTAKE: f"{right}.{called}"}),
    )
    if chosen is None:
        st.markdown(small("A row is a class, a column what its sequences are called. Choose a cell to see them."))
        return
    _show_sequences(view, results, chosen, address)


def _chosen_cell(results: Results, address: Address) -> tuple[int, int] | None:
    parts = (address.get(MISTAKE) or "").split(".")
    if len(parts) != 2 or not all(part.isdecimal() for part in parts):
        return None
    right, called = int(parts[0]), int(parts[1])
    return (right, called) if max(right, called) < len(results.classes) else None


def _show_sequences(view: ClassifyView, results: Results, cell: tuple[int, int], address: Address) -> None:
    found = results.examples_of(*cell)
    right, called = (literal(results.classes[place]) for place in cell)
    st.markdown(f"**{counted(len(found), 'sequence')} of “{right}” called “{called}”**")
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
                st.button(
                    f"{number} · {results.probabilities[number, cell[1]]:.0%}",
                    key=f"read-{number}",
                    on_click=address.set,
                    kwargs={EXAMPLE: str(number), DRAWN: None},
                    help="Watch it being read.",
                    type="tertiary",
                )
    if len(found) > len(shown):
        st.markdown(small(f"The first {len(shown)} of {len(found):,}, the surest first."))


def _thumbnail(data: LabelledSequences, number: int) -> None:
    """Draw a small picture, where the sequences are pictures: ink on paper, in the colours of the theme."""
    if not data.picture:
        return
    ink = (data.sequence(number) * 255).clip(0, 255).astype(np.uint8)
    grey = ink if st.context.theme.type == "dark" else 255 - ink
    scale = max(1, THUMB // max(grey.shape))
    st.image(np.kron(grey, np.ones((scale, scale), np.uint8)), width=THUMB)
