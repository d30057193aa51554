"""Upload the next month: the same model on newer rows, and how good its old forecast was."""

import hashlib
import math

import streamlit as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.figures.forecast_charts import rerun_chart
from lstm_viz.forecasting.forecast import Forecast
from lstm_viz.phrases import counted
from lstm_viz.runs.file_choices import requested_columns
from lstm_viz.runs.newer_rows import Rerun, moment, rerun_file
from lstm_viz.runs.records import RunView
from lstm_viz.runs.services import training_service
from lstm_viz.tables import MAX_BYTES, inspect_series
from lstm_viz.ui.forecast.data import ENDINGS
from lstm_viz.ui.forecast.results import show_table
from lstm_viz.ui.forecast.sources import read_as_chosen
from lstm_viz.ui.shared.fold import download_button
from lstm_viz.ui.shell.errors import show_error
from lstm_viz.ui.shell.markdown import literal, small, with_names
from lstm_viz.ui.shell.theme import current_palette, draw_chart

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
    what = "Upload the same file with newer rows added, or the newer rows alone."
    st.markdown(f"{what} The model stays as it is; its old forecast is compared with the new values.")
    if view.forecasts_by_series:
        st.markdown(small(f"Only {literal(view.series.unique_id)} is forecast again, not the other series of the run."))
    most, key = MAX_BYTES // 1024**2, f"newer-{view.key}"
    upload = st.file_uploader(f"A file with {columns}, up to {most} MB", ENDINGS, key=key, max_upload_size=most)
    if upload is None:
        return
    data, changed = upload.getvalue(), training_service().store.forecast_changed(view.key)
    try:
        done = _rerun(view.key, changed, hashlib.sha256(data).hexdigest(), upload.name, data)
    except LSTMVizError as error:
        show_error(f"{upload.name[:80]}: {error}")
        return
    _show_rerun(forecast, done)


@st.cache_resource(max_entries=8, show_spinner="Forecasting from the newer rows …")
def _rerun(key: str, changed: int, digest: str, name: str, _data: bytes) -> Rerun:
    store = training_service().store
    forecast = store.forecast(key)
    if forecast is None:
        raise LSTMVizError("This run has no forecast to go on from. Train it first.")
    choices = store.spec(key).choices
    return rerun_file(store.recipe(key), forecast, store.series(key), read_as_chosen(_data, name, choices), choices)


def _show_rerun(forecast: Forecast, done: Rerun) -> None:
    grown = done.grown
    st.markdown(_rows_in_words(done))
    if grown.changed:
        sentence = f"{counted(grown.changed, 'row')} of the {grown.old_rows:,} of the run"
        verb = "differs" if grown.changed == 1 else "differ"
        doubt = " Is it the same series?" if grown.changed > MANY_CHANGED * grown.old_rows else ""
        st.warning(f"{sentence} {verb} in the new file; the new values are used.{doubt}", icon=":material/warning:")
    for found in inspect_series(grown.series, len(done.future)):
        if found.kind == "future":
            st.warning(with_names(found.sentence), icon=":material/warning:")
    judged = _judged_in_words(done)
    st.markdown(f"**{judged}**")
    figure = rerun_chart(grown.series, grown.old_rows, forecast.future, done.future, current_palette())
    alt = f"The old forecast, the actual values, and the new forecast. {judged}"
    draw_chart(figure, "rerun-chart", alt)
    show_table(done.future, grown.series.frequency, "The new forecast, step by step")
    download_button("New forecast as CSV", done.csv, "new-forecast.csv", "text/csv", "download-rerun")


def _rows_in_words(done: Rerun) -> str:
    series, grown = done.grown.series, done.grown
    step = series.frequency.step_name
    put = " The file holds only newer rows; they were appended to those of the run." if grown.joined else ""
    first, last = moment(series, grown.old_rows), moment(series, -1)
    span = first if grown.new_rows == 1 else f"{first} to {last}"
    return literal(f"{counted(grown.new_rows, 'new ' + step)}: {span}.{put}")


def _judged_in_words(done: Rerun) -> str:
    known = len(done.judged)
    if not known or math.isnan(done.error):
        return "There are no values yet to compare the old forecast with."
    sentence = f"The mean absolute error of the old forecast is {done.error:.4g} over {counted(known, 'step')}"
    inside = done.inside(80)
    return f"{sentence}." if inside is None else f"{sentence}; {inside} of {known} values lie inside its 80% interval."
