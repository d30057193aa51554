"""One run: its name, its settings, what can be done with it, and training again with one change."""

import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import streamlit as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.figures.forecast_charts import forecast_chart
from lstm_viz.forecasting.config import ForecastConfig, check_config
from lstm_viz.forecasting.forecast import Forecast
from lstm_viz.glossary import forecast_term, meaning_of
from lstm_viz.runs.archive import pack_run
from lstm_viz.runs.records import MAX_NAME, RunSpec, RunView, clean_name, subject_of
from lstm_viz.runs.services import training_service
from lstm_viz.runs.summary import RunSummary
from lstm_viz.scenes.step_request import RUN as RUN_SOURCE
from lstm_viz.settings import value_of, with_values
from lstm_viz.ui.forecast.result_view import summary_of, title_of
from lstm_viz.ui.forecast.results import show_verdict
from lstm_viz.ui.forecast.training import draw_curves, draw_training, show_best
from lstm_viz.ui.runs.memory import join_run, unlist_run
from lstm_viz.ui.runs.newer_rows import rerun_panel
from lstm_viz.ui.runs.state import RunsPage
from lstm_viz.ui.shared.fold import download_button
from lstm_viz.ui.shared.form import with_labels
from lstm_viz.ui.shared.settings import FORECAST_SETTINGS, in_words, setting_label, settings_in_words
from lstm_viz.ui.shared.training import show_ending, watch_training
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.components import arrive
from lstm_viz.ui.shell.errors import refusing, show_error, show_refusal
from lstm_viz.ui.shell.markdown import literal, small
from lstm_viz.ui.shell.navigation import link_to
from lstm_viz.ui.shell.session import current_session, set_widget_value, widget_value
from lstm_viz.ui.shell.theme import current_palette, draw_chart

FIRST = "hidden_size"


def _retrain_panel(run: RunSummary, view: RunView, address: Address) -> None:
    st.markdown("The same data and settings with one change; the two runs are then compared.")
    before = view.spec.config
    with st.container(horizontal=True, vertical_alignment="bottom"):
        names = [name for name in FORECAST_SETTINGS if name != "scope" or view.group is not None]
        name = st.selectbox(
            "Setting", names, index=names.index(FIRST), format_func=setting_label, key="change-name", width=240
        )
        value = _draw_value(run.key, name, value_of(before, name))
        config, problem = changed(before, name, value, len(view.series.y))
        options: Any = {"icon": ":material/play_arrow:", "on_click": _retrain, "args": (view, config, address)}
        st.button("Train", key="retrain", type="primary", disabled=config in (None, before), **options)
    st.markdown(small(meaning_of(forecast_term(name))))
    if problem is not None:
        show_error(with_labels(str(problem), FORECAST_SETTINGS, forecast_term))
    link_to("forecast", "Change more on the Forecast page", run=run.key, **{name: str(value)})


def _draw_value(key: str, name: str, now: Any) -> Any:
    options: dict[str, Any] = {"key": f"change-{key}-{name}", "width": 200}
    setting = FORECAST_SETTINGS[name]
    if not setting.bounds:
        values = list(setting.choices or (True, False))
        return st.selectbox("New value", values, index=values.index(now), format_func=in_words, **options)
    least, most, step = (setting.kind(one) for one in (setting.bounds.least, setting.bounds.most, setting.bounds.step))
    shape = "%.4g" if setting.kind is float else None
    return st.number_input("New value", least, most, now, step=step, format=shape, **options)


def changed(
    before: ForecastConfig, name: str, value: Any, rows: int
) -> tuple[ForecastConfig | None, LSTMVizError | None]:
    """Return the settings with the change, or why they are impossible."""
    if value is None:
        return None, None
    try:
        config = with_values(before, {name: value})
        check_config(config, rows)
    except LSTMVizError as error:
        return None, error
    return config, None


def _retrain(view: RunView, config: ForecastConfig, address: Address) -> None:
    service, spec = training_service(), view.spec
    created = datetime.now(UTC).isoformat(timespec="seconds")
    child = RunSpec(spec.source, spec.time, spec.target, config, created, view.key, spec.choices)
    with refusing("runs"):
        key = service.store.create(child, view.series, None if config.scope == "one" else view.group)
        service.submit(key)
        join_run(key)
        address.set(run=f"{view.key},{key}")


def show_card(page: RunsPage, address: Address) -> None:
    """Show the one run that is selected."""
    run = page.run(page.selected[0])
    try:
        view = training_service().view(run.key)
    except LSTMVizError as error:
        show_error(error)
        return
    arrive(f"run {run.key}", moved=current_session().opened == run.key)
    st.subheader(literal(run.name), anchor=False)
    lines = [literal(title_of(view.spec.source.name, subject_of(view.spec))), summary_of(view.spec.config)]
    st.markdown("  \n".join(small(line) for line in (*lines, *_parent_in_words(page, run, view.spec.config))))
    _draw_actions(run, view, address)
    show_refusal("runs")
    if view.state.active:
        watch_training(lambda: training_service().view(run.key), view.state.status, draw_training)
        return
    show_ending(view)
    panels: dict[str, Callable[[], None]] = {}
    forecast = view.forecast
    if forecast is not None:
        panels["Forecast"] = lambda: _show_forecast(view, forecast)
    if view.history:
        panels["Training curves"] = lambda: _show_learning(view)
    panels["Retrain with one change"] = lambda: _retrain_panel(run, view, address)
    if forecast is not None:
        step = "rows" if view.series.time is None else view.series.frequency.step_name
        panels[f"Upload the next {step}"] = lambda: rerun_panel(view)
    panels["All settings"] = lambda: _show_settings(view.spec.config)
    for tab, draw in zip(st.tabs(list(panels)), panels.values(), strict=True):
        with tab:
            draw()


def _show_forecast(view: RunView, forecast: Forecast) -> None:
    if view.forecasts_by_series:
        count, name = len(view.forecasts_by_series), literal(view.series.unique_id)
        st.markdown(small(f"This is {name}, one of {count} forecast series. The Forecast page shows each of them."))
    show_verdict(forecast)
    figure = forecast_chart(view.series, forecast, current_palette(), height=430)
    alt = f"History, held-out part and forecast. {forecast.verdict}"
    draw_chart(figure, "run-forecast", alt)


def _show_learning(view: RunView) -> None:
    if view.forecast is not None:
        show_best(view)
    draw_curves(view)


def _parent_in_words(page: RunsPage, run: RunSummary, config: ForecastConfig) -> list[str]:
    """Say which run this one repeats, and with which change; a run of another browser is not named."""
    if not run.parent:
        return []
    parent = next((other for other in page.runs if other.key == run.parent), None)
    if parent is None:
        return ["Made from another run with one change."]
    old = settings_in_words(training_service().store.spec(parent.key).config)
    changes = [f"{label} {old[label]} → {new}" for label, new in settings_in_words(config).items() if old[label] != new]
    return [f"Made from “{literal(parent.name)}” with one change: {'; '.join(changes)}."]


def _draw_actions(run: RunSummary, view: RunView, address: Address) -> None:
    service = training_service()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        link_to("forecast", "Open on the Forecast page", run=run.key)
        if view.forecast is not None:
            link_to("step", "Step the cell", source=RUN_SOURCE + run.key)
        with st.popover("Rename", icon=":material/edit:"):
            set_widget_value(f"name-{run.key}", run.name)
            st.text_input("Name", key=f"name-{run.key}", max_chars=MAX_NAME, on_change=_rename, args=(run.key,))
            st.markdown(small("An empty name restores the original one."))
        meaning = "Everything that belongs to this run; it can be opened again on this page, here or on another server."
        zipped: Any = {"disabled": run.active, "help": meaning, "icon": "folder_zip", "key": "pack-run"}
        name = f"{_file_stem(run.name)}.zip"
        download_button("Download zip", lambda: pack_run(service.store, run.key), name, "application/zip", **zipped)
        with st.popover("Delete", icon=":material/delete:"):
            training = " It is still training and will be stopped first." if run.active else ""
            st.markdown(f"This deletes the run with its model and forecast, for everybody who has its link.{training}")
            st.button("Delete permanently", key="delete-run", type="primary", on_click=_delete, args=(run.key, address))


def _file_stem(name: str) -> str:
    stem = "".join(letter if letter.isalnum() else "-" for letter in name.lower())
    return "-".join(part for part in stem.split("-") if part)[:60] or "run"


def _rename(key: str) -> None:
    with refusing("runs"):
        training_service().store.write_name(key, clean_name(str(widget_value(f"name-{key}") or "")))


def _delete(key: str, address: Address) -> None:
    with refusing("runs"):
        training_service().delete(key)
        unlist_run(key)
        address.set(run=None)


def _show_settings(config: ForecastConfig) -> None:
    rows = list(settings_in_words(config).items())
    half = math.ceil(len(rows) / 2)
    for column, part in zip(st.columns(2, gap="large"), (rows[:half], rows[half:]), strict=True):
        table = pd.DataFrame(part, columns=["Setting", "Value"]).set_index("Setting")
        column.table(table, border="horizontal", alt="Settings of the run")
