"""Several runs over each other: forecasts on the truth, losses, and a table of what differed."""

import math

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
from lstm_viz.ui.shell.theme import CHART_CONFIG, STILL, current_palette, sized

NOTHING = "–"
BACKTESTS = "Back-tests"
MASE, ERROR = f"{label_of('mase')} in back-test", "Mean error, held out"
Placed = list[tuple[int, Compared]]


def show_comparison(page: RunsPage) -> None:
    """Show the runs that are selected, as many as can be told apart."""
    views, names = [], {}
    for key in page.selected[:MAX_COMPARED]:
        try:
            views.append(training_service().view(key))
        except LSTMVizError as error:
            show_error(error)
            continue
        names[key] = page.run(key).name
    st.subheader(f"{len(views)} runs over each other", anchor=False)
    if len(page.selected) > MAX_COMPARED:
        st.markdown(small(f"The first {MAX_COMPARED} of {len(page.selected)} selected runs are shown."))
    views = [view.about(views[0].series.unique_id) for view in views]
    if any(view.forecasts_by_series for view in views):
        st.markdown(small(f"Of runs that forecast many series, {literal(views[0].series.unique_id)} is compared."))
    runs = [(place, compared(place, view, names[view.key])) for place, view in enumerate(views)]
    _draw_forecasts(runs)
    _draw_differences(runs, views)
    _draw_losses(runs, views)


def compared(place: int, view: RunView, name: str) -> Compared:
    """Give a run the letter that stands for it."""
    loss = view.spec.config.training.loss
    return Compared(letter(place), name, view.series, view.forecast, view.history, loss)


def letter(place: int) -> str:
    """Give the letter of a place."""
    return chr(ord("A") + place)


def _draw_forecasts(runs: Placed) -> None:
    """Draw one chart for each data that has a forecast; runs on other data are never laid over each other."""
    groups = _group_by_data(runs)
    if len(groups) > 1:
        sentence = "; ".join(f"{listed(group)} on {literal(_title_of(group))}" for group in groups)
        st.info(
            f"These runs learned from different data, so only runs on the same data share a chart: {sentence}.",
            icon=":material/info:",
        )
    waiting = [run.mark for _, run in runs if run.forecast is None]
    for number, group in enumerate(groups):
        told_runs = [each for each in group if each[1].forecast is not None]
        if not told_runs:
            continue
        if len(groups) > 1:
            st.markdown(f"**{literal(_title_of(group))}**")
        figure = compare_forecasts(told_runs, current_palette())
        alt = f"Forecasts of runs {listed(told_runs)} over what happened."
        st.plotly_chart(sized(figure), key=f"compare-forecasts-{number}", config=CHART_CONFIG, theme=None, alt=alt)
    if len(waiting) < len(runs):
        banded = any(
            sum(run.forecast is not None for _, run in group) in range(1, MOST_WITH_BANDS + 1) for group in groups
        )
        bands = ", shaded their 80% intervals" if banded else ""
        st.markdown(small(f"Thin lines are what each said of its held-out rows, strong ones its forecast{bands}."))
    if waiting:
        st.markdown(small(f"No forecast yet: {', '.join(waiting)}."))


def _group_by_data(runs: Placed) -> list[Placed]:
    groups: list[Placed] = []
    for place, run in runs:
        for group in groups:
            if same_data(group[0][1].series, run.series):
                group.append((place, run))
                break
        else:
            groups.append([(place, run)])
    return groups


def listed(group: Placed) -> str:
    """Name the runs of a group by their letters."""
    return joined([run.mark for _, run in group])


def _title_of(group: Placed) -> str:
    series = group[0][1].series
    name = series.name if series.unique_id in ("", series.name) else f"{series.unique_id} · {series.name}"
    return f"{name} ({len(series):,} {series.frequency.step_name}s)"


def _draw_losses(runs: Placed, views: list[RunView]) -> None:
    """Draw how the losses fell; while one of them trains, every second anew."""
    st.markdown("**How they learned**")
    active = any(view.state.active for view in views)

    @st.fragment(run_every=POLL_INTERVAL if active else None)
    def live() -> None:
        placed = [(place, fresh(run, views[place].key)) for place, run in runs] if active else runs
        shown = [each for each in placed if each[1].history]
        if not shown:
            st.markdown(small("No epoch is complete yet."))
            return
        figure = compare_losses(shown, current_palette())
        config = STILL if active else CHART_CONFIG
        alt = f"Loss curves of runs {listed(shown)}."
        st.plotly_chart(sized(figure), key="compare-losses", config=config, theme=None, alt=alt)

    live()
    if len({run.loss for _, run in runs}) > 1:
        st.markdown(small("They made different losses small: the heights of their curves cannot be compared."))


def fresh(run: Compared, key: str) -> Compared:
    """Bring the epochs of a run up to now."""
    try:
        history = training_service().view(key).history
    except LSTMVizError:
        return run
    return Compared(run.mark, run.name, run.series, run.forecast, history, run.loss)


def _draw_differences(runs: Placed, views: list[RunView]) -> None:
    """Draw settings that are not equal, then the scores; what is equal is left out."""
    columns = {run.mark: _facts_of(run, view) for (_, run), view in zip(runs, views, strict=True)}
    settings = _differing({mark: settings_of(view) for mark, view in zip(columns, views, strict=True)})
    st.markdown("**What differed**")
    if settings.empty:
        st.markdown(small("No setting: what differs between the scores is what else happened, such as more training."))
    scores = pd.DataFrame(columns)
    for name in _comparable(runs):
        scores.loc[name] = _with_best_bold(pd.Series(scores.loc[name]))
    names = pd.DataFrame({run.mark: {"Run": literal(run.name)} for _, run in runs})
    st.table(pd.concat([names, settings, scores]), border="horizontal", alt="What differed, and the scores")


def _comparable(runs: Placed) -> list[str]:
    """Name the scores that were taken on the same rows, so that the lowest is the best."""
    forecasts = [run.forecast for _, run in runs if run.forecast is not None]
    if len(_group_by_data(runs)) > 1 or len({len(forecast.heldout) for forecast in forecasts}) > 1:
        return []
    tried = {tuple(forecast.backtest["ds"]) for forecast in forecasts}
    return [MASE, ERROR] if len(tried) == 1 else [ERROR]


def _with_best_bold(row: pd.Series) -> list[str]:
    numbers = pd.to_numeric(row, errors="coerce")
    lowest = numbers.min() if numbers.notna().sum() > 1 else None
    return [f"**{text}**" if number == lowest else str(text) for text, number in zip(row, numbers, strict=True)]


def settings_of(view: RunView) -> dict[str, str]:
    """Write every setting, and the data, in words."""
    config, series = view.spec.config, view.series
    data = {
        "Data": literal(view.spec.source.name),
        "Target": literal(view.spec.target),
        "Rows": f"{len(series):,}",
    }
    return data | settings_in_words(config)


def _differing(settings: dict[str, dict[str, str]]) -> pd.DataFrame:
    table = pd.DataFrame(settings)
    return table[table.nunique(axis=1) > 1]


def _facts_of(run: Compared, view: RunView) -> dict[str, str]:
    forecast = run.forecast
    first = [record for record in run.history if record.member == 0]
    facts = {
        MASE: NOTHING,
        BACKTESTS: NOTHING,
        ERROR: NOTHING,
        "Inside the 80% interval": NOTHING,
        "Parameters, all networks": NOTHING,
        "Training, first network": duration(first[-1].seconds) if first else NOTHING,
    }
    if forecast is None:
        return facts
    mase = backtest_mase(forecast)
    error = float(forecast.scores["mae"]["model"]) if "mae" in forecast.scores else math.nan
    inside = (forecast.coverage or {}).get("80")
    facts[BACKTESTS] = str(forecast.origins)
    facts[MASE] = NOTHING if mase is None else f"{mase:.3f}"
    facts[ERROR] = NOTHING if math.isnan(error) else f"{error:.4g}"
    facts["Inside the 80% interval"] = NOTHING if inside is None else f"{inside:.0%}"
    facts["Parameters, all networks"] = f"{forecast.parameters:,}"
    return facts
