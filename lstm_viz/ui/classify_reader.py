"""One sequence as the classifier reads it: a test sequence, or a digit that somebody draws; and the way to its mistakes."""

import numpy as np
import streamlit as st

from lstm_viz.classifying.results import Results
from lstm_viz.errors import LSTMVizError
from lstm_viz.phrases import counted
from lstm_viz.runs.classify_model import Classifier, Reading, open_classifier, read_example, read_picture
from lstm_viz.runs.classify_store import ClassifyView
from lstm_viz.sequences.drawing import from_text
from lstm_viz.sequences.labelled import LabelledSequences
from lstm_viz.stepping.request import CLASS
from lstm_viz.ui.address import Address
from lstm_viz.ui.confusion_matrix import confusion_matrix
from lstm_viz.ui.digit_pad import digit_pad
from lstm_viz.ui.errors import show_error
from lstm_viz.ui.navigation import link_to
from lstm_viz.ui.sequence_reader import SequenceReading, sequence_reader
from lstm_viz.ui.session import put_widget_value, widget_value
from lstm_viz.ui.text import literal, small

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
    put_widget_value(MODE, DRAW if address.get(DRAWN, LONGEST_DRAWING) else TEST)

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
    wished = address.get(EXAMPLE) or ""
    if wished.isdecimal() and int(wished) < len(results.labels):
        return int(wished)
    wrong = np.flatnonzero(results.answers != results.labels)
    return int(wrong[results.probabilities[wrong].max(axis=1).argmax()]) if len(wrong) else 0


def _choose_example(number: int, count: int, address: Address) -> None:
    put_widget_value("classify-example", number)

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
