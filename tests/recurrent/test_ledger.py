"""Content is neither made nor lost between two steps without the ledger knowing."""

import numpy as np
import pytest

from lstm_viz.recurrent.interventions import Hold, intervene
from lstm_viz.recurrent.models import build_model
from lstm_viz.recurrent.specification import ModelConfig
from lstm_viz.recurrent.trace import memory_ledger, trace_model
from tests.recurrent.parity import RECURRENCES, random_inputs

MEMORY = {"lstm": "cell_state", "gru": "hidden_state", "rnn": "hidden_state"}


@pytest.mark.parametrize(("cell", "activation"), RECURRENCES)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_the_ledger_balances_for_every_unit_at_every_step(cell, activation, bidirectional):
    config = ModelConfig(cell, 3, 20, 2, activation=activation, bidirectional=bidirectional)
    trace = trace_model(build_model(config, seed=4), random_inputs(80, 3, 4))
    for layer in trace.layers:
        ledger = memory_ledger(layer)
        before, now = layer[f"{MEMORY[cell]}_prev"], layer[MEMORY[cell]]
        np.testing.assert_allclose(ledger.kept + ledger.lost, before, rtol=0, atol=1e-6)
        np.testing.assert_allclose(ledger.kept + ledger.written, now, rtol=0, atol=1e-6)
        np.testing.assert_allclose(ledger.exposed, layer["hidden_state"], rtol=0, atol=1e-6)
        assert np.abs(now).max() > 0.01, "there is content to count"


def test_what_one_step_leaves_is_what_the_next_one_finds():
    layer = trace_model(build_model(ModelConfig("lstm", 3, 20), seed=4), random_inputs(80, 3, 4)).layer()
    ledger = memory_ledger(layer)
    left, found = ledger.kept + ledger.written, ledger.kept + ledger.lost
    np.testing.assert_allclose(left[:-1], found[1:], rtol=0, atol=1e-6)


def test_a_vanilla_rnn_keeps_nothing():
    ledger = memory_ledger(trace_model(build_model(ModelConfig("rnn", 3, 8), seed=0), random_inputs(9, 3, 0)).layer())
    assert not ledger.kept.any()
    assert ledger.lost[1:].any()


@pytest.mark.parametrize(("cell", "gate"), [("lstm", "forget_gate"), ("gru", "update_gate")])
def test_an_open_gate_loses_nothing_and_a_shut_one_keeps_nothing(cell, gate):
    model = build_model(ModelConfig(cell, 3, 8), seed=0)
    open_, shut = (
        memory_ledger(intervene(model, random_inputs(9, 3, 0), [Hold(gate, value)]).layer()) for value in (1.0, 0.0)
    )
    assert not open_.lost.any()
    assert open_.written.any() == (cell == "lstm"), "the GRU has one gate for both"
    assert not shut.kept.any()
    assert shut.lost[1:].all()
