"""What a forecast is worth and what it is made of: back-test, residuals, effects of columns, and importance."""

from dataclasses import dataclass
from functools import lru_cache

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
from lstm_viz.forecasting.config import ForecastConfig
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
from lstm_viz.ui.shell.theme import current_palette, sized

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
    methods = methods_with_errors(forecast)
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
    methods = methods_with_errors(forecast)
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


def show_residuals(view: RunView, forecast: Forecast) -> None:
    """Draw the autocorrelation and the distribution of the one-step errors, each with what it means."""
    series, residuals = view.series, forecast.residuals
    left = residuals_of_series(series, residuals["ds"].to_numpy(), residuals["residual"].to_numpy(dtype=float))
    memory, shape = memory_sentence(left, series.frequency), shape_sentence(left)
    if not left.is_enough:
        st.markdown(memory)
        return
    palette = current_palette()
    one, two = st.columns(2)
    with one:
        st.markdown("**Are errors correlated over time?**", help=meaning_of("autocorrelation"))
        figure = autocorrelation_chart(left, series.frequency.step_name, palette)
        alt = f"Autocorrelation of {len(left.residuals)} one-step errors. {memory}"
        st.plotly_chart(sized(figure), key="autocorrelation", config=FEW_BUTTONS, theme=None, alt=alt)
        st.markdown(memory)
    with two:
        st.markdown("**How are errors distributed?**", help=meaning_of("residual"))
        figure = residual_histogram(left, palette)
        alt = f"Histogram of {len(left.residuals)} one-step errors. {shape}"
        st.plotly_chart(sized(figure), key="residuals", config=FEW_BUTTONS, theme=None, alt=alt)
        st.markdown(shape)
    sentence = f"{len(left.residuals)} forecasts one step ahead, in a calibration run on rows that it had not seen."
    st.markdown(
        small(
            f"{sentence} An error is the actual value minus the forecast; 1 is the {unit_in_words(view.spec.config)}."
        )
    )


def show_learning_curve(forecast: Forecast) -> None:
    """Draw how the error falls as more rows teach, with what that means; nothing where there were too few."""
    sentence = learning_sentence(forecast.learning)
    if not sentence:
        return
    st.markdown(f"**{label_of('learning_curve')}**", help=meaning_of("learning_curve"))
    rules = {name: float(forecast.scores["mae"].get(name, np.nan)) for name in ("naive", "seasonal_naive")}
    best = min(rules, key=lambda name: rules[name] if np.isfinite(rules[name]) else np.inf)
    rival = (label_of(best), rules[best]) if np.isfinite(rules[best]) else None
    figure = learning_chart(forecast.learning, rival, current_palette())
    st.plotly_chart(
        sized(figure), key="learning-curve", config=FEW_BUTTONS, theme=None, alt=f"Learning curve. {sentence}"
    )
    st.markdown(sentence)


def show_effects(view: RunView) -> None:
    """Say what further columns did; nothing for a series alone, or for one whose networks were not kept."""
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
        return ()  # a recipe that cannot be read is told where it is needed


MEAN = -1
NEGLIGIBLE = 0.005


@dataclass(frozen=True, eq=False)
class _Explanation:
    """What a forecast consists of, and how it answers to what was read."""

    makeup: Makeup
    sensitivity: Sensitivity


_explanations: ByteCache[_Explanation | None] = ByteCache(
    lambda found: 0 if found is None else found.sensitivity.by_level.nbytes + found.sensitivity.by_networks.nbytes
)


def explained(key: str, changed: int, series: Series) -> _Explanation | None:
    """Explain the forecast of a run once for all who look; training further makes it another one.

    Args:
        key: the run.
        changed: when its forecast was last written.
        series: the one that is forecast.

    Raises:
        RunError: the stored model cannot be read.
    """
    return _explanations.get((key, changed, series.unique_id), lambda: _explain(key, series))


def _explain(key: str, series: Series) -> _Explanation | None:
    """Explain the forecast of a run; None where its networks were not kept."""
    data = training_service().store.recipe(key)
    if data is None:
        return None
    experiment = load_recipe(data, series).experiment
    origin = len(series.y)
    return _Explanation(makeup_of(experiment, origin), sensitivity_of(experiment, origin))


def show_why(view: RunView, forecast: Forecast) -> None:
    """Draw both explanations, and lead to the cell."""
    if not view.has_networks:
        st.markdown(
            "The networks of this series were not kept, only those of the one that was watched. Forecast it as "
            f"“{label_of('forecast_one')}” to see why."
        )
        return
    try:
        found = explained(view.key, training_service().store.forecast_changed(view.key), view.series)
    except LSTMVizError as error:
        show_error(error)
        return
    if found is None:
        st.markdown("The networks of this run were not kept. Train again to see what they made of the series.")
        return
    about = shrinkage_in_words(view.spec.config, len(view.series))
    st.markdown(_believed_in_words(forecast.shrinkage), help=about)
    _show_makeup(view, forecast, found.makeup)
    _show_importance(view, forecast, found.sensitivity)
    link_to("step", "Look inside this model: step its cell over your data", source=RUN + view.key)


def _believed_in_words(shrinkage: float) -> str:
    if shrinkage == 0:
        return (
            "**The networks add nothing to this forecast.** In the calibration run they only made it worse, so the forecast "
            "is the level alone, with the season if there is one."
        )
    if shrinkage < 1:
        return f"A calibration run found it best to count {shrinkage:.0%} of what the networks contribute."
    return "What the networks contribute counts in full."


def _show_makeup(view: RunView, forecast: Forecast, makeup: Makeup) -> None:
    stamps = forecast.future["ds"].to_numpy()
    when = moment(stamps[0], view.series.frequency)
    st.markdown(f"**{label_of('makeup')}**: {_arithmetic(makeup, when)}", help=meaning_of("makeup"))
    if not any(part.any() for part in (makeup.season, makeup.known, makeup.networks)):
        return
    figure = makeup_chart(view.series, stamps, makeup.stages(), view.spec.config.window, current_palette())
    alt = f"The forecast built up from level, season, known columns and what the networks add. {_arithmetic(makeup, when)}"
    st.plotly_chart(sized(figure), key="makeup", config=FEW_BUTTONS, theme=None, alt=alt)


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


def _show_importance(view: RunView, forecast: Forecast, sentence: Sensitivity) -> None:
    """Draw what each value read does to the step of the forecast that the person chooses, or to the mean of all."""
    stamps, frequency = forecast.future["ds"].to_numpy(), view.series.frequency
    names = moments(stamps, frequency)
    st.markdown(f"**{label_of('importance')}**", help=meaning_of("importance"))
    options = [*range(len(names)), MEAN] if len(names) > 1 else [0]
    chosen = st.selectbox(
        "in the forecast for",
        options,
        format_func=lambda step: f"the mean of all {len(names)}" if step == MEAN else names[step],
        key=f"why-step-{view.key}",
        width=260,
    )
    step = 0 if chosen is None else int(chosen)
    what = f"the mean of the {len(names)} forecasts" if step == MEAN else f"the forecast for {names[step]}"
    pick = slice(None) if step == MEAN else slice(step, step + 1)
    by_level, by_networks = sentence.by_level[pick].mean(axis=0), sentence.by_networks[pick].mean(axis=0)
    said = _importance_in_words(view, sentence.rows, by_level + by_networks, float(sentence.earlier[pick].mean()), what)
    st.markdown(said)
    figure = importance_chart(view.series, sentence.rows, by_level, by_networks, current_palette())
    st.plotly_chart(
        sized(figure),
        key="importance",
        config=FEW_BUTTONS,
        theme=None,
        alt=f"The values read, and their weight. {said}",
    )
    st.markdown(small("Exact slopes with all that was learnt held still, through the level and through the networks."))


def _importance_in_words(view: RunView, rows: np.ndarray, moved: np.ndarray, earlier: float, what: str) -> str:
    """Name the value that mattered most, and what the whole window and all before it do together."""
    series, known = view.series, np.nan_to_num(moved)
    place = int(np.abs(known).argmax())
    if not known[place]:
        return f"No value of the last {len(rows)} moves {what}."
    when, name = moment(series.ds[rows[place]], series.frequency), literal(series.name)
    together = float(known.sum())
    said = (
        f"Had {name} of {when} been 1 higher, {what} would move by **{rounded(known[place], signed=True, digits=3)}**: the "
        f"most of the {len(rows)} values read. All of them 1 higher move it by {rounded(together, signed=True, digits=3)}"
    )
    if abs(earlier) < NEGLIGIBLE * abs(together):
        return f"{said}; what came before them counts for nearly nothing."
    return f"{said}, all that came before them by {rounded(earlier, signed=True, digits=3)}."
