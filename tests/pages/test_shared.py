"""What is made once for all sessions follows what is stored, is made once however many ask, and is altered by nobody."""

import json
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier, local

import numpy as np
import pytest
import safetensors.numpy
from plotly.io import to_json
from plotly.tools import return_figure_from_figure_or_data

from lstm_viz.anatomy.weight_layouts import torch_weights
from lstm_viz.figures.run_charts import loss_curves
from lstm_viz.racing.config import RaceConfig, RaceRecord
from lstm_viz.recurrent.models import build_stack
from lstm_viz.recurrent.specification import StackConfig
from lstm_viz.runs.opened import keep_state, open_classifier, open_state
from lstm_viz.runs.race_service import race_service
from lstm_viz.runs.services import training_service
from lstm_viz.tables import Feature
from lstm_viz.training.config import EpochRecord
from lstm_viz.ui.forecast.evaluation import explained
from lstm_viz.ui.shell import theme
from tests.pages.conftest import stored_run
from tests.scenes.people import stored_classifier

pytestmark = pytest.mark.slow

VISITORS = 8


def lines(app, name):
    """Every line of a name in the charts of a page."""
    charts = [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]
    return [trace["y"] for chart in charts for trace in chart["data"] if trace.get("name") == name]


def said(app):
    return " ".join(item.value.replace("\\", "") for item in app.markdown)


def all_at_once(ask):
    """What each of many visitors gets who ask at the same moment."""
    together = Barrier(VISITORS)

    def visit(_):
        together.wait(60)
        return ask()

    with ThreadPoolExecutor(VISITORS) as pool:
        return list(pool.map(visit, range(VISITORS)))


def weights_of(inputs, sizes):
    """The bytes of a file of weights."""
    return safetensors.numpy.save(torch_weights(build_stack(StackConfig("lstm", inputs, sizes, 3), 0)))


def test_loss_curves_are_those_that_are_stored_also_where_there_are_as_many_as_before(open_page, finished_run):
    def curve():
        app = open_page("forecast", run=finished_run)
        app.session_state["fold-learned"] = True
        return lines(app.run(), "training loss")[0]

    store = training_service().store
    first, records = curve(), store.history(finished_run)
    others = [replace(record, train_loss=3 * record.train_loss, seconds=2 * record.seconds) for record in records]
    store.write_history(finished_run, others)
    assert curve() != first


def test_a_race_is_drawn_as_it_is_stored_also_where_there_are_as_many_records_as_before(open_page):
    config, service = RaceConfig(length=6, hidden_size=4, batch_size=8, updates=20, cells=("gru",)), race_service()
    key = service.create(config)
    reach = tuple(-0.1 * step for step in config.gradient_steps)
    record = RaceRecord(10, 0.2, 0.25, 0.0, 1.0, 0.5, reach, 100.0)

    def drawn(*records):
        service.store.write_history(key, "gru", records)
        app = open_page("memory_race", race=key)
        assert not app.exception
        return lines(app, "GRU")

    first = drawn(record)
    steeper = replace(record, test_loss=0.125, seconds=0.6, gradient_by_step=tuple(2 * value for value in reach))
    assert all(new != old for new, old in zip(drawn(steeper), first, strict=True))
    assert drawn(record) == first
    assert len(first) == 2


def test_effects_are_those_of_the_newest_result_also_after_as_many_epochs(open_page, airline):
    fair = (np.random.default_rng(0).random(156) < 0.3).astype(float)
    half, twice = (
        stored_run(replace(airline, y=airline.y * (1 + share * fair[:144]), features=(Feature("fair", fair, True),)))
        for share in (0.5, 1.0)
    )
    assert re.search("adds about (49|50|51)%", said(open_page("forecast", run=half)))
    store = training_service().store
    store.write_result(half, store.weights(twice), store.recipe(twice), store.forecast(twice))
    assert re.search("adds about (9.|10.)%", said(open_page("forecast", run=half)))


def test_a_model_that_many_open_at_once_is_opened_once(finished_run):
    weights, classifier = (
        keep_state("large.safetensors", weights_of(64, (256, 256, 256))),
        stored_classifier(sizes=(12, 6)),
    )
    series = training_service().store.series(finished_run)
    for ask in (
        lambda: open_state(weights),
        lambda: open_classifier(classifier),
        lambda: explained(finished_run, 1, series),
    ):
        assert len({id(found) for found in all_at_once(ask)}) == 1


def test_pages_leave_shared_models_as_they_were(open_page):
    state, key = keep_state("small.safetensors", weights_of(3, (6, 4))), stored_classifier(sizes=(12, 6))
    uploaded_state, trained = open_state(state).foreign.model, open_classifier(key).model

    def standing():
        return [
            (value.numpy().tobytes(), value.requires_grad)
            for model in (uploaded_state, trained)
            for value in model.state_dict().values()
        ] + [
            (parameter.grad, module.training)
            for model in (uploaded_state, trained)
            for module in model.modules()
            for parameter in module.parameters()
        ]

    before = standing()
    for source in (f"state:{state}", f"class:{key}"):
        for page in ("step_the_cell", "gates_over_time"):
            assert not open_page(page, source=source).exception
    assert not open_page("anatomy", state=state).exception
    assert standing() == before


def test_a_chart_that_sessions_share_reaches_each_whole_also_in_projector_mode(monkeypatch):
    records = [EpochRecord(epoch, 1 / epoch, 2 / epoch, 0.1, 1.0, float(epoch), epoch == 7) for epoch in range(1, 100)]
    in_projector_mode = local()
    monkeypatch.setattr(theme, "is_projected", lambda: getattr(in_projector_mode, "on", False))

    def shown(projected):
        in_projector_mode.on = projected
        chart = theme.shared_chart("of this test", lambda palette: loss_curves(records, palette))
        return to_json(
            return_figure_from_figure_or_data(chart, validate_figure=True), validate=False
        )  # as Streamlit does

    alone = {projected: shown(projected) for projected in (False, True)}
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(VISITORS) as pool:
            modes = [number % 2 == 0 for number in range(15 * VISITORS)]
            different = [
                mode for mode, chart in zip(modes, pool.map(shown, modes), strict=True) if chart != alone[mode]
            ]
    finally:
        sys.setswitchinterval(interval)
    assert not different
