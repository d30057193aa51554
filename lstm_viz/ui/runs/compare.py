"""Several runs compared: forecasts over the actual values, losses, and a table of differences."""

import math
from dataclasses import replace

import pandas as pd
import streamlit as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.figures.run_charts import (
    MAX_COMPARED,
    MOST_WITH_BANDS,
    Compared,
    compare_forecasts,
    compare_losses,
    same_data,
)
from lstm_viz.glossary import label_of
from lstm_viz.phrases import joined
from lstm_viz.runs.records import RunView
from lstm_viz.runs.services import training_service
from lstm_viz.runs.summary import backtest_mase
from lstm_viz.ui.runs.state import POLL_INTERVAL, RunsPage
from lstm_viz.ui.shared.settings import settings_in_words
from lstm_viz.ui.shell.errors import show_error
from lstm_viz.ui.shell.markdown import duration, literal, small
from lstm_viz.ui.shell.theme import CHART_CONFIG, STILL, current_palette, draw_chart

NOTHING = "–"
BACKTESTS, INSIDE, PARAMETERS = "Back-tests", "Inside the 80% interval", "Parameters, all networks"
MASE, ERROR = f"{label_of('mase')} in back-test", "Mean absolute error, held out"
Placed = list[tuple[int, Compared]]


def show_comparison(page: RunsPage) -> None:
    """Compare the selected runs, up to a number that a chart can show."""
    views, names = [], {}
    for key in page.selected[:MAX_COMPARED]:
        try:
            views.append(training_service().view(key))
        except LSTMVizError as error:
            show_error(error)
            continue
        names[key] = page.run(key).name
    st.subheader(f"{len(views)} runs compared", anchor=False)
    if len(page.selected) > MAX_COMPARED:
        st.markdown(small(f"The first {MAX_COMPARED} of {len(page.selected)} selected runs are shown."))
    views = [view.about(views[0].series.unique_id) for view in views]
    if any(view.forecasts_by_series for view in views):
        st.markdown(small(f"Of runs that forecast many series, {literal(views[0].series.unique_id)} is compared."))
    runs = [(place, _compared(place, view, names[view.key])) for place, view in enumerate(views)]
    _draw_forecasts(runs)
    _draw_differences(runs, views)
    _draw_losses(runs, views)


def _compared(place: int, view: RunView, name: str) -> Compared:
    letter, loss = chr(ord("A") + place), view.spec.config.training.loss
    return Compared(letter, name, view.series, view.forecast, view.history, loss)


def _draw_forecasts(runs: Placed) -> None:
    """Draw one chart for each data set; only runs on the same data share one."""
    groups = _group_by_data(runs)
    if len(groups) > 1:
        parts = "; ".join(f"{_listed(group)} on {literal(_title_of(group))}" for group in groups)
        sentence = f"These runs were trained on different data, so only runs on the same data share a chart: {parts}."
        st.info(sentence, icon=":material/info:")
    waiting = [run.mark for _, run in runs if run.forecast is None]
    for number, group in enumerate(groups):
        finished = [each for each in group if each[1].forecast is not None]
        if not finished:
            continue
        if len(groups) > 1:
            st.markdown(f"**{literal(_title_of(group))}**")
        figure = compare_forecasts(finished, current_palette())
        alt = f"Forecasts of runs {_listed(finished)} over the actual values."
        draw_chart(figure, f"compare-forecasts-{number}", alt)
    if len(waiting) < len(runs):
        counts = [sum(run.forecast is not None for _, run in group) for group in groups]
        bands = ", shaded areas 80% intervals" if any(0 < count <= MOST_WITH_BANDS for count in counts) else ""
        st.markdown(small(f"Thin lines are forecasts of held-out rows, thick lines those of the future{bands}."))
    if waiting:
        st.markdown(small(f"No forecast yet: {', '.join(waiting)}."))


def _group_by_data(runs: Placed) -> list[Placed]:
    groups: list[Placed] = []
    for place, run in runs:
        group = next((group for group in groups if same_data(group[0][1].series, run.series)), None)
        if group is None:
            groups.append([(place, run)])
        else:
            group.append((place, run))
    return groups


def _listed(group: Placed) -> str:
    return joined([run.mark for _, run in group])


def _title_of(group: Placed) -> str:
    series = group[0][1].series
    name = series.name if series.unique_id in ("", series.name) else f"{series.unique_id} · {series.name}"
    return f"{name} ({len(series):,} {series.frequency.step_name}s)"


def _draw_losses(runs: Placed, views: list[RunView]) -> None:
    st.markdown("**Loss curves**")
    active = any(view.state.active for view in views)

    @st.fragment(run_every=POLL_INTERVAL if active else None)
    def live() -> None:
        placed = [(place, _refreshed(run, views[place].key)) for place, run in runs] if active else runs
        shown = [each for each in placed if each[1].history]
        if not shown:
            st.markdown(small("No epoch is complete yet."))
            return
        figure = compare_losses(shown, current_palette())
        config = STILL if active else CHART_CONFIG
        alt = f"Loss curves of runs {_listed(shown)}."
        draw_chart(figure, "compare-losses", alt, config)

    live()
    if len({run.loss for _, run in runs}) > 1:
        st.markdown(
            small("They were trained with different losses, so the heights of their curves cannot be compared.")
        )


def _refreshed(run: Compared, key: str) -> Compared:
    try:
        return replace(run, history=training_service().view(key).history)
    except LSTMVizError:
        return run


def _draw_differences(runs: Placed, views: list[RunView]) -> None:
    columns = {run.mark: _facts_of(run, view) for (_, run), view in zip(runs, views, strict=True)}
    settings = pd.DataFrame({mark: _settings_of(view) for mark, view in zip(columns, views, strict=True)})
    settings = settings[settings.nunique(axis=1) > 1]
    st.markdown("**Differences**")
    if settings.empty:
        st.markdown(small("No setting differs: differences in the scores have another cause, such as longer training."))
    scores = pd.DataFrame(columns)
    for name in _comparable(runs):
        scores.loc[name] = _with_best_bold(pd.Series(scores.loc[name]))
    names = pd.DataFrame({run.mark: {"Run": literal(run.name)} for _, run in runs})
    st.table(pd.concat([names, settings, scores]), border="horizontal", alt="Settings that differ, and the scores")


def _comparable(runs: Placed) -> list[str]:
    """Return the scores computed on the same rows, of which the lowest is the best."""
    forecasts = [run.forecast for _, run in runs if run.forecast is not None]
    if len(_group_by_data(runs)) > 1 or len({len(forecast.heldout) for forecast in forecasts}) > 1:
        return []
    dates = {tuple(forecast.backtest["ds"]) for forecast in forecasts}
    return [MASE, ERROR] if len(dates) == 1 else [ERROR]


def _with_best_bold(row: pd.Series) -> list[str]:
    numbers = pd.to_numeric(row, errors="coerce")
    lowest = numbers.min() if numbers.notna().sum() > 1 else None
    return [f"**{text}**" if number == lowest else str(text) for text, number in zip(row, numbers, strict=True)]


def _settings_of(view: RunView) -> dict[str, str]:
    source, target = literal(view.spec.source.name), literal(view.spec.target)
    data = {"Data": source, "Target": target, "Rows": f"{len(view.series):,}"}
    return data | settings_in_words(view.spec.config)


def _facts_of(run: Compared, view: RunView) -> dict[str, str]:
    forecast = run.forecast
    first = [record for record in run.history if record.member == 0]
    facts = dict.fromkeys((MASE, BACKTESTS, ERROR, INSIDE, PARAMETERS), NOTHING)
    facts["Training time, first network"] = duration(first[-1].seconds) if first else NOTHING
    if forecast is None:
        return facts
    mase = backtest_mase(forecast)
    error = float(forecast.scores["mae"]["model"]) if "mae" in forecast.scores else math.nan
    inside = (forecast.coverage or {}).get("80")
    facts[BACKTESTS] = str(forecast.origins)
    facts[MASE] = NOTHING if mase is None else f"{mase:.3f}"
    facts[ERROR] = NOTHING if math.isnan(error) else f"{error:.4g}"
    facts[INSIDE] = NOTHING if inside is None else f"{inside:.0%}"
    facts[PARAMETERS] = f"{forecast.parameters:,}"
    return facts
