"""Upload the next month: the same model on newer rows, and what became of its forecast."""

import hashlib
import math

import streamlit as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.figures.forecast_charts import rerun_chart
from lstm_viz.phrases import counted
from lstm_viz.runs.file_choices import requested_columns
from lstm_viz.runs.newer_rows import Rerun, moment, rerun_file
from lstm_viz.runs.records import RunView
from lstm_viz.runs.services import training_service
from lstm_viz.tables import MAX_BYTES, inspect_series
from lstm_viz.ui.forecast.data import ENDINGS
from lstm_viz.ui.forecast.results import show_table
from lstm_viz.ui.forecast.sources import read_as_chosen
from lstm_viz.ui.shell.errors import show_error
from lstm_viz.ui.shell.markdown import literal, small, with_names
from lstm_viz.ui.shell.theme import CHART_CONFIG, current_palette, sized

MANY_CHANGED = 0.1


def rerun_panel(view: RunView) -> None:
    """Draw the panel of a run that has a forecast."""
    forecast = view.forecast
    if forecast is None:
        return
    columns = f"“{literal(view.spec.target)}”"
    if view.spec.time:
        columns = f"“{literal(view.spec.time)}” and {columns}"
    if requested_columns(view.spec.choices).series_id:
        columns = f"“{literal(view.spec.choices['id'])}”, {columns}"
    if view.series.features:
        columns += " and its further columns"
    st.markdown(
        "Bring the same file grown, or the newer rows alone. The model stays as it is; its old "
        "forecast is held against what then happened."
    )
    if view.forecasts_by_series:
        st.markdown(small(f"Only {literal(view.series.unique_id)} is forecast anew, not the other series of the run."))
    upload = st.file_uploader(
        f"A file with {columns}, up to {MAX_BYTES // 1024**2} MB",
        type=ENDINGS,
        key=f"newer-{view.key}",
        max_upload_size=MAX_BYTES // 1024**2,
    )
    if upload is None:
        return
    try:
        done = _cached_rerun(view.key, upload.name, upload.getvalue())
    except LSTMVizError as error:
        show_error(f"{upload.name[:80]}: {error}")
        return
    _show_rerun(view, done)


def _cached_rerun(key: str, name: str, data: bytes) -> Rerun:
    """Forecast from a file once per server.

    Raises:
        LSTMVizError: the file is no table, or does not go on from the run.
    """
    return _rerun(key, training_service().store.forecast_changed(key), hashlib.sha256(data).hexdigest(), name, data)


@st.cache_resource(max_entries=8, show_spinner="Forecasting from the newer rows …")
def _rerun(key: str, changed: int, digest: str, name: str, _data: bytes) -> Rerun:
    store = training_service().store
    forecast = store.forecast(key)
    if forecast is None:
        raise LSTMVizError("This run has no forecast to go on from. Train it first.")
    choices = store.spec(key).choices
    return rerun_file(store.recipe(key), forecast, store.series(key), read_as_chosen(_data, name, choices), choices)


def _show_rerun(view: RunView, done: Rerun) -> None:
    grown, forecast = done.grown, view.forecast
    if forecast is None:
        return
    st.markdown(_told_of_rows(done))
    if grown.changed:
        sentence = f"{counted(grown.changed, 'row')} of the {grown.old_rows:,} that the run knew"
        verb = "differs" if grown.changed == 1 else "differ"
        doubt = " Is it the same series?" if grown.changed > MANY_CHANGED * grown.old_rows else ""
        st.warning(f"{sentence} {verb} in the new file; the new values count.{doubt}", icon=":material/warning:")
    for found in inspect_series(grown.series, len(done.future)):
        if found.kind == "future":
            st.warning(with_names(found.sentence), icon=":material/warning:")
    st.markdown(f"**{_told_of_old(done)}**")
    figure = rerun_chart(grown.series, grown.old_rows, forecast.future, done.future, current_palette())
    alt = f"The old forecast, what happened, and the new forecast. {_told_of_old(done)}"
    st.plotly_chart(sized(figure), key="rerun-chart", config=CHART_CONFIG, theme=None, alt=alt)
    show_table(done.future, grown.series.frequency, "The new forecast, step by step")
    st.download_button(
        "New forecast as CSV",
        done.csv,
        "new-forecast.csv",
        "text/csv",
        key="download-rerun",
        on_click="ignore",
        icon=":material/download:",
    )


def _told_of_rows(done: Rerun) -> str:
    series, grown = done.grown.series, done.grown
    step = series.frequency.step_name
    put = " The file holds newer rows alone; they were put behind those of the run." if grown.joined else ""
    first, last = moment(series, grown.old_rows), moment(series, -1)
    span = first if grown.new_rows == 1 else f"{first} to {last}"
    return literal(f"{counted(grown.new_rows, 'new ' + step)}: {span}.{put}")


def _told_of_old(done: Rerun) -> str:
    known = len(done.judged)
    if not known or math.isnan(done.error):
        return "Nothing of the old forecast has happened yet, so it cannot be judged."
    sentence = f"The old forecast was {done.error:.4g} off on average over {counted(known, 'step')}"
    inside = done.inside(80)
    return f"{sentence}." if inside is None else f"{sentence}; {inside} of {known} lay inside its 80% interval."
