"""*Anatomy*: the layer drawn, counted, measured, as code, and with weights from elsewhere."""

import json

import pytest
import torch
from safetensors.torch import save

from lstm_viz.anatomy.costs import flops_per_step
from lstm_viz.anatomy.inputs_outputs import LayerRequest
from lstm_viz.anatomy.parameter_counts import count_parameters_of
from lstm_viz.codegen.source import source_of
from lstm_viz.recurrent.models import build_stack
from lstm_viz.recurrent.specification import StackConfig
from lstm_viz.runs.opened import keep_state
from lstm_viz.runs.services import training_service
from lstm_viz.weights.read_model import UnknownSettings, read_foreign
from tests.pages.test_anatomy_page import data_of, said

pytestmark = pytest.mark.slow
CLASSIC = LayerRequest()


def drawn(app):
    return data_of(app, "layer_map")


def components(app):
    return [each.proto.component_name.rpartition("lstm_viz_")[2] for each in app.get("bidi_component")]


def shapes(data, framework):
    """By name, every tensor and every port that is drawn."""
    tensors = {
        fact["name"]: tuple(fact["shape"]) for row in data["rows"] if row["kind"] == "part" for fact in row[framework]
    }
    ports = {
        port["name"]: tuple(port["shape"]) for row in data["rows"] if row["kind"] == "ports" for port in row[framework]
    }
    return tensors, ports


@pytest.fixture
def state_bytes():
    torch.manual_seed(0)
    parts = torch.nn.ModuleDict({"lstm": torch.nn.LSTM(3, 5, 2, bidirectional=True), "out": torch.nn.Linear(10, 4)})
    return save({name: value.contiguous() for name, value in parts.state_dict().items()})


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ({}, "layer_map"),
        ({"part": "count"}, "tally"),
        ({"part": "hand"}, "worked_example"),
        ({"x": "1,2,3"}, "worked_example"),
        ({"part": "myths"}, "myths"),
        ({"myth": "c_n"}, "myths"),
    ],
    ids=str,
)
def test_one_part_is_open_at_a_time(open_page, asked, there):
    app = open_page("anatomy", **asked)
    assert not app.exception
    assert there in components(app)
    assert len({"layer_map", "tally", "worked_example", "myths"} & set(components(app))) == 1


def test_a_part_that_is_none_is_told(open_page):
    app = open_page("anatomy", part="<b>soul</b>")
    assert said(app) == ["“<b>soul</b>” is no part of this page. Choose one above."]
    assert "layer_map" in components(app)


def test_the_drawn_shapes_are_those_of_a_torch_module(open_page):
    app = open_page(
        "anatomy", sizes="6-6", input_size="3", bidirectional="True", batch_first="False", batch="4", steps="7"
    )
    assert said(app) == []
    tensors, ports = shapes(drawn(app), "torch")
    module = torch.nn.LSTM(3, 6, 2, bidirectional=True)
    output, (h_n, c_n) = module(torch.zeros(7, 4, 3))
    wanted = {f"lstm.{name}": tuple(value.shape) for name, value in module.state_dict().items()}
    assert {name: shape for name, shape in tensors.items() if name.startswith("lstm.")} == wanted
    assert {name: ports[name] for name in ("output", "h_n", "c_n")} == {
        "output": tuple(output.shape),
        "h_n": tuple(h_n.shape),
        "c_n": tuple(c_n.shape),
    }
    claims = drawn(app)["claims"]
    assert [claim["same"] for claim in claims] == [True, True, False]
    assert all(claim["holds"] for claim in claims)
    assert claims[2]["difference"] > 0.01


def test_a_switch_goes_to_the_address_and_back(open_page):
    app = open_page("anatomy")
    assert shapes(drawn(app), "torch")[1]["output"] == (50, 28, 75)
    app.toggle(key="layer-batch_first").set_value(False).run()
    assert app.query_params["batch_first"] == "False"
    assert shapes(drawn(app), "torch")[1]["output"] == (28, 50, 75)
    app.toggle(key="layer-batch_first").set_value(True).run()
    assert "batch_first" not in app.query_params
    app.text_input(key="layer-sizes").set_value("128, 64").run()
    assert app.query_params["sizes"] == "128-64"
    assert shapes(drawn(app), "keras")[0]["lstm_2/lstm_cell/kernel"] == (128, 256)
    app.number_input(key="layer-batch").set_value(0).run()
    assert shapes(drawn(app), "torch")[1]["output"] == (28, 64)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"cell": "transformer"}, "Model (=transformer) is not known. Use one of lstm, gru, rnn."),
        ({"input_size": "many"}, "Input size (=many) must be a whole number."),
        ({"sizes": "75,0"}, "Units per layer (=0) must lie between 1 and 256."),
        ({"sizes": "9-8-7-6-5"}, "Units per layer (=(9, 8, 7, 6, 5)) must name the units of 1 to 4 layers."),
        ({"batch": "-1"}, "Batch (=-1) must lie between 0 and 512."),
        ({"steps": "1e9"}, "Steps (=1e9) must be a whole number."),
        ({"state": "../../etc"}, "These weights are not on this server"),
    ],
    ids=str,
)
def test_what_cannot_be_is_told_and_the_classic_layer_stands_in(open_page, wrong, words):
    app = open_page("anatomy", **wrong)
    assert not app.exception
    (sentence,) = said(app)
    assert sentence.startswith(words)
    assert shapes(drawn(app), "torch")[0]["lstm.weight_ih_l0"] == (300, 28)


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_the_count_is_that_of_the_core_and_of_torch(open_page, cell):
    app = open_page("anatomy", part="count", cell=cell, sizes="8-8", bidirectional="True")
    tally = data_of(app, "tally")
    config = StackConfig(cell, 28, (8, 8), 10, bidirectional=True)
    torch_total, keras_total, real = (row["value"] for row in tally["count"]["totals"])
    assert real == torch_total == f"{sum(p.numel() for p in build_stack(config, 0).parameters()):,}"
    assert keras_total == f"{count_parameters_of(config, 'keras').everything:,}"
    assert tally["count"]["totals"][2]["right"]
    operations = tally["costs"][0]["totals"][0]["value"]
    assert operations == f"{sum(row.value for row in flops_per_step(config)):,}"


def test_the_second_bias_is_explained_with_its_number(open_page):
    tally = data_of(open_page("anatomy", part="count"), "tally")
    assert "4·u = 4·75 = 300 more" in tally["count"]["note"]
    rows = {row["value"]: row["of"] for row in tally["count"]["parts"][0]["rows"]}
    assert (rows["31,200"], rows["31,500"]) == (["keras"], ["torch"])


def test_nothing_is_measured_before_somebody_asks_and_what_was_stays(open_page):
    app = open_page("anatomy", part="count", sizes="4", steps="5", batch="1")
    assert not app.get("plotly_chart")
    app.button(key="measure-single").click().run()
    assert not app.exception
    assert len(app.get("plotly_chart")) == 2
    assert any("oneDNN" in each.value for each in app.markdown)
    app.button(key="measure-double").click().run()
    assert len(app.get("plotly_chart")) == 4
    app.number_input(key="layer-steps").set_value(6).run()
    assert not app.get("plotly_chart")
    app.number_input(key="layer-steps").set_value(5).run()
    assert len(app.get("plotly_chart")) == 4


def test_the_code_is_that_of_the_core(open_page):
    app = open_page("anatomy", part="code", cell="gru", sizes="6-4")
    config = StackConfig("gru", 28, (6, 4), 10)
    assert [each.value for each in app.code] == [
        source_of(config, name).strip() for name in ("torch", "keras", "numpy")
    ]


def test_weights_that_were_brought_are_drawn_counted_and_written_as_code(open_page, state_bytes):
    key = keep_state("my *best*.safetensors", state_bytes)
    config = read_foreign(state_bytes).config
    app = open_page("anatomy", state=key, cell="gru", sizes="9")
    assert said(app) == []
    assert any(r"my \*best\*\.safetensors" in each.value for each in app.markdown)
    assert app.text_input(key="layer-sizes").value == "5, 5"
    assert app.text_input(key="layer-sizes").disabled
    assert shapes(drawn(app), "torch")[0]["lstm.weight_ih_l1_reverse"] == (20, 10)
    tally = data_of(open_page("anatomy", state=key, part="count"), "tally")
    assert tally["count"]["totals"][0]["value"] == f"{count_parameters_of(config, 'torch').everything:,}"
    assert tally["count"]["totals"][2]["right"]
    assert open_page("anatomy", state=key, part="code").code[0].value == source_of(config, "torch").strip()


def test_the_link_steps_the_state_and_the_file_can_be_put_away(open_page, state_bytes):
    key = keep_state("mine", state_bytes)
    app = open_page("anatomy", state=key)
    links = [json.loads(json.dumps(str(each.proto))) for each in app.get("page_link")]
    assert any(f"state%3A{key}" in link or f"state:{key}" in link for link in links)
    next(button for button in app.button if button.label == "Remove the file").click().run()
    assert "state" not in app.query_params
    assert app.query_params["sizes"] == "5-5"
    assert app.query_params["bidirectional"] == "True"
    assert not app.text_input(key="layer-sizes").disabled


def test_a_file_that_is_refused_is_told_beside_the_uploader_and_not_kept(open_page, state_bytes):
    app = open_page("anatomy")
    (uploader,) = app.get("file_uploader")
    uploader.set_value(("weights.pt", b"\x80\x02pickle", "application/octet-stream")).run()
    assert "This is a pickle, which can carry code and is never opened here." in said(app)[0]
    assert training_service().uploads.folders.keys() == []
    app.get("file_uploader")[0].set_value(("weights", state_bytes, "application/octet-stream")).run()
    assert said(app) == []
    assert [app.query_params["state"]] == training_service().uploads.folders.keys()


def test_what_weights_do_not_tell_can_be_said_and_goes_along(open_page):
    plain = save(dict(torch.nn.RNN(3, 5).state_dict()))
    key = keep_state("plain", plain)
    app = open_page("anatomy", state=key, part="code")
    assert "nonlinearity='relu'" not in app.code[0].value
    app.segmented_control(key="layer-activation").set_value("relu").run()
    app.segmented_control(key="layer-pooling").set_value("mean").run()
    assert said(app) == []
    assert app.query_params["activation"] in ("relu", ["relu"])
    config = read_foreign(plain, UnknownSettings("mean", "relu")).config
    assert app.code[0].value == source_of(config, "torch").strip()
    assert any("pooling" in str(each.proto) for each in app.get("page_link"))


def test_an_answer_that_cannot_be_is_told_and_the_weights_stay_open(open_page, state_bytes):
    app = open_page("anatomy", state=keep_state("mine", state_bytes), pooling="loudest")
    assert "Output layer reads (=loudest) is not known" in said(app)[0]
    assert app.text_input(key="layer-sizes").disabled
    assert not any(each.key == "layer-activation" for each in app.segmented_control), "an LSTM has none to choose"
