"""Every page that has a model shows it as code, once somebody asks."""

import io
import zipfile
from dataclasses import replace

import pytest

from lstm_viz.anatomy.bundle import bundle
from lstm_viz.anatomy.code import source_of
from lstm_viz.runs.epoch_store import SPEC, to_json
from lstm_viz.runs.service import training_service
from lstm_viz.stepping.request import StepRequest
from lstm_viz.stepping.subject import experiment_of_run, open_subject

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
    model = open_subject(StepRequest("counting", cells=("lstm", "gru")), "lstm").model
    assert codes(app) == expected(model.config)
    packed = zipfile.ZipFile(io.BytesIO(bundle(model)))
    assert packed.read("model_torch.py").decode().strip() == codes(app)[0]
    app.segmented_control(key="step-code-lane").set_value("gru").run()
    assert codes(app) == expected(open_subject(StepRequest("counting", cells=("gru",)), "gru").model.config)


def test_the_code_of_a_forecast_is_that_of_its_network(open_page, finished_run):
    app = open_page("forecast", run=finished_run)
    assert codes(app) == []
    app = unfold(app, "code")
    assert not app.exception
    assert codes(app) == expected(experiment_of_run(finished_run).model.config)


def test_a_network_for_all_series_is_refused_in_a_sentence(open_page, finished_run):
    store = training_service().store
    spec = store.spec(finished_run)
    changed = replace(spec, config=replace(spec.config, scope="global"))
    store.folders.write(finished_run, SPEC, to_json(changed.to_dict()))
    store.spec.cache_clear()
    app = unfold(open_page("forecast", run=finished_run), "code")
    assert not app.exception
    assert codes(app) == []
    assert any(each.value.startswith("One network for all series") for each in app.info)
