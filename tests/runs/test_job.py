"""A training from start to end leaves the weights along the way."""

from dataclasses import replace

import pytest
import torch
from safetensors.torch import load

from lstm_viz.forecasting.config import suggest_config
from lstm_viz.forecasting.experiment import ForecastExperiment
from lstm_viz.runs.jobs import TrainingJob, TrainingResult, train
from lstm_viz.runs.worker import Silence
from lstm_viz.training.checkpoints import unpack_checkpoints
from lstm_viz.training.snapshots import load_snapshots


class Patient(Silence):
    """Let training go to its end."""

    def should_stop(self):
        return False


@pytest.fixture
def config():
    config = suggest_config(144, 12)
    training = replace(config.training, epochs=6, schedule="constant")
    return replace(config, hidden_size=4, members=2, origins=1, training=training)


def path_of(result: TrainingResult):
    return dict(load_snapshots(result.snapshots))


def assert_same_weights(one, other):
    assert one.keys() == other.keys()
    assert all(torch.equal(value, other[name]) for name, value in one.items())


def test_the_path_goes_from_the_start_weights_over_the_best_to_the_newest(airline, config):
    result = train(TrainingJob(airline, config), Patient())
    best = max(record.epoch for record in result.history if record.is_best and record.member == 0)
    path = path_of(result)
    assert list(path) == sorted({0, 1, 2, 3, 5, 6, best})
    assert_same_weights(path[0], ForecastExperiment(airline, config).trainer.model.state_dict())
    assert_same_weights(path[best], load(result.weights))
    newest = {
        name.removeprefix("model/"): v
        for name, v in load(unpack_checkpoints(result.checkpoint)[0]).items()
        if name.startswith("model/")
    }
    assert_same_weights(path[6], newest)


@pytest.mark.slow
def test_a_path_in_two_trainings_equals_one_in_a_single_training(airline, config):
    half = train(TrainingJob(airline, replace(config, training=replace(config.training, epochs=2))), Patient())
    further = path_of(train(TrainingJob(airline, config, half.checkpoint, more_epochs=4), Patient()))
    whole = path_of(train(TrainingJob(airline, config), Patient()))
    assert list(further) == list(whole)
    for epoch, weights in whole.items():
        assert_same_weights(further[epoch], weights)


def test_a_training_that_is_stopped_early_leaves_its_start_weights(airline, config):
    long = replace(config, hidden_size=64, training=replace(config.training, epochs=5000, patience=0))
    result = train(TrainingJob(airline, long), Silence())
    assert result.reason == "stopped"
    assert next(iter(path_of(result))) == 0
