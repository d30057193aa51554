"""Every page that has a model shows it as code, once somebody asks."""

import io
import zipfile

import pytest
import torch
from safetensors.torch import load

from lstm_viz.codegen.source import bundle, source_of
from lstm_viz.scenes.gradient_request import FlowRequest
from lstm_viz.scenes.gradient_subjects import contestant, model_of
from lstm_viz.scenes.sources import experiment_of_run, find_source
from lstm_viz.scenes.step_request import RUN, StepRequest

pytestmark = pytest.mark.slow
LANGUAGES = ("torch", "keras", "numpy")


def unfold(app, key):
    """Rerun with an open fold: a browser tells with each rerun that it is open, AppTest does not."""
    app.session_state[f"fold-{key}"] = True
    return app.run()


def codes(app):
    return [each.value for each in app.code]


def expected(config):
    return [source_of(config, language).strip() for language in LANGUAGES]


def test_the_code_of_a_stepped_cell_is_written_when_it_is_asked_for(open_page):
    app = open_page("step_the_cell", source="counting", cells="lstm-gru")
    assert codes(app) == []
    app = unfold(app, "step-code")
    assert not app.exception
    model = find_source(StepRequest("counting", cells=("lstm", "gru"))).open("lstm").model
    assert codes(app) == expected(model.config)
    packed = zipfile.ZipFile(io.BytesIO(bundle(model)))
    assert packed.read("model_torch.py").decode().strip() == codes(app)[0]
    app.segmented_control(key="step-code-lane").set_value("gru").run()
    assert codes(app) == expected(find_source(StepRequest("counting", cells=("gru",))).open("gru").model.config)


def test_the_code_of_a_forecast_is_that_of_its_network(open_page, finished_run):
    app = open_page("forecast", run=finished_run)
    assert codes(app) == []
    app = unfold(app, "code")
    assert not app.exception
    assert codes(app) == expected(experiment_of_run(finished_run).model.config)


@pytest.mark.parametrize(
    ("page", "address", "key"),
    [
        ("forecast", "run", "code"),
        ("step_the_cell", "source", "step-code"),
        ("gates_over_time", "source", "step-code"),
        ("gradient_flow", "source", "flow-code"),
    ],
)
def test_a_network_for_all_series_is_refused_in_a_sentence(open_page, global_run, page, address, key):
    where = global_run if address == "run" else f"{RUN}{global_run}"
    app = unfold(open_page(page, **{address: where}), key)
    assert not app.exception
    assert codes(app) == []
    assert any(each.value.startswith("One network for all series") for each in app.info)


def test_the_whole_sequence_offers_the_same_code_as_the_step(open_page):
    app = unfold(open_page("gates_over_time", source="brackets", cells="gru"), "step-code")
    assert not app.exception
    assert codes(app) == expected(find_source(StepRequest("brackets", cells=("gru",))).open("gru").model.config)


def test_the_code_of_a_gradient_is_that_of_the_model_it_runs_through(open_page):
    app = unfold(open_page("gradient_flow", hidden_size="5", seeds="2", seed="3", scale="1.5"), "flow-code")
    assert not app.exception
    request = FlowRequest(hidden_size=5, seeds=2, seed=3, scale=1.5)
    shown = contestant(request, "gru").frames[-1][1][0].model
    app.segmented_control(key="flow-code-lane").set_value("gru").run()
    assert codes(app) == expected(shown.config)
    packed = zipfile.ZipFile(io.BytesIO(bundle(model_of(request, "gru"))))
    weights = load(packed.read("weights.safetensors"))
    torch.testing.assert_close(weights["gru.weight_hh_l0"], shown.rnn.weight_hh_l0.float())
    torch.testing.assert_close(weights["head.weight"], shown.head.weight.float())


@pytest.mark.parametrize("source", ["counting", "forecast"])
def test_the_code_of_a_trained_gradient_is_that_of_its_end(open_page, source):
    app = unfold(open_page("gradient_flow", source=source), "flow-code")
    assert not app.exception
    model = model_of(FlowRequest(source), "lstm")
    assert codes(app) == expected(model.config)
    last = contestant(FlowRequest(source), "lstm").frames[-1][1][0].model
    torch.testing.assert_close(model.rnn.weight_hh_l0, last.rnn.weight_hh_l0.float())


def test_the_code_of_a_gradient_of_ones_own_run(open_page, finished_run):
    app = unfold(open_page("gradient_flow", source=f"{RUN}{finished_run}"), "flow-code")
    assert not app.exception
    assert codes(app) == expected(experiment_of_run(finished_run).model.config)
