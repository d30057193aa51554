"""What a classifier is worth: how many it names right, which it mistakes, how sure it is, how early it knows; one by one."""

from collections.abc import Callable

import numpy as np
import streamlit as st

from lstm_viz.classifying.results import Results
from lstm_viz.figures.classify_charts import calibration_chart, early_chart
from lstm_viz.glossary import label_of, meaning_of
from lstm_viz.runs.classify_model import open_classifier
from lstm_viz.runs.classify_store import ClassifyView
from lstm_viz.ui.address import Address
from lstm_viz.ui.classify_reader import show_mistakes, show_reader
from lstm_viz.ui.classify_training import draw_curves
from lstm_viz.ui.code_panel import code_panel
from lstm_viz.ui.look import CHART_CONFIG, current_palette
from lstm_viz.ui.result_panel import fold
from lstm_viz.ui.text import literal, small

METRIC_WIDTH = 170
CLEARLY = 0.05


def show_results(view: ClassifyView, results: Results, address: Address) -> None:
    """Show the verdict, one sequence as it is read, the mistakes, and what is behind them."""
    show_verdict(results)
    show_headline(view, results)
    show_reader(view, results, address)
    show_mistakes(view, results, address)
    folds: tuple[tuple[str, str, str, Callable[[], None]], ...] = (
        ("Class by class", "classes", "table_rows", lambda: show_classes(results)),
        ("How early it knows", "early", "hourglass_top", lambda: show_early(view, results)),
        ("Does it know when it is unsure?", "calibration", "balance", lambda: show_calibration(results)),
        ("How it learned", "classify-learned", "trending_down", lambda: draw_curves(view)),
        ("Code of this classifier", "classify-code", "code", lambda: show_code_of(view)),
    )
    for title, key, icon, draw in folds:
        fold(title, key, icon, draw)


def show_code_of(view: ClassifyView) -> None:
    """Show the model as code."""
    note = "It reads sequences in the scale of its training, and gives a logit for each class."
    code_panel(lambda: open_classifier(view.key).model, f"classify-{view.key}", note)


def show_verdict(results: Results) -> None:
    """Say in a sentence what was tested, and what it is to be compared with."""
    told = (
        f"It names {results.accuracy:.1%} of {len(results.labels):,} sequences right that it never saw. Always naming the "
        f"most frequent class gives {results.majority:.1%}."
    )
    if results.accuracy > results.majority + CLEARLY:
        st.success(told, icon=":material/check_circle:")
    else:
        st.warning(f"{told} It has hardly learned anything yet.", icon=":material/do_not_disturb_on:")


def show_headline(view: ClassifyView, results: Results) -> None:
    """Show three numbers."""
    wrong = int((results.answers != results.labels).sum())
    worst = results.by_class().dropna(subset="recall").sort_values("recall").iloc[0]
    unit = "rows" if view.spec.picture else "steps"
    settled = results.early.settled()
    with st.container(horizontal=True, gap="small"):
        st.metric("Named wrong", f"{wrong:,} of {len(results.labels):,}", width=METRIC_WIDTH)
        st.metric(
            "Hardest class",
            f"{literal(str(worst['class'])[:12])}: {worst['recall']:.0%}",
            width=METRIC_WIDTH,
            help=f"The class of which the smallest share is found. {meaning_of('recall')}",
        )
        st.metric(
            "Knows after",
            f"{settled} of {results.early.steps[-1]} {unit}",
            width=METRIC_WIDTH,
            help="From there on, the share answered right stays within 5% of what it is in the end.",
        )
        st.metric(
            label_of("calibration_error"),
            f"{results.calibration_error:.3f}",
            width=METRIC_WIDTH,
            help=meaning_of("calibration_error"),
        )


def show_classes(results: Results) -> None:
    """Show the table of classes."""
    shares = ("recall", "precision", "f1")
    table = results.by_class()
    table[list(shares)] = table[list(shares)] * 100
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


def show_early(view: ClassifyView, results: Results) -> None:
    """Show what the answers are worth before the end."""
    early, unit = results.early, "row" if view.spec.picture else "step"
    figure = early_chart(early.steps, early.accuracy, early.confidence, current_palette(), unit)
    st.plotly_chart(figure, key="early", config=CHART_CONFIG, theme=None, alt="Accuracy over the steps read")
    half = int(np.flatnonzero(early.accuracy >= early.accuracy[-1] / 2)[0])
    st.markdown(
        small(
            f"Each answer is given as if the sequence had ended there. After {early.steps[half]} of {early.steps[-1]} "
            f"{unit}s it names {early.accuracy[half]:.0%} right, in the end {early.accuracy[-1]:.0%}."
        )
    )


def show_calibration(results: Results) -> None:
    """Show whether it is as sure as it is right."""
    table = results.calibration()
    figure = calibration_chart(table, current_palette())
    st.plotly_chart(
        figure, key="calibration", config=CHART_CONFIG, theme=None, alt="How often it was right when so sure"
    )
    gap = float(((table["confidence"] - table["accuracy"]) * table["examples"]).sum() / table["examples"].sum())
    side = "surer than it is right" if gap > 0 else "less sure than it is right"
    st.markdown(
        small(
            f"On average it is {abs(gap):.1%} {side}. A dot is a tenth of confidence; the larger, the more answers. On the "
            "dotted line it is exactly as often right as it says."
        )
    )
