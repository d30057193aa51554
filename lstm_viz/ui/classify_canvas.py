"""The large right-hand side of *Classify sequences*: the examples, then the training, then what it is worth."""

import numpy as np
import streamlit as st
from plotly.graph_objects import Figure

from lstm_viz.classifying.config import ClassifyConfig
from lstm_viz.figures.classify_charts import EXAMPLES, MOST_CLASSES, picture_gallery, series_gallery
from lstm_viz.figures.theme import Palette
from lstm_viz.glossary import classify_term, label_of
from lstm_viz.runs.classify_service import classify_service
from lstm_viz.runs.classify_store import ClassifyView
from lstm_viz.sequences.labelled import LabelledSequences
from lstm_viz.ui.address import Address
from lstm_viz.ui.arrive import arrive
from lstm_viz.ui.classify_bench import ClassifyBench
from lstm_viz.ui.classify_results import show_results
from lstm_viz.ui.classify_training import draw_curves, draw_training
from lstm_viz.ui.errors import show_error
from lstm_viz.ui.launch import train_further
from lstm_viz.ui.look import STILL, current_palette, sized
from lstm_viz.ui.session import current_session
from lstm_viz.ui.text import literal, small
from lstm_viz.ui.training_panel import offer_more, tell_end, tell_settings_differ, watch_training


def classify_canvas(bench: ClassifyBench, address: Address) -> None:
    """Show the classifier in the address; where there is none, what there is to learn from."""
    if bench.run_error is not None:
        show_error(bench.run_error)
    if bench.run is None:
        _show_examples(bench)
    else:
        _show_classifier(bench.run, address, settings_differ=not bench.is_of_run)


def _show_examples(bench: ClassifyBench) -> None:
    if bench.opened is None:
        st.markdown("Choose labelled sequences on the left, or bring some.")
        return
    data = bench.opened.train
    st.subheader(literal(bench.source.name), anchor=False)
    what = "A picture is read **row by row** from the top" if data.picture else "A sequence is read **step by step**"
    st.markdown(f"{what}; the network is to say which class it is. It never sees more than one at a time.")
    figure, rest = _gallery(data, current_palette())
    st.plotly_chart(sized(figure), key="examples", config=STILL, theme=None, alt="Some examples of each class")
    if rest > 0:
        st.markdown(small(f"The first {MOST_CLASSES} of {len(data.classes):,} classes."))


def _gallery(data: LabelledSequences, palette: Palette) -> tuple[Figure, int]:
    there = np.flatnonzero(data.counts)
    rows = []
    for place in there[:MOST_CLASSES]:
        first = np.flatnonzero(data.labels == place)[:EXAMPLES]
        rows.append((data.classes[place], [data.sequence(int(number)) for number in first]))
    draw = picture_gallery if data.picture else series_gallery
    return draw(rows, palette), len(there) - MOST_CLASSES


def _show_classifier(view: ClassifyView, address: Address, settings_differ: bool) -> None:
    """Show a classifier: its training while it goes on, what it is worth afterwards."""
    arrive(f"{view.key} {view.state.active}", moved=current_session().moved)
    st.subheader(literal(view.spec.source.name), anchor=False)
    st.markdown(small(summary_of(view.spec.config)))
    if settings_differ:
        tell_settings_differ()
    if view.state.active:
        watch_training(lambda: classify_service().view(view.key), view.state.status, draw_training)
        return
    tell_end(view)
    if view.results is None:
        if view.history or view.parts:
            draw_curves(view)
    else:
        show_results(view, view.results, address)
    offer_more(
        view, train_further("classify", classify_service()), min(20, view.spec.config.training.epochs), "sequences"
    )


def summary_of(config: ClassifyConfig) -> str:
    """Say in one line what is trained."""
    sizes = " / ".join(str(size) for size in config.sizes)
    layers = f"{len(config.sizes)} layers of {sizes}" if len(config.sizes) > 1 else f"{sizes} hidden units"
    parts = [
        f"{label_of(config.cell)}, {layers}",
        *(["reads from both ends"] if config.bidirectional else []),
        f"answers from {label_of(classify_term(config.pooling)).lower()}",
        f"{label_of(config.training.optimizer)}, learning rate {config.training.learning_rate:g}, batches of "
        f"{config.training.batch_size}, seed {config.training.seed}",
    ]
    return " · ".join(parts)
