"""The back-test: what the recipe said at several moments of the past, beside its rivals."""

import numpy as np
import pandas as pd
import streamlit as st

from lstm_viz.figures.backtest_chart import backtest_chart
from lstm_viz.figures.step_errors import step_errors
from lstm_viz.figures.wording import SIGNIFICANT, alike, moment, rounded
from lstm_viz.forecasting.comparison import best_rival, errors_by_step, methods_told, scores_by_origin
from lstm_viz.forecasting.config import ForecastConfig
from lstm_viz.forecasting.forecast import Forecast
from lstm_viz.forecasting.intervals import LEVELS
from lstm_viz.glossary import label_of, meaning_of
from lstm_viz.runs.records import RunView
from lstm_viz.ui.forecast_words import recipe_in_words
from lstm_viz.ui.look import current_palette, sized
from lstm_viz.ui.result_panel import FEW_BUTTONS, lowered
from lstm_viz.ui.text import small

MEASURES = ("mase", "mae", "rmse", "smape")
BEST = "★"
DIGITS = {"mase": 3, "smape": 3}


def show_backtest(view: RunView, forecast: Forecast) -> None:
    """Draw what was said before, the table of errors, and the error of each step ahead."""
    rival = best_rival(forecast)
    label = "" if rival is None else f"{label_of(rival)}, rival"
    figure = backtest_chart(view.series, forecast.backtest, rival, label, current_palette())
    st.markdown(f"{_tried_in_words(view, forecast)} {_coverage_in_words(forecast)}", help=meaning_of("backtest"))
    alt = "What happened, and from every origin on what the model and its best rival had said before."
    st.plotly_chart(sized(figure), key="backtest-chart", config=FEW_BUTTONS, theme=None, alt=alt)
    show_table(view, forecast)
    _show_steps(view, forecast)


def _tried_in_words(view: RunView, forecast: Forecast) -> str:
    steps, name = int(forecast.backtest["step"].max()), view.series.frequency.step_name
    ahead = f"{steps} {name}s" if steps > 1 else f"one {name}"
    if forecast.origins == 1:
        return f"Trained on what came before and asked for the newest {ahead}: what it said, and what happened."
    return (
        f"At {forecast.origins} moments of the past (dotted) all was trained anew on what was known then, and asked for the "
        f"next {ahead}."
    )


def _coverage_in_words(forecast: Forecast) -> str:
    """Count the values inside the intervals; empty without intervals."""
    if forecast.coverage is None:
        return ""
    size = len(forecast.backtest.dropna(subset=["y", f"lo-{LEVELS[0]}"]))  # one origin may have no intervals
    inside = [f"{round(forecast.coverage[str(level)] * size)} lay inside the {level}% interval" for level in LEVELS]
    return f"Of the {size} values that came, {' and '.join(inside)}."


def show_table(view: RunView, forecast: Forecast) -> None:
    """Show the error of every method at every origin; the best of a row has a star."""
    measure = st.segmented_control(
        "Measured by",
        MEASURES,
        default=MEASURES[0],
        required=True,
        format_func=label_of,
        key="measure",
        help="Which error the table shows.",
    )
    chosen = str(measure or MEASURES[0])
    methods = methods_told(forecast)
    table = _table_of_errors(view, forecast, chosen)[methods]
    digits = DIGITS.get(chosen, SIGNIFICANT)
    shown = pd.DataFrame([_written_row(row, digits) for _, row in table.iterrows()], table.index, methods)
    names = _method_labels(view, methods)
    columns = {
        name: st.column_config.TextColumn(names[name], help=_method_in_words(name, view.spec.config), alignment="right")
        for name in methods
    }
    st.dataframe(shown, column_config=columns, alt=f"{label_of(chosen)} of each method at each origin; {BEST} is best")
    st.markdown(small(f"{BEST} least error of its row. {label_of(chosen)}: {lowered(meaning_of(chosen))}"))


def _table_of_errors(view: RunView, forecast: Forecast, measure: str) -> pd.DataFrame:
    """Give one row per origin, the mean of them, and all held-out rows where they are more than the newest origin told."""
    rows = scores_by_origin(forecast, view.series, measure)
    held = len(view.series.y) - len(forecast.heldout)
    stamps, frequency = view.series.ds, view.series.frequency
    rows.index = pd.Index(
        [f"from {moment(stamps[row], frequency)}{' (held out)' if row == held else ''}" for row in rows.index]
    )
    if forecast.origins > 1:
        rows.loc[f"mean of {forecast.origins}"] = forecast.backtest_scores[measure]
    if len(forecast.heldout) > int(forecast.backtest["step"].max()):
        rows.loc[f"all {len(forecast.heldout)} held out"] = forecast.scores[measure]
    return rows


def _written_row(errors: pd.Series, digits: int) -> list[str]:
    """Write a row of errors; the least has a star, the others room for one."""
    best = errors.min()
    return [f"{alike([value], digits=digits)[0]} {BEST if value == best else chr(0x2007)}" for value in errors]


def _method_in_words(name: str, config: ForecastConfig) -> str:
    return recipe_in_words(config) if name == "model" else meaning_of(name)


def _method_labels(view: RunView, methods: list[str]) -> dict[str, str]:
    return {
        name: f"{label_of(view.spec.config.cell)} (this model)" if name == "model" else label_of(name)
        for name in methods
    }


def _show_steps(view: RunView, forecast: Forecast) -> None:
    """Draw how the error grows with the distance, and say it; a horizon of one has nothing to grow over."""
    methods = methods_told(forecast)
    errors = errors_by_step(forecast.backtest, methods)
    if len(errors) < 2 or not methods:
        return
    labels = _method_labels(view, methods)
    step = view.series.frequency.step_name
    st.markdown(f"**{label_of('step_error')}**: {_growth_in_words(errors, step)}", help=meaning_of("step_error"))
    figure = step_errors(errors, labels, step, current_palette())
    alt = f"Mean absolute error of each method at each step ahead. {_growth_in_words(errors, step)}"
    st.plotly_chart(sized(figure), key="step-errors", config=FEW_BUTTONS, theme=None, alt=alt)


def _growth_in_words(errors: pd.DataFrame, step: str) -> str:
    """Say how the model's error grows, and at how many of the steps it is the least."""
    first, last = (rounded(errors["model"].iloc[place], digits=3) for place in (0, -1))
    others = errors.drop(columns="model").min(axis=1)
    ahead = int((errors["model"] <= others).sum()) if not others.empty and np.isfinite(others).any() else 0
    said = f"{first} one {step} ahead, {last} after {errors.index[-1]} {step}s"
    return f"{said}; the model is the nearest at {ahead} of {len(errors)} steps."
