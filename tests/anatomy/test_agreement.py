"""What is measured of a torch module is what its documents say."""

import pytest
import torch

from lstm_viz.anatomy.inputs_outputs import (
    LayerRequest,
    Run,
    agreements,
    comparisons,
    last_module,
    run_module,
    small,
    torch_ports,
)
from lstm_viz.anatomy.parts import blueprint_of
from lstm_viz.codegen.source import torch_call
from lstm_viz.errors import SettingsError
from lstm_viz.recurrent.models import build_stack
from lstm_viz.recurrent.specification import CELLS, StackConfig

RUNS = [Run(7, 3, True), Run(7, 3, False), Run(7, None, True), Run(7, None, False)]
KINDS = [
    StackConfig(cell, 3, sizes, 2, bidirectional, bias=bias)
    for cell in CELLS
    for sizes in ((5, 5), (6, 4))
    for bidirectional, bias in ((False, True), (True, True), (True, False))
]


@pytest.mark.parametrize("config", KINDS, ids=lambda config: f"{config.cell}-{config.sizes}-{config.bidirectional}")
def test_every_claim_holds_and_its_number_is_that_of_its_own_words(config):
    model = build_stack(config, 0)
    for run in RUNS:
        found = agreements(model, run)
        assert [each.comparison for each in found] == list(comparisons(config, run))
        assert all(each.holds for each in found)
        output, h_n = run_module(last_module(model, run.batch_first), small(run))
        scope = {"output": output, "h_n": h_n, "torch": torch, "u": config.sizes[-1]}
        for each in found:
            left, right = (eval(side, scope) for side in (each.comparison.left, each.comparison.right))  # our own text
            assert each.difference == float((left - right).abs().max())


@pytest.mark.parametrize("config", KINDS[:6], ids=lambda config: f"{config.sizes}-{config.bidirectional}")
def test_the_module_gives_what_is_drawn_and_is_made_by_the_call_that_is_written(config):
    from torch import nn

    blueprint, model = blueprint_of(config), build_stack(config, 0)
    for run in RUNS:
        module = last_module(model, run.batch_first)
        output, h_n = run_module(module, run)
        shapes = {port.name: port.shape for port in torch_ports(config, run)}
        assert (tuple(output.shape), tuple(h_n.shape)) == (shapes["output"], shapes["h_n"])
        first = 0 if blueprint.one_module else len(config.sizes) - 1
        made = eval(torch_call(blueprint, first, run.batch_first), {"nn": nn})  # our own text
        assert repr(made) == repr(module)


def test_the_weights_of_the_module_are_those_of_the_model():
    model = build_stack(KINDS[0], 3)
    module = last_module(model, True)
    batch = torch.randn(2, 7, 3)
    below = model.run_layer(1, model.run_layer(0, batch))
    assert torch.allclose(module(batch)[0], below, atol=1e-6)


@pytest.mark.parametrize("wrong", [{"input_size": 0}, {"steps": 1001}, {"batch": -1}, {"sizes": ()}, {"sizes": (300,)}])
def test_a_layer_that_cannot_be_shown_is_refused(wrong):
    with pytest.raises(SettingsError, match=f"`{next(iter(wrong))}`"):
        LayerRequest(**wrong)
