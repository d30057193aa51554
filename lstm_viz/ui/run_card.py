"""One run: its settings in words, its curves and forecast, and everything that can be done with it."""

import math
from collections.abc import Callable

import pandas as pd
import streamlit as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.figures.forecast_chart import forecast_chart
from lstm_viz.forecasting.config import ForecastConfig
from lstm_viz.runs.archive import pack_run
from lstm_viz.runs.glance import Glance
from lstm_viz.runs.naming import MAX_NAME, clean_name, subject_of
from lstm_viz.runs.records import RunView
from lstm_viz.runs.service import training_service
from lstm_viz.stepping.request import RUN as RUN_SOURCE
from lstm_viz.tables import Series
from lstm_viz.ui.address import Address
from lstm_viz.ui.arrive import arrive
from lstm_viz.ui.canvas import summary_of, title_of
from lstm_viz.ui.errors import refusing, show_error, show_refusal
from lstm_viz.ui.look import CHART_CONFIG, current_palette, sized
from lstm_viz.ui.navigation import link_to
from lstm_viz.ui.rerun_panel import rerun_panel
from lstm_viz.ui.result_panel import show_verdict
from lstm_viz.ui.retrain_panel import retrain_panel
from lstm_viz.ui.run_memory import forget_run
from lstm_viz.ui.runs_bench import RunsBench
from lstm_viz.ui.session import current_session, put_widget_value, widget_value
from lstm_viz.ui.settings import settings_in_words
from lstm_viz.ui.text import literal, small
from lstm_viz.ui.training_panel import draw_curves, draw_training, tell_best, tell_end, watch_training


def show_card(bench: RunsBench, address: Address) -> None:
    """Show the one run that is selected."""
    run = bench.run(bench.selected[0])
    try:
        view = training_service().view(run.key)
    except LSTMVizError as error:
        show_error(error)
        return
    arrive(f"run {run.key}", moved=current_session().opened == run.key)
    st.subheader(literal(run.name), anchor=False)
    lines = [literal(title_of(view.spec.source.name, subject_of(view.spec))), summary_of(view.spec.config)]
    st.markdown("  \n".join(small(line) for line in (*lines, *_told_of_parent(bench, run, view.spec.config))))
    _draw_actions(run, view, address)
    show_refusal("runs")
    if view.state.active:
        watch_training(lambda: training_service().view(run.key), view.state.status, draw_training)
        return
    tell_end(view)
    panels: dict[str, Callable[[], None]] = {}
    if view.forecast is not None:
        panels["Forecast"] = lambda: _show_forecast(view)
    if view.history:
        panels["Training curves"] = lambda: show_learning(view)
    panels["Retrain with one change"] = lambda: retrain_panel(run, view, address)
    if view.forecast is not None:
        panels[f"Upload the next {_next_of(view.series)}"] = lambda: rerun_panel(view)
    panels["All settings"] = lambda: _show_settings(view.spec.config)
    for tab, draw in zip(st.tabs(list(panels)), panels.values(), strict=True):
        with tab:
            draw()


def _next_of(series: Series) -> str:
    return "rows" if series.time is None else series.frequency.step_name


def _show_forecast(view: RunView) -> None:
    if view.forecast is None:
        return
    if view.told:
        name = literal(view.series.unique_id)
        told = f"{len(view.told)} series were forecast; this is {name}. The Forecast page shows each of them."
        st.markdown(small(told))
    show_verdict(view.forecast)
    figure = forecast_chart(view.series, view.forecast, current_palette(), height=430)
    alt = f"History, held-out part and forecast. {view.forecast.verdict}"
    st.plotly_chart(sized(figure), key="run-forecast", config=CHART_CONFIG, theme=None, alt=alt)


def show_learning(view: RunView) -> None:
    """Show how the loss fell."""
    if view.forecast is not None:
        tell_best(view)
    draw_curves(view)


def _told_of_parent(bench: RunsBench, run: Glance, config: ForecastConfig) -> list[str]:
    """Say which run this one repeats, and with which change; one of another browser is not named."""
    if not run.parent:
        return []
    parent = next((other for other in bench.runs if other.key == run.parent), None)
    if parent is None:
        return ["Made from another run with one change."]
    told = "; ".join(_changes_between(training_service().store.spec(parent.key).config, config))
    return [f"Made from “{literal(parent.name)}” with one change: {told}."]


def _changes_between(before: ForecastConfig, after: ForecastConfig) -> list[str]:
    before_words, after_words = settings_in_words(before), settings_in_words(after)
    return [
        f"{label} {old} → {new}"
        for (label, old), new in zip(before_words.items(), after_words.values(), strict=True)
        if old != new
    ]


def _draw_actions(run: Glance, view: RunView, address: Address) -> None:
    service = training_service()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        link_to("forecast", "Open on the Forecast page", run=run.key)
        if view.forecast is not None:
            link_to("step", "Step the cell", source=RUN_SOURCE + run.key)
        with st.popover("Rename", icon=":material/edit:"):
            put_widget_value(f"name-{run.key}", run.name)
            st.text_input("Name", key=f"name-{run.key}", max_chars=MAX_NAME, on_change=rename, args=(run.key,))
            st.markdown(small("An empty name brings the first one back."))
        st.download_button(
            "Download zip",
            lambda: pack_run(service.store, run.key),
            f"{_file_stem(run.name)}.zip",
            "application/zip",
            key="pack-run",
            on_click="ignore",
            disabled=run.active,
            icon=":material/folder_zip:",
            help="Everything that this run left; it can be opened again on this page, here or elsewhere.",
        )
        with st.popover("Delete", icon=":material/delete:"):
            training = " It is still training, and is stopped first." if run.active else ""
            st.markdown(
                f"The run with its model and forecast is gone for good, for everybody who has its link.{training}"
            )
            st.button("Delete for good", key="delete-run", type="primary", on_click=_delete, args=(run.key, address))


def _file_stem(name: str) -> str:
    """Make a file name of a run's name."""
    stem = "".join(letter if letter.isalnum() else "-" for letter in name.lower())
    return "-".join(part for part in stem.split("-") if part)[:60] or "run"


def rename(key: str) -> None:
    """Take the typed name."""
    with refusing("runs"):
        training_service().store.write_name(key, clean_name(str(widget_value(f"name-{key}") or "")))


def _delete(key: str, address: Address) -> None:
    with refusing("runs"):
        training_service().delete(key)
        forget_run(key)
        address.set(run=None)


def _show_settings(config: ForecastConfig) -> None:
    rows = list(settings_in_words(config).items())
    half = math.ceil(len(rows) / 2)
    for column, part in zip(st.columns(2, gap="large"), (rows[:half], rows[half:]), strict=True):
        table = pd.DataFrame(part, columns=["Setting", "Value"]).set_index("Setting")
        column.table(table, border="horizontal", alt="Settings of the run")
