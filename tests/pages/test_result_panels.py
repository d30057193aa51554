"""What a run left: the headline, and each folded section once it is opened."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from lstm_viz.forecasting.recipe import load_recipe
from lstm_viz.runs.services import training_service
from lstm_viz.tables import Feature
from lstm_viz.ui.forecast.evaluation import explained
from tests.pages.conftest import stored_run
from tests.runs.waiting import HANGS

pytestmark = pytest.mark.slow

FOLDS = ("before", "numbers", "why", "left", "learned")


@pytest.fixture
def opened(open_page, finished_run):
    """The page of a finished run with every section open."""
    app = open_page("forecast", run=finished_run)
    for name in FOLDS:
        app.session_state[f"fold-{name}"] = True
    return app.run()


def said(app):
    return " ".join(item.value for item in app.markdown)


def charts(app):
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def titles(app):
    return [fold.label for fold in app.expander if fold.label != "More settings"]


def chart_with(app, name):
    return next(chart for chart in charts(app) if name in {trace.get("name") for trace in chart["data"]})


def test_only_the_back_test_is_open_at_first(open_page, finished_run):
    app = open_page("forecast", run=finished_run)
    assert not app.exception
    assert titles(app)[-6:] == [
        "Back-test",
        "The forecast in numbers",
        "Why this forecast",
        "Residuals",
        "Training curves",
        "Code of the network",
    ]
    assert len(charts(app)) == 3  # the forecast, the back-test, the errors per step
    assert len(app.dataframe) == 1


def test_every_section_opens(opened):
    assert not opened.exception
    assert len(charts(opened)) == 9
    names = {trace.get("name") for chart in charts(opened) for trace in chart["data"]}
    assert {"forecast", "value read", "level alone", "training loss"} <= names
    assert all(
        chart.proto.alt_text if hasattr(chart.proto, "alt_text") else True for chart in opened.get("plotly_chart")
    )


def test_table_of_errors_has_a_row_per_origin_and_their_mean_with_the_best_starred(opened, finished_run):
    forecast = training_service().view(finished_run).forecast
    table = opened.dataframe[0].value
    assert table.index.tolist() == ["from Jan 1959", "from Jan 1960 (held out)", "mean of 2"]
    assert table.columns.tolist() == ["model", "naive", "seasonal_naive", "auto_ets"]
    for name, text in table.loc["mean of 2"].items():
        assert float(text.split()[0]) == pytest.approx(forecast.backtest_scores.loc[name, "mase"], rel=6e-3)
    best = forecast.backtest_scores["mase"].idxmin()
    assert [name for name, text in table.loc["mean of 2"].items() if "★" in text] == [best]


def test_another_measure_can_be_asked_for(opened, finished_run):
    opened.get_by_key("measure").set_value("mae").run()
    assert not opened.exception
    forecast = training_service().view(finished_run).forecast
    text = opened.dataframe[0].value.loc["mean of 2", "model"]
    assert float(text.split()[0]) == pytest.approx(forecast.backtest_scores.loc["model", "mae"], rel=6e-4)


def test_forecast_in_numbers_says_months_and_no_digit_too_many(opened):
    table = opened.dataframe[1].value
    assert table["when"].tolist()[::11] == ["Jan 1961", "Dec 1961"]
    assert table.columns.tolist() == ["when", "forecast", "80% from", "80% to", "95% from", "95% to"]
    assert max(len(text.replace(".", "")) for text in table["forecast"]) <= 4


def test_why_names_what_mattered_and_sums_what_it_is_built_of(opened, finished_run):
    told = explained(finished_run, 4, training_service().store.series(finished_run)).sensitivity.total[0]
    place = int(np.abs(told).argmax())
    assert f"by **{told[place]:+.3g}".rstrip("0") in said(opened).replace("−", "-")
    assert "forecast for Jan 1961 would move" in said(opened)
    assert "Jan 1961 is level" in said(opened)
    bars = chart_with(opened, "value read")["data"]
    assert sum(len(bar["x"]) for bar in bars if bar["type"] == "bar") <= 24


def test_mean_of_all_steps_can_be_explained(opened, finished_run):
    opened.selectbox(key=f"why-step-{finished_run}").set_value(-1).run()
    assert not opened.exception
    assert "the mean of the 12 forecasts would move" in said(opened)


def test_networks_that_add_nothing_are_told_plainly(open_page, finished_run):
    service = training_service()
    store = service.store
    forecast = replace(store.forecast(finished_run), shrinkage=0.0)
    from lstm_viz.forecasting.recipe import save_recipe

    recipe = load_recipe(store.recipe(finished_run), store.series(finished_run))
    recipe.take(0.0, recipe.advice.intervals)
    store.write_result(finished_run, store.weights(finished_run), save_recipe(recipe), forecast)
    app = open_page("forecast", run=finished_run)
    app.session_state["fold-why"] = True
    app.run()
    assert not app.exception
    assert "**The networks add nothing to this forecast.**" in said(app)
    assert "full forecast" in {trace["name"] for trace in chart_with(app, "level alone")["data"]}
    assert "networks" not in next(item.value for item in app.markdown if "is level" in item.value)


def test_left_over_says_what_was_measured(opened):
    assert "Are errors correlated over time?" in said(opened)
    assert "1 is the standard deviation of the prepared series" in said(opened).replace("\\", "")
    assert chart_with(opened, "within chance")


def test_a_run_that_was_stopped_before_any_calibration_says_so(open_page, finished_run):
    store = training_service().store
    forecast = store.forecast(finished_run)
    store.write_result(
        finished_run,
        store.weights(finished_run),
        store.recipe(finished_run),
        replace(forecast, residuals=forecast.residuals.iloc[:0]),
    )
    app = open_page("forecast", run=finished_run)
    app.session_state["fold-left"] = True
    app.run()
    assert not app.exception
    assert "No errors of a calibration run" in said(app)


def test_a_run_with_further_columns_says_what_they_did_and_can_be_looked_into(open_page, airline):
    random = np.random.default_rng(0)
    fair = (random.random(156) < 0.3).astype(float)
    features = (Feature("fair, local", fair, True), Feature("rain", random.random(144), False))
    key = stored_run(replace(airline, y=airline.y * (1 + 0.5 * fair[:144]), features=features))
    app = open_page("forecast", run=key)
    assert not app.exception
    told = next(item.value.replace("\\", "") for item in app.markdown if "Effect of further columns" in item.value)
    assert re.search(r"“fair, local” adds about (49|50|51)%\. The networks also read “rain”\.", told)
    for page in ("step_the_cell", "gradient_flow"):
        app = open_page(page, source=f"run:{key}")
        assert not app.exception
        assert not app.error


def drawn_while_it_trains(key):
    """What the page draws of a run that is going on."""
    from lstm_viz.runs.services import training_service
    from lstm_viz.ui.forecast.training import draw_progress

    draw_progress(training_service().view(key))


def test_tooltips_of_a_training_follow_from_its_settings(finished_run):
    app = AppTest.from_function(drawn_while_it_trains, args=(finished_run,), default_timeout=HANGS).run()
    assert not app.exception
    tooltips = {metric.label: metric.proto.help for metric in app.metric}
    assert tooltips["Training loss"].startswith("Mean absolute error")
    assert tooltips["Validation loss"].startswith("None")
    assert "stop earlier" not in tooltips["Time left, at most"]
    assert app.button(key="stop").help == "Stop now and keep the latest weights so far."


def test_methods_intervals_and_leftovers_are_told_as_they_were_made(open_page, airline):
    # the 54 rows before the held-out part are too few for a calibration run, all 66 are not
    short = replace(airline, ds=airline.ds[:66], y=airline.y[:66])
    app = open_page("forecast", run=stored_run(short, shrink=False))
    app.session_state["fold-why"] = app.session_state["fold-left"] = True
    app.run()
    assert not app.exception
    said_of = [metric.proto.help for metric in app.metric if metric.label.startswith("Next")]
    assert said_of[0].endswith("in a calibration run on held-out rows.")
    assert any("Shrinkage is off" in item.proto.help for item in app.markdown)
    assert any("No errors of a calibration run are available" in item.value for item in app.markdown)
