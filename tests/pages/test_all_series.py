"""A run of several series: one table for all, and each of them on its own."""

import numpy as np
import pytest

from lstm_viz.forecasting.forecast import Others
from lstm_viz.runs.records import RunState
from lstm_viz.runs.services import training_service
from lstm_viz.ui.forecast.all_series import ranks_in_words, row_of

pytestmark = pytest.mark.slow


def said(app):
    return " ".join(item.value for item in app.markdown)


def labels(app):
    return [button.label for button in app.get("download_button")]


def test_a_view_of_another_series_tells_every_series_as_before(group_run):
    view = training_service().view(group_run)
    other = view.about("south")
    assert (view.is_watched, other.is_watched) == (True, False)
    assert list(other.forecasts_by_series) == ["a*b*", "south"]
    for name, forecast in view.forecasts_by_series.items():
        assert other.forecasts_by_series[name] is forecast
        np.testing.assert_array_equal(other.about(name).series.y, view.about(name).series.y)
        assert other.about(name).forecast is forecast
    assert other.about("nobody") is other


def test_the_table_is_the_same_whichever_series_is_shown(open_page, group_run):
    tables = [open_page("forecast", run=group_run, **of).dataframe[0].value for of in ({}, {"of": "south"})]
    assert tables[0]["Series"].tolist() == ["a*b*", "south"]
    assert tables[0].drop(columns="Last and next").equals(tables[1].drop(columns="Last and next"))
    assert tables[0]["Next"].nunique() == 2


def test_the_menu_and_the_table_agree_on_the_series_that_is_shown(open_page, group_run):
    app = open_page("forecast", run=group_run)
    key = f"company-{group_run}"
    assert app.session_state[key]["selection"]["rows"] == [0]
    app.selectbox(key="series").set_value("south").run()
    assert not app.exception
    assert app.query_params["of"] == "south"
    assert app.session_state[key]["selection"]["rows"] == [1]
    assert [heading.value for heading in app.subheader][-1] == "south"


def test_what_was_kept_of_the_watched_networks_alone_is_not_offered_for_another_series(open_page, group_run):
    watched, other = open_page("forecast", run=group_run), open_page("forecast", run=group_run, of="south")
    assert "Model and script" in labels(watched)
    assert "Model and script" not in labels(other)
    assert "Training curves" in [fold.label for fold in watched.expander]
    assert "Training curves" not in [fold.label for fold in other.expander]


def test_a_run_of_all_series_is_called_so_and_says_which_one_a_page_shows(open_page, group_run):
    app = open_page("forecast", run=group_run, of="south")
    assert app.subheader[-2].value == r"passengers of all series · places\.csv"
    card = open_page("runs", run=group_run)
    assert not card.exception
    assert r"This is a\*b\*, one of 2 forecast series" in said(card)
    assert r"Only a\*b\* is forecast again" in said(card)


def test_every_series_is_counted_once_in_words():
    assert ranks_in_words(["best", "level", "auto_ets", "auto_ets", "rule"]) == (
        "The model is better than the other methods on **1 of 5** series; on **1** about as good as the best "
        "other method; on **2** AutoETS, a classical method, is better; on **1** a simple rule is better."
    )


def test_runs_of_many_series_are_compared_on_one_that_both_forecast(open_page, group_run, finished_run):
    store = training_service().store
    spec, group = store.spec(group_run), store.group(group_run)
    again = store.create(spec, group.others[1], group.about(1, store.series(group_run)))
    others = store.others(group_run)
    store.write_result(again, b"", b"", others.forecasts["south"])
    store.write_others(again, Others({"a*b*": store.forecast(group_run)}))
    store.write_state(again, RunState("finished", 2))
    app = open_page("runs", run=f"{group_run},{again}")
    assert not app.exception
    assert r"Of runs that forecast many series, a\*b\* is compared" in said(app)
    assert not app.info, "the same data for both"
    mixed = open_page("runs", run=f"{finished_run},{again}")
    assert r"A on passengers \(144 months\); B on south · passengers \(144 months\)" in mixed.info[0].value


def test_series_that_had_no_turn_before_training_was_stopped_are_counted(open_page, group_run):
    training_service().store.write_others(group_run, Others())
    app = open_page("forecast", run=group_run)
    assert "1 of 2 series" in [fold.label for fold in app.expander]
    assert "before 1 series had their turn" in said(app)


def test_a_name_that_looks_like_a_formula_is_kept_text_in_the_table(group_run):
    view = training_service().view(group_run)
    assert row_of("=1+1", view.series, view.forecast)["Series"] == "'=1+1"
