"""How often a gate stands nearly shut or nearly open."""

import numpy as np

from lstm_viz.recurrent.interventions import Hold, intervene
from lstm_viz.recurrent.models import build_model
from lstm_viz.recurrent.specification import ModelConfig
from lstm_viz.recurrent.unit_analysis import saturation
from tests.recurrent.parity import random_inputs


def test_a_gate_held_shut_is_saturated_left_and_one_held_open_right():
    held = [Hold("forget_gate", 0.0, (0,)), Hold("forget_gate", 1.0, (1,)), Hold("forget_gate", 0.5, (2,))]
    model = build_model(ModelConfig("lstm", 3, 4), seed=0)
    found = saturation(intervene(model, random_inputs(9, 3, 0), held).layer()["forget_gate"])
    assert found.left[:3].tolist() == [1, 0, 0]
    assert found.right[:3].tolist() == [0, 1, 0]


def test_a_gate_at_the_bound_itself_is_not_saturated():
    found = saturation(np.array([[0.1, 0.9]]))
    assert found.left.tolist() == found.right.tolist() == [0, 0]


def test_left_is_right_of_the_gate_turned_over():
    gate = np.random.default_rng(0).random((50, 6))
    np.testing.assert_array_equal(saturation(gate).left, saturation(1 - gate).right)
