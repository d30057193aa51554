"""A classifier: the examples first, then its training, then its accuracy, confusion matrix and calibration."""

import numpy as np
import streamlit as st
from plotly.graph_objects import Figure

from lstm_viz.classifying.config import ClassifyConfig
from lstm_viz.classifying.results import Results
from lstm_viz.figures.classify_charts import (
    EXAMPLES,
    MOST_CLASSES,
    calibration_chart,
    early_chart,
    picture_gallery,
    series_gallery,
)
from lstm_viz.figures.theme import Palette
from lstm_viz.glossary import choice_term, classify_term, label_of, meaning_of
from lstm_viz.phrases import counted, plain
from lstm_viz.runs.epoch_store import ClassifyView
from lstm_viz.runs.opened import open_classifier
from lstm_viz.runs.services import classify_service
from lstm_viz.sequences.labelled.labelled_sequences import LabelledSequences
from lstm_viz.tables import guarded
from lstm_viz.ui.classify.reader import show_mistakes, show_reader
from lstm_viz.ui.classify.state import ClassifyPage
from lstm_viz.ui.classify.training import draw_curves, draw_training, show_learning
from lstm_viz.ui.shared.code import code_panel
from lstm_viz.ui.shared.fold import METRIC_WIDTH, fold, metric
from lstm_viz.ui.shared.launch import train_further
from lstm_viz.ui.shared.training import offer_more, show_ending, show_head, watch_training
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.errors import show_error
from lstm_viz.ui.shell.markdown import literal, small
from lstm_viz.ui.shell.theme import STILL, current_palette, draw_chart

CLEARLY = 0.05
NAME_ROOM = 20  # letters next to a number of the headline


def _show_results(view: ClassifyView, results: Results, address: Address) -> None:
    _show_verdict(results)
    _show_headline(view, results)
    show_reader(view, results, address)
    show_mistakes(view, results, address)

    def show_code() -> None:
        note = "It reads sequences as they were scaled in training, and outputs a logit for each class."
        code_panel(lambda: open_classifier(view.key).model, f"classify-{view.key}", note)

    fold("Scores by class", "classes", "table_rows", lambda: show_classes(results))
    fold("Accuracy by position", "early", "hourglass_top", lambda: _show_early(view, results))
    fold("Calibration", "calibration", "balance", lambda: _show_calibration(results))
    fold("Training curves", "classify-learned", "trending_down", lambda: show_learning(view))
    fold("Code of this classifier", "classify-code", "code", show_code)


def _show_verdict(results: Results) -> None:
    sentence = (
        f"Test accuracy: {results.accuracy:.1%} of {len(results.labels):,} held-out sequences. Always predicting the most "
        f"frequent class would reach {results.majority:.1%}."
    )
    if results.accuracy > results.majority + CLEARLY:
        st.success(sentence, icon=":material/check_circle:")
    else:
        st.warning(f"{sentence} It has hardly learned anything yet.", icon=":material/do_not_disturb_on:")


def _show_headline(view: ClassifyView, results: Results) -> None:
    wrong = int((results.answers != results.labels).sum())
    recall, hardest = hardest_classes(results)
    unit = "rows" if view.spec.picture else "steps"
    error = f"{results.calibration_error:.3f}"
    needed = f"{results.early.settled()} of {results.early.steps[-1]} {unit}"
    stays = f"{of_the_first(results)}From there on, the accuracy stays within 5% of the final one."
    with st.container(horizontal=True, gap="small"):
        st.metric("Misclassified", f"{wrong:,} of {len(results.labels):,}", width=METRIC_WIDTH)
        metric("Hardest class", f"{recall:.0%}", hardest, f"The class with the lowest recall. {meaning_of('recall')}")
        st.metric("Settles after", needed, width=METRIC_WIDTH, help=stays)
        st.metric(label_of("calibration_error"), error, width=METRIC_WIDTH, help=meaning_of("calibration_error"))


def hardest_classes(results: Results) -> tuple[float, str]:
    """Return the lowest recall, and its class; of several, the first and how many others."""
    known = results.by_class().dropna(subset="recall")
    lowest = float(known["recall"].min())
    names = [str(name) for name in known.loc[known["recall"] == lowest, "class"]]
    if len(names) == len(known) > 1:
        return lowest, f"all {len(names)} classes alike"
    others = len(names) - 1
    more = f" and {counted(others, 'other')}" if others else ""
    return lowest, literal(plain(names[0], NAME_ROOM - len(more)) + more)


def of_the_first(results: Results) -> str:
    """Say which sequences the accuracy by position was computed on; nothing where it is all of them."""
    count, total = results.early_examples, len(results.labels)
    return "" if count == total else f"Computed on the first {count} of {total:,} test sequences. "


def show_classes(results: Results) -> None:
    """Show the table of classes."""
    scores = ["recall", "precision", "f1"]
    table = results.by_class()
    table[scores] = table[scores] * 100
    table["class"] = table["class"].map(guarded)  # the table can be copied and downloaded
    columns = {
        name: st.column_config.ProgressColumn(label_of(name), help=meaning_of(name), format="%.1f %%", max_value=100)
        for name in scores
    }
    columns["class"] = st.column_config.TextColumn("Class")
    columns["examples"] = st.column_config.NumberColumn("Examples", format="%d")
    st.dataframe(table, column_config=columns, hide_index=True, key="classify-table", height="content", row_height=30)


def _show_early(view: ClassifyView, results: Results) -> None:
    early, unit = results.early, "row" if view.spec.picture else "step"
    figure = early_chart(early.steps, early.accuracy, early.confidence, current_palette(), unit)
    draw_chart(figure, "early", "Accuracy over the steps read")
    half = int(np.flatnonzero(early.accuracy >= early.accuracy[-1] / 2)[0])
    sentence = (
        f"{of_the_first(results)}Each prediction is made as if the sequence ended there. Accuracy after "
        f"{early.steps[half]} of {early.steps[-1]} {unit}s: {early.accuracy[half]:.0%}; in the end: {early.accuracy[-1]:.0%}"
    )
    if of_the_first(results):
        sentence += f"; on all {len(results.labels):,} test sequences: {results.accuracy:.1%}"
    st.markdown(small(f"{sentence}."))


def _show_calibration(results: Results) -> None:
    table = results.calibration()
    figure = calibration_chart(table, current_palette())
    draw_chart(figure, "calibration", "Accuracy by confidence")
    gap = float(((table["confidence"] - table["accuracy"]) * table["examples"]).sum() / table["examples"].sum())
    side = "overconfident" if gap > 0 else "underconfident"
    sentence = (
        f"On average it is {side} by {100 * abs(gap):.1f} percentage points. Each dot covers a tenth of the range of "
        "confidence; larger dots stand for more predictions. On the dotted line, confidence equals accuracy."
    )
    st.markdown(small(sentence))


def classify_canvas(page: ClassifyPage, address: Address) -> None:
    """Show the classifier in the address; where there is none, examples of the data."""
    if page.run_error is not None:
        show_error(page.run_error)
    if page.run is None:
        _show_examples(page)
    else:
        _show_classifier(page.run, address, settings_differ=not page.is_of_run)


def _show_examples(page: ClassifyPage) -> None:
    if page.opened is None:
        st.markdown("Choose labelled sequences on the left, or upload your own.")
        return
    data = page.opened.train
    st.subheader(literal(page.source.name), anchor=False)
    what = (
        "Each picture is read **row by row** from the top" if data.picture else "Each sequence is read **step by step**"
    )
    st.markdown(f"{what}, one after another; the network predicts its class.")
    figure, rest = _gallery(data, current_palette())
    draw_chart(figure, "examples", "Some examples of each class", STILL)
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
    show_head(view, view.spec.source.name, _summary_of(view.spec.config), settings_differ)
    if view.state.active:
        watch_training(lambda: classify_service().view(view.key), view.state.status, draw_training)
        return
    show_ending(view)
    if view.results is None:
        if view.history or view.parts:
            draw_curves(view)
    else:
        _show_results(view, view.results, address)
    usual = min(20, view.spec.config.training.epochs)
    offer_more(view, train_further("classify", classify_service()), usual, "sequences")


def _summary_of(config: ClassifyConfig) -> str:
    sizes = " / ".join(str(size) for size in config.sizes)
    layers = f"{len(config.sizes)} layers of {sizes}" if len(config.sizes) > 1 else f"{sizes} hidden units"
    parts = [
        f"{label_of(config.cell)}, {layers}",
        *(["bidirectional"] if config.bidirectional else []),
        f"output reads the {label_of(choice_term('pooling', config.pooling, classify_term)).lower()}",
        f"{label_of(config.training.optimizer)}, learning rate {config.training.learning_rate:g}, batches of "
        f"{config.training.batch_size}, seed {config.training.seed}",
    ]
    return " · ".join(parts)
