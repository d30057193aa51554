"""How good a forecast is and what it consists of: back-test, residuals, effects of columns, and importance."""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import streamlit as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.figures.evaluation_charts import (
    autocorrelation_chart,
    backtest_chart,
    importance_chart,
    learning_chart,
    makeup_chart,
    residual_histogram,
    step_errors,
)
from lstm_viz.figures.wording import SIGNIFICANT, alike, effects_in_words, moment, moments, rounded
from lstm_viz.forecasting.calibration import LEVELS
from lstm_viz.forecasting.diagnostics import memory_sentence, residuals_of_series, shape_sentence
from lstm_viz.forecasting.forecast import Forecast
from lstm_viz.forecasting.importance import Makeup, Sensitivity, makeup_of, sensitivity_of
from lstm_viz.forecasting.learning_curve import learning_sentence
from lstm_viz.forecasting.recipe import load_recipe, read_facts
from lstm_viz.forecasting.scores import best_rival, errors_by_step, methods_with_errors, scores_by_origin
from lstm_viz.glossary import label_of, meaning_of
from lstm_viz.runs.folders import ByteCache
from lstm_viz.runs.records import RunView
from lstm_viz.runs.services import training_service
from lstm_viz.scenes.step_request import RUN
from lstm_viz.tables import Series
from lstm_viz.ui.forecast.words import recipe_in_words, shrinkage_in_words, unit_in_words
from lstm_viz.ui.shared.fold import FEW_BUTTONS, lowered
from lstm_viz.ui.shell.errors import show_error
from lstm_viz.ui.shell.markdown import literal, small, with_names
from lstm_viz.ui.shell.navigation import link_to
from lstm_viz.ui.shell.theme import current_palette, draw_chart

MEASURES = ("mase", "mae", "rmse", "smape")
BEST = "★"
DIGITS = {"mase": 3, "smape": 3}
MEAN = -1
NEGLIGIBLE = 0.005


def show_backtest(view: RunView, forecast: Forecast) -> None:
    """Draw earlier forecasts, the table of errors, and the error of each step ahead."""
    rival = best_rival(forecast)
    label = "" if rival is None else label_of(rival)
    figure = backtest_chart(view.series, forecast.backtest, rival, label, current_palette())
    st.markdown(f"{_tried_in_words(view, forecast)} {_coverage_in_words(forecast)}", help=meaning_of("backtest"))
    alt = "The actual values, and from every origin the forecasts of the model and of the best other method."
    draw_chart(figure, "backtest-chart", alt, FEW_BUTTONS)
    _show_table(view, forecast)
    _show_steps(view, forecast)


def _tried_in_words(view: RunView, forecast: Forecast) -> str:
    steps, name = int(forecast.backtest["step"].max()), view.series.frequency.step_name
    ahead = f"{steps} {name}s" if steps > 1 else f"one {name}"
    if forecast.origins == 1:
        return f"Trained on everything before, it forecast the last {ahead}, shown with the actual values."
    return (
        f"At {forecast.origins} past moments (dotted), everything was trained again on what was known then, to forecast the "
        f"next {ahead}."
    )


def _coverage_in_words(forecast: Forecast) -> str:
    """Count the values inside the intervals; empty without intervals."""
    if forecast.coverage is None:
        return ""
    size = len(forecast.backtest.dropna(subset=["y", f"lo-{LEVELS[0]}"]))  # one origin may have no intervals
    inside = [f"{round(forecast.coverage[str(level)] * size)} lie inside the {level}% interval" for level in LEVELS]
    return f"Of the {size} actual values, {' and '.join(inside)}."


def _show_table(view: RunView, forecast: Forecast) -> None:
    options: dict[str, Any] = {"required": True, "format_func": label_of, "key": "measure"}
    help_text = "The error that the table shows."
    chosen = st.segmented_control("Error measure", MEASURES, default=MEASURES[0], help=help_text, **options)
    measure = str(chosen or MEASURES[0])
    methods = methods_with_errors(forecast)
    table = _table_of_errors(view, forecast, measure)[methods]
    digits = DIGITS.get(measure, SIGNIFICANT)
    shown = pd.DataFrame([_written_row(row, digits) for _, row in table.iterrows()], table.index, methods)
    names, recipe = _method_labels(view, methods), recipe_in_words(view.spec.config)
    columns = {
        name: st.column_config.TextColumn(
            names[name], help=recipe if name == "model" else meaning_of(name), alignment="right"
        )
        for name in methods
    }
    st.dataframe(shown, column_config=columns, alt=f"{label_of(measure)} of each method at each origin; {BEST} is best")
    st.markdown(small(f"{BEST} lowest error in its row. {label_of(measure)}: {lowered(meaning_of(measure))}"))


def _table_of_errors(view: RunView, forecast: Forecast, measure: str) -> pd.DataFrame:
    """Return one row per origin, their mean, and all held-out rows where they are more than those of the last origin."""
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
    best = errors.min()
    return [f"{alike([value], digits=digits)[0]} {BEST if value == best else chr(0x2007)}" for value in errors]


def _method_labels(view: RunView, methods: list[str]) -> dict[str, str]:
    return {
        name: f"{label_of(view.spec.config.cell)} (this model)" if name == "model" else label_of(name)
        for name in methods
    }


def _show_steps(view: RunView, forecast: Forecast) -> None:
    methods = methods_with_errors(forecast)
    errors = errors_by_step(forecast.backtest, methods)
    if len(errors) < 2 or not methods:
        return
    step = view.series.frequency.step_name
    growth = _growth_in_words(errors, step)
    st.markdown(f"**{label_of('step_error')}**: {growth}", help=meaning_of("step_error"))
    figure = step_errors(errors, _method_labels(view, methods), step, current_palette())
    alt = f"Mean absolute error of each method at each step ahead. {growth}"
    draw_chart(figure, "step-errors", alt, FEW_BUTTONS)


def _growth_in_words(errors: pd.DataFrame, step: str) -> str:
    first, last = (rounded(errors["model"].iloc[place], digits=3) for place in (0, -1))
    others = errors.drop(columns="model").min(axis=1)
    ahead = int((errors["model"] <= others).sum()) if not others.empty and np.isfinite(others).any() else 0
    grows = f"{first} one {step} ahead, {last} after {errors.index[-1]} {step}s"
    return f"{grows}; the model is the most accurate at {ahead} of {len(errors)} steps."


def show_residuals(view: RunView, forecast: Forecast) -> None:
    """Draw the autocorrelation and the distribution of the one-step errors, each with what it means."""
    series, residuals = view.series, forecast.residuals
    errors = residuals_of_series(series, residuals["ds"].to_numpy(), residuals["residual"].to_numpy(dtype=float))
    memory, shape = memory_sentence(errors, series.frequency), shape_sentence(errors)
    if not errors.is_enough:
        st.markdown(memory)
        return
    palette = current_palette()
    one, two = st.columns(2)
    with one:
        st.markdown("**Are errors correlated over time?**", help=meaning_of("autocorrelation"))
        figure = autocorrelation_chart(errors, series.frequency.step_name, palette)
        alt = f"Autocorrelation of {len(errors.residuals)} one-step errors. {memory}"
        draw_chart(figure, "autocorrelation", alt, FEW_BUTTONS)
        st.markdown(memory)
    with two:
        st.markdown("**How are errors distributed?**", help=meaning_of("residual"))
        figure = residual_histogram(errors, palette)
        alt = f"Histogram of {len(errors.residuals)} one-step errors. {shape}"
        draw_chart(figure, "residuals", alt, FEW_BUTTONS)
        st.markdown(shape)
    source = f"{len(errors.residuals)} one-step forecasts of a calibration run, on rows held out from it."
    unit = f"An error is the actual value minus the forecast; 1 is the {unit_in_words(view.spec.config)}."
    st.markdown(small(f"{source} {unit}"))


def show_learning_curve(forecast: Forecast) -> None:
    """Draw how the error falls with more training rows, and what that means; nothing where there were too few."""
    sentence = learning_sentence(forecast.learning)
    if not sentence:
        return
    st.markdown(f"**{label_of('learning_curve')}**", help=meaning_of("learning_curve"))
    rules = {name: float(forecast.scores["mae"].get(name, np.nan)) for name in ("naive", "seasonal_naive")}
    best = min(rules, key=lambda name: rules[name] if np.isfinite(rules[name]) else np.inf)
    rival = (label_of(best), rules[best]) if np.isfinite(rules[best]) else None
    figure = learning_chart(forecast.learning, rival, current_palette())
    draw_chart(figure, "learning-curve", f"Learning curve. {sentence}", FEW_BUTTONS)
    st.markdown(sentence)


def show_effects(view: RunView) -> None:
    """Say what further columns contributed, where there are any and the networks were kept."""
    if view.series.features and view.has_networks:
        effects = _effects_of(view.key, training_service().store.forecast_changed(view.key), view.series)
        if effects:
            st.markdown(f"**{label_of('effect')}**: {with_names(' '.join(effects))}", help=meaning_of("effect"))


@lru_cache(maxsize=64)
def _effects_of(key: str, changed: int, series: Series) -> tuple[str, ...]:
    store = training_service().store
    try:
        recipe = store.recipe(key)
        return () if recipe is None else effects_in_words(series, read_facts(recipe, series.unique_id))
    except LSTMVizError:
        return ()  # a recipe that cannot be read is reported where it is needed


class _Explanation(NamedTuple):
    """The components of a forecast, and its sensitivity to the values read."""

    makeup: Makeup
    sensitivity: Sensitivity


_explanations: ByteCache[_Explanation | None] = ByteCache(
    lambda found: 0 if found is None else found.sensitivity.by_level.nbytes + found.sensitivity.by_networks.nbytes
)


def explained(key: str, changed: int, series: Series) -> _Explanation | None:
    """Explain the forecast of a run, once for every version of it; None where its networks were not kept.

    Raises:
        RunError: the stored model cannot be read.
    """
    return _explanations.get((key, changed, series.unique_id), lambda: _explain(key, series))


def _explain(key: str, series: Series) -> _Explanation | None:
    data = training_service().store.recipe(key)
    if data is None:
        return None
    experiment = load_recipe(data, series).experiment
    origin = len(series.y)
    return _Explanation(makeup_of(experiment, origin), sensitivity_of(experiment, origin))


def show_why(view: RunView, forecast: Forecast) -> None:
    """Draw both explanations, and lead to the cell."""
    if not view.has_networks:
        only = f"Forecast it as “{label_of('forecast_one')}” to see an explanation."
        st.markdown(f"The networks of this series were not kept. {only}")
        return
    try:
        found = explained(view.key, training_service().store.forecast_changed(view.key), view.series)
    except LSTMVizError as error:
        show_error(error)
        return
    if found is None:
        st.markdown("The networks of this run were not kept. Train again to see an explanation.")
        return
    about = shrinkage_in_words(view.spec.config, len(view.series))
    st.markdown(_weight_in_words(forecast.shrinkage), help=about)
    _show_makeup(view, forecast, found.makeup)
    _show_importance(view, forecast, found.sensitivity)
    link_to("step", "Look inside this model: step its cell over your data", source=RUN + view.key)


def _weight_in_words(shrinkage: float) -> str:
    if shrinkage == 0:
        reason = (
            "In the calibration run they made it worse, so the forecast is the level, with the season if there is one."
        )
        return f"**The networks add nothing to this forecast.** {reason}"
    if shrinkage < 1:
        return f"The contribution of the networks is weighted by {shrinkage:.0%}, the best weight in a calibration run."
    return "The contribution of the networks counts in full."


def _show_makeup(view: RunView, forecast: Forecast, makeup: Makeup) -> None:
    stamps = forecast.future["ds"].to_numpy()
    arithmetic = _arithmetic(makeup, moment(stamps[0], view.series.frequency))
    st.markdown(f"**{label_of('makeup')}**: {arithmetic}", help=meaning_of("makeup"))
    if not any(part.any() for part in (makeup.season, makeup.known, makeup.networks)):
        return
    figure = makeup_chart(view.series, stamps, makeup.stages(), view.spec.config.window, current_palette())
    alt = f"The forecast as a sum of level, season, known columns and networks. {arithmetic}"
    draw_chart(figure, "makeup", alt, FEW_BUTTONS)


def _arithmetic(makeup: Makeup, when: str) -> str:
    stages = makeup.stages()
    level, total = rounded(stages["level"][0]), rounded(stages["forecast"][0])
    named = (("season", makeup.season), ("known columns", makeup.known), ("networks", makeup.networks))
    parts = [(name, part[0]) for name, part in named if part.any()]
    if not parts:
        return f"every step is the level, {level}."
    if makeup.log:
        sentence = "".join(f" × {name} {np.exp(part):.3f}" for name, part in parts)
    else:
        sentence = "".join(f" {'−' if part < 0 else '+'} {name} {rounded(abs(part))}" for name, part in parts)
    return f"{when} is level {level}{sentence} = {total}."


def _show_importance(view: RunView, forecast: Forecast, sensitivity: Sensitivity) -> None:
    stamps, frequency = forecast.future["ds"].to_numpy(), view.series.frequency
    names = moments(stamps, frequency)
    st.markdown(f"**{label_of('importance')}**", help=meaning_of("importance"))
    options = [*range(len(names)), MEAN] if len(names) > 1 else [0]

    def label(step: int) -> str:
        return f"the mean of all {len(names)}" if step == MEAN else names[step]

    key = f"why-step-{view.key}"
    step = int(st.selectbox("in the forecast for", options, format_func=label, key=key, width=260) or 0)
    what = f"the mean of the {len(names)} forecasts" if step == MEAN else f"the forecast for {names[step]}"
    pick = slice(None) if step == MEAN else slice(step, step + 1)
    by_level, by_networks = sensitivity.by_level[pick].mean(axis=0), sensitivity.by_networks[pick].mean(axis=0)
    earlier = float(sensitivity.earlier[pick].mean())
    words = _importance_in_words(view, sensitivity.rows, by_level + by_networks, earlier, what)
    st.markdown(words)
    figure = importance_chart(view.series, sensitivity.rows, by_level, by_networks, current_palette())
    draw_chart(figure, "importance", f"The values read, and their importance. {words}", FEW_BUTTONS)
    st.markdown(small("Exact gradients of the trained model, through the level and through the networks."))


def _importance_in_words(view: RunView, rows: np.ndarray, moved: np.ndarray, earlier: float, what: str) -> str:
    series, known = view.series, np.nan_to_num(moved)
    place = int(np.abs(known).argmax())
    if not known[place]:
        return f"None of the last {len(rows)} values changes {what}."
    when, name = moment(series.ds[rows[place]], series.frequency), literal(series.name)
    together = float(known.sum())
    sentence = (
        f"Had {name} of {when} been 1 higher, {what} would move by **{rounded(known[place], signed=True, digits=3)}**, the "
        f"most of the {len(rows)} values read. All of them 1 higher move it by {rounded(together, signed=True, digits=3)}"
    )
    if abs(earlier) < NEGLIGIBLE * abs(together):
        return f"{sentence}; earlier values have almost no effect."
    return f"{sentence}, all earlier values by {rounded(earlier, signed=True, digits=3)}."
