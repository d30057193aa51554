"""Facts about tensors, inputs and outputs: held against real PyTorch modules and real Keras layers."""

import pytest
import torch

from lstm_viz.anatomy.inputs_outputs import Run, comparisons, keras_ports, torch_ports
from lstm_viz.anatomy.parts import KERAS_CLASSES, blueprint_of, gate_blocks, tensors_of, torch_module
from lstm_viz.recurrent.specification import CELLS, ModelConfig, StackConfig
from tests.anatomy.many import EVERYTHING, SOME, generated, named

RUNS = [Run(7, 3, True), Run(7, 3, False), Run(7, None, True), Run(7, None, False)]
KINDS = [
    StackConfig(cell, 3, sizes, 4, bidirectional, bias=bias)
    for cell in CELLS
    for sizes in ((5, 5), (6, 4))
    for bidirectional in (False, True)
    for bias in (True, False)
]


def test_every_tensor_is_one_of_the_pytorch_module_with_its_shape_and_in_its_order():
    for config in EVERYTHING:
        state = generated(config, "torch").Model().state_dict()
        facts = tensors_of(config, "torch")
        kept = {name: tuple(value.shape) for name, value in state.items() if "num_batches" not in name}
        assert {fact.name: fact.shape for fact in facts} == kept, named(config)
        assert sum(fact.count for fact in facts) == sum(state[name].numel() for name in kept)


@pytest.mark.parametrize("config", SOME, ids=named)
def test_every_tensor_is_one_of_the_keras_model_with_its_path_its_shape_and_in_its_order(config, keras):
    weights = generated(config, "keras").build_model().weights
    facts = tensors_of(config, "keras")
    assert [(fact.name, fact.shape) for fact in facts] == [(weight.path, tuple(weight.shape)) for weight in weights]
    assert [fact.trained for fact in facts] == [weight.trainable for weight in weights]


@pytest.mark.parametrize("config", KINDS, ids=named)
def test_letters_and_numbers_of_a_shape_agree_and_gates_fill_the_stacked_axis(config):
    for framework in ("torch", "keras"):
        for fact in tensors_of(config, framework):
            units, inputs = fact.part.outputs, fact.part.inputs
            letters = {"u": units, "3u": 3 * units, "4u": 4 * units, "i": inputs, "d": inputs, "o": units, "2": 2}
            assert tuple(letters[symbol] for symbol in fact.symbols) == fact.shape
            if fact.axis is not None:
                edges = [0, *(block.stop for block in fact.blocks)]
                assert edges[:-1] == [block.start for block in fact.blocks]
                assert edges[-1] == fact.shape[fact.axis]
                assert edges[-1] == len(fact.blocks) * units


def test_gates_stand_in_the_order_of_each_framework():
    assert "".join(block.symbol for block in gate_blocks("lstm", 2, "torch")) == "ifgo"
    assert "".join(block.symbol for block in gate_blocks("lstm", 2, "keras")) == "ifco"
    assert "".join(block.symbol for block in gate_blocks("gru", 2, "torch")) == "rzn"
    assert "".join(block.symbol for block in gate_blocks("gru", 2, "keras")) == "zrh"


def test_the_named_gate_of_a_torch_lstm_is_the_one_that_closes():
    layer = torch.nn.LSTM(1, 4, batch_first=True)
    block = next(block for block in gate_blocks("lstm", 4, "torch") if block.gate == "output_gate")
    with torch.no_grad():
        layer.bias_ih_l0[block.start : block.stop] = -100.0
        output, (_, c_n) = layer(torch.ones(1, 5, 1))
    assert output.abs().max() < 1e-20
    assert c_n.abs().min() > 0


@pytest.mark.parametrize("run", RUNS, ids=str)
def test_what_goes_in_and_comes_out_of_pytorch_has_the_shapes_that_are_told(run):
    for config in KINDS:
        model = generated(config, "torch").Model()
        for module in {port.module for port in torch_ports(config, run)}:
            ports = {port.name: port for port in torch_ports(config, run) if port.module == module}
            layer = getattr(model, module)
            layer.batch_first = run.batch_first
            start = [torch.zeros(port.shape) for name, port in ports.items() if name in ("h_0", "c_0")]
            output, state = layer(torch.zeros(ports["input"].shape), tuple(start) if len(start) == 2 else start[0])
            states = dict(zip(("h_n", "c_n"), state if isinstance(state, tuple) else (state,), strict=False))
            given = {"output": output, **states}
            assert {name: tuple(value.shape) for name, value in given.items()} == {
                name: port.shape for name, port in ports.items() if not port.goes_in
            }
            assert all(len(port.symbols) == len(port.shape) for port in ports.values())


@pytest.mark.parametrize("run", RUNS, ids=str)
def test_results_are_the_same_numbers_where_that_is_said_and_differ_where_not(run):
    for config in KINDS:
        model = generated(config, "torch").Model()
        layer = getattr(model, torch_module(blueprint_of(config), len(config.sizes) - 1))
        layer.batch_first = run.batch_first
        module = [port for port in torch_ports(config, run) if port.name == "input"][-1]
        with torch.no_grad():
            output, state = layer(torch.randn(module.shape))
        h_n = state[0] if config.cell == "lstm" else state
        scope = {"output": output, "h_n": h_n, "torch": torch, "u": config.sizes[-1]}
        for claim in comparisons(config, run):
            left, right = eval(claim.left, scope), eval(claim.right, scope)  # our own text
            assert left.shape == right.shape
            assert torch.allclose(left, right) is claim.same, claim


def test_what_keras_gives_by_its_options_has_the_shapes_that_are_told(keras):
    run = Run(7, 3)
    for config in (StackConfig(cell, 3, (5, 4), 2, bidirectional) for cell in CELLS for bidirectional in (False, True)):
        ports = [port for port in keras_ports(config, run) if port.module.endswith("_1")]
        read, last, every, *states = ports
        kind = getattr(keras.layers, KERAS_CLASSES[config.cell])
        for sequences, expected in ((False, last), (True, every)):
            layer = kind(5, return_sequences=sequences, return_state=True)
            layer = keras.layers.Bidirectional(layer) if config.bidirectional else layer
            given = layer(torch.zeros(read.shape))
            assert [tuple(value.shape) for value in given] == [expected.shape, *(port.shape for port in states)]


def test_a_model_config_has_the_tensors_of_the_stack_that_it_is():
    model = ModelConfig("gru", 3, 5, 2, output_size=4)
    stack = StackConfig("gru", 3, (5, 5), 4)
    assert tensors_of(model, "torch") == tensors_of(stack, "torch")


def test_every_meaning_is_a_sentence():
    facts = [fact for config in EVERYTHING[::11] for side in ("torch", "keras") for fact in tensors_of(config, side)]
    ports = [*torch_ports(KINDS[0], RUNS[0]), *keras_ports(KINDS[3], RUNS[0])]
    for told in (*facts, *ports, *comparisons(KINDS[2], RUNS[0])):
        assert told.meaning.endswith("."), told
