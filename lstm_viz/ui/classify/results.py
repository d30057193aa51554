"""What a classifier is worth: the examples first, then the training, then accuracy, classes and confusion."""

from collections.abc import Callable

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
from lstm_viz.ui.shared.training import note_settings_differ, offer_more, show_ending, watch_training
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.components import arrive
from lstm_viz.ui.shell.errors import show_error
from lstm_viz.ui.shell.markdown import literal, small
from lstm_viz.ui.shell.session import current_session
from lstm_viz.ui.shell.theme import CHART_CONFIG, STILL, current_palette, sized

CLEARLY = 0.05
NAME_ROOM = 20  # letters beside a number of the headline


def _show_results(view: ClassifyView, results: Results, address: Address) -> None:
    show_verdict(results)
    _show_headline(view, results)
    show_reader(view, results, address)
    show_mistakes(view, results, address)
    folds: tuple[tuple[str, str, str, Callable[[], None]], ...] = (
        ("Class by class", "classes", "table_rows", lambda: show_classes(results)),
        ("How early it knows", "early", "hourglass_top", lambda: _show_early(view, results)),
        ("Does it know when it is unsure?", "calibration", "balance", lambda: _show_calibration(results)),
        ("Training curves", "classify-learned", "trending_down", lambda: show_learning(view)),
        ("Code of this classifier", "classify-code", "code", lambda: _show_code_of(view)),
    )
    for title, key, icon, draw in folds:
        fold(title, key, icon, draw)


def _show_code_of(view: ClassifyView) -> None:
    note = "It reads sequences in the scale of its training, and gives a logit for each class."
    code_panel(lambda: open_classifier(view.key).model, f"classify-{view.key}", note)


def show_verdict(results: Results) -> None:
    """Say in a sentence what was tested, and what it is to be compared with."""
    sentence = (
        f"It names {results.accuracy:.1%} of {len(results.labels):,} sequences right that it never saw. Always naming the "
        f"most frequent class gives {results.majority:.1%}."
    )
    if results.accuracy > results.majority + CLEARLY:
        st.success(sentence, icon=":material/check_circle:")
    else:
        st.warning(f"{sentence} It has hardly learned anything yet.", icon=":material/do_not_disturb_on:")


def _show_headline(view: ClassifyView, results: Results) -> None:
    wrong = int((results.answers != results.labels).sum())
    share, hardest = hardest_classes(results)
    unit = "rows" if view.spec.picture else "steps"
    settled = results.early.settled()
    with st.container(horizontal=True, gap="small"):
        st.metric("Misclassified", f"{wrong:,} of {len(results.labels):,}", width=METRIC_WIDTH)
        metric(
            "Hardest class",
            f"{share:.0%}",
            hardest,
            f"The class of which the smallest share is found. {meaning_of('recall')}",
        )
        st.metric(
            "Knows after",
            f"{settled} of {results.early.steps[-1]} {unit}",
            width=METRIC_WIDTH,
            help=f"{of_the_first(results)}From there on, the share answered right stays within 5% of what it is in the end.",
        )
        st.metric(
            label_of("calibration_error"),
            f"{results.calibration_error:.3f}",
            width=METRIC_WIDTH,
            help=meaning_of("calibration_error"),
        )


def hardest_classes(results: Results) -> tuple[float, str]:
    """Give the smallest share that is found of a class, and which class that is; of several, the first and how many more."""
    known = results.by_class().dropna(subset="recall")
    share = float(known["recall"].min())
    names = [str(name) for name in known.loc[known["recall"] == share, "class"]]
    if len(names) == len(known) > 1:
        return share, f"all {len(names)} classes alike"
    others = len(names) - 1
    more = f" and {counted(others, 'other')}" if others else ""
    return share, literal(plain(names[0], NAME_ROOM - len(more)) + more)


def of_the_first(results: Results) -> str:
    """Say of which sequences something holds that is worked out step by step; nothing where it is all of them."""
    count, all_of_them = results.early_examples, len(results.labels)
    return "" if count == all_of_them else f"Worked out of the first {count} of {all_of_them:,} test sequences. "


def show_classes(results: Results) -> None:
    """Show the table of classes."""
    shares = ("recall", "precision", "f1")
    table = results.by_class()
    table[list(shares)] = table[list(shares)] * 100
    table["class"] = table["class"].map(guarded)  # the table can be copied and downloaded
    columns = {
        "class": st.column_config.TextColumn("Class"),
        "examples": st.column_config.NumberColumn("Examples", format="%d"),
        **{
            name: st.column_config.ProgressColumn(
                label_of(name), help=meaning_of(name), format="%.1f %%", min_value=0, max_value=100
            )
            for name in shares
        },
    }
    st.dataframe(table, column_config=columns, hide_index=True, key="classify-table", height="content", row_height=30)


def _show_early(view: ClassifyView, results: Results) -> None:
    early, unit = results.early, "row" if view.spec.picture else "step"
    figure = early_chart(early.steps, early.accuracy, early.confidence, current_palette(), unit)
    st.plotly_chart(sized(figure), key="early", config=CHART_CONFIG, theme=None, alt="Accuracy over the steps read")
    half = int(np.flatnonzero(early.accuracy >= early.accuracy[-1] / 2)[0])
    sentence = (
        f"{of_the_first(results)}Each answer is given as if the sequence had ended there. After {early.steps[half]} of "
        f"{early.steps[-1]} {unit}s it names {early.accuracy[half]:.0%} right, in the end {early.accuracy[-1]:.0%}"
    )
    if of_the_first(results):
        sentence += f"; of all {len(results.labels):,} it names {results.accuracy:.1%} right"
    st.markdown(small(f"{sentence}."))


def _show_calibration(results: Results) -> None:
    table = results.calibration()
    figure = calibration_chart(table, current_palette())
    st.plotly_chart(
        sized(figure), key="calibration", config=CHART_CONFIG, theme=None, alt="How often it was right when so sure"
    )
    gap = float(((table["confidence"] - table["accuracy"]) * table["examples"]).sum() / table["examples"].sum())
    side = "surer than it is right" if gap > 0 else "less sure than it is right"
    st.markdown(
        small(
            f"On average it is {100 * abs(gap):.1f} percentage points {side}. A dot is a tenth of confidence; the larger, "
            "the more answers. On the dotted line it is exactly as often right as it says."
        )
    )


def classify_canvas(page: ClassifyPage, address: Address) -> None:
    """Show the classifier in the address; where there is none, what there is to learn from."""
    if page.run_error is not None:
        show_error(page.run_error)
    if page.run is None:
        _show_examples(page)
    else:
        _show_classifier(page.run, address, settings_differ=not page.is_of_run)


def _show_examples(page: ClassifyPage) -> None:
    if page.opened is None:
        st.markdown("Choose labelled sequences on the left, or bring some.")
        return
    data = page.opened.train
    st.subheader(literal(page.source.name), anchor=False)
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
        note_settings_differ()
    if view.state.active:
        watch_training(lambda: classify_service().view(view.key), view.state.status, draw_training)
        return
    show_ending(view)
    if view.results is None:
        if view.history or view.parts:
            draw_curves(view)
    else:
        _show_results(view, view.results, address)
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
        f"answers from {label_of(choice_term('pooling', config.pooling, classify_term)).lower()}",
        f"{label_of(config.training.optimizer)}, learning rate {config.training.learning_rate:g}, batches of "
        f"{config.training.batch_size}, seed {config.training.seed}",
    ]
    return " · ".join(parts)
