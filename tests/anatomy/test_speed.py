"""Speeds are measured: in time, with their spread, and without changing anything else."""

import time

import pytest
import torch

from lstm_viz.anatomy.costs import LEAST_TURNS, SpeedRequest, measure_speed
from lstm_viz.recurrent.specification import CELLS


def test_all_cells_are_measured_within_the_time_and_nothing_else_changes():
    random, threads = torch.get_rng_state(), torch.get_num_threads()
    start = time.perf_counter()
    speeds = measure_speed(SpeedRequest(seconds=0.3))
    assert time.perf_counter() - start < 5  # a busy machine may take its three turns slowly
    assert [(speed.cell, speed.work) for speed in speeds] == [
        (cell, work) for cell in ("lstm", "gru", "rnn") for work in ("forward", "training")
    ]
    for speed in speeds:
        assert 0 < speed.low <= speed.steps_per_second <= speed.high <= speed.best
        assert speed.turns >= LEAST_TURNS
    assert torch.equal(torch.get_rng_state(), random)
    assert torch.get_num_threads() == threads


@pytest.mark.slow
def test_training_costs_more_than_answering():
    speeds = {(s.cell, s.work): s.best for s in measure_speed(SpeedRequest(hidden_size=128, steps=60, seconds=0.6))}
    for cell in CELLS:
        assert speeds[cell, "forward"] > speeds[cell, "training"]


@pytest.mark.slow
def test_in_double_precision_no_cell_has_a_shortcut_and_each_gate_costs_something():
    speeds = {(s.cell, s.work): s.best for s in measure_speed(SpeedRequest(hidden_size=128, double=True))}
    assert speeds["rnn", "training"] > speeds["lstm", "training"]
