"""Why this forecast: which values mattered, and what it is built of."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.figures.why_chart import importance_chart, makeup_chart
from lstm_viz.figures.wording import moment, moments, rounded
from lstm_viz.forecasting.forecast import Forecast
from lstm_viz.forecasting.importance import Makeup, Sensitivity, makeup_of, sensitivity_of
from lstm_viz.forecasting.portable import load_recipe
from lstm_viz.glossary import label_of, meaning_of
from lstm_viz.runs.byte_cache import ByteCache
from lstm_viz.runs.records import RunView
from lstm_viz.runs.service import training_service
from lstm_viz.stepping.request import RUN
from lstm_viz.tables import Series
from lstm_viz.ui.errors import show_error
from lstm_viz.ui.forecast_words import shrinkage_in_words
from lstm_viz.ui.look import current_palette, sized
from lstm_viz.ui.navigation import link_to
from lstm_viz.ui.result_panel import FEW_BUTTONS
from lstm_viz.ui.text import literal, small

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
        told = "".join(f" × {name} {np.exp(part):.3f}" for name, part in parts)
    else:
        told = "".join(f" {'−' if part < 0 else '+'} {name} {rounded(abs(part))}" for name, part in parts)
    return f"{when} is level {level}{told} = {total}."


def _show_importance(view: RunView, forecast: Forecast, told: Sensitivity) -> None:
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
    by_level, by_networks = told.by_level[pick].mean(axis=0), told.by_networks[pick].mean(axis=0)
    said = _importance_in_words(view, told.rows, by_level + by_networks, float(told.earlier[pick].mean()), what)
    st.markdown(said)
    figure = importance_chart(view.series, told.rows, by_level, by_networks, current_palette())
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
