"""What is said of a training is what the training does, whatever the settings."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from lstm_viz.forecasting.calibration import calibration_of
from lstm_viz.forecasting.config import PRESETS, suggest_config
from lstm_viz.forecasting.experiment import ForecastExperiment
from lstm_viz.forecasting.recipe import Recipe
from lstm_viz.forecasting.windows import observed_error
from lstm_viz.glossary import GLOSSARY
from lstm_viz.tables import load_sample, make_series
from lstm_viz.training.config import KEEPS, EpochRecord
from lstm_viz.ui.forecast.words import (
    interval_in_words,
    judged_in_words,
    kept_in_words,
    meaning_of_number,
    recipe_in_words,
    shrinkage_in_words,
    stop_in_words,
    unit_in_words,
)

AIRLINE = make_series(load_sample("airline_passengers"))
EPOCHS = 5
WAYS = pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)


def config_of(preset, **changes):
    config = preset.apply(suggest_config(144, 12))
    training = replace(config.training, epochs=EPOCHS, batch_size=32, **changes)
    return replace(config, hidden_size=4, window=12, training=training)


def trained(config) -> tuple[ForecastExperiment, list[EpochRecord]]:
    experiment = ForecastExperiment(AIRLINE, config)
    records = [record for record in experiment.epochs() if record.member == 0]
    return experiment, records


@WAYS
def test_training_loss_is_the_error_and_has_the_unit_that_its_tooltip_names(preset):
    config = config_of(preset, learning_rate=1e-6)  # the weights stay, so that the loss can be taken again afterwards
    experiment, records = trained(config)
    windows = experiment.training_windows
    inputs, targets = windows.inputs(windows.origins), windows.targets(windows.origins)
    with torch.no_grad():
        answers = experiment.model(inputs)
    kinds = {"mse": "Mean squared error", "mae": "Mean absolute error", "huber": "Huber error"}
    sizes = {kind: float(observed_error(answers, targets, kind)) for kind in kinds}
    measured = min(sizes, key=lambda kind: abs(sizes[kind] - records[-1].train_loss))
    assert meaning_of_number("train_loss", config).startswith(kinds[measured])
    prepared = experiment.adjusted[: experiment.split.train_end]
    moves = np.diff(prepared) if "changes from one step" in unit_in_words(config) else prepared
    assert experiment.preparation.unit == pytest.approx(moves.std())


@WAYS
def test_validation_is_spoken_of_only_where_there_is_one(preset):
    config = config_of(preset)
    _, records = trained(config)
    validated = records[-1].validation_loss is not None
    assert meaning_of_number("validation_loss", config).startswith("None") is not validated
    assert ("validation loss" in meaning_of_number("remaining", config)) is (validated and config.training.patience > 0)
    assert ("stop earlier" in meaning_of_number("remaining", config)) is (config.training.patience > 0)


@pytest.mark.parametrize("keep", KEEPS)
@pytest.mark.parametrize("preset", PRESETS[:2], ids=lambda preset: preset.key)
def test_weights_that_are_kept_are_those_that_are_named(preset, keep):
    config = config_of(preset, learning_rate=0.1, schedule="constant", keep=keep)
    experiment, records = trained(config)
    best = int(np.argmin([record.deciding_loss for record in records])) + 1
    kept = experiment.trainer.best_epoch
    assert best != EPOCHS
    assert kept == (EPOCHS if "latest" in stop_in_words(config) else best)
    said = kept_in_words(config, kept, "validation loss")
    assert said == "The last weights were kept." if kept == EPOCHS else f"of epoch {best}" in said


@WAYS
@pytest.mark.parametrize("rows", [40, 60, 144])
def test_calibration_is_spoken_of_only_where_there_is_one(preset, rows):
    series = replace(AIRLINE, ds=AIRLINE.ds[:rows], y=AIRLINE.y[:rows])
    config = preset.apply(suggest_config(rows, 12))
    for end in (rows - config.holdout, rows):
        calibrated = calibration_of(series, config, end) is not None
        assert ("calibration run" in judged_in_words(config, end)) is calibrated
        assert ("calibration run" in interval_in_words(config, end)) is calibrated
        assert ("calibration run" in shrinkage_in_words(config, end)) is (calibrated and config.shrink)


@WAYS
def test_model_is_described_by_what_its_recipe_does(preset):
    config = config_of(preset)
    experiment = Recipe(AIRLINE, config).experiment
    said = recipe_in_words(config)
    assert ("networks" in said) is (len(experiment.members) > 1)
    assert ("season" in said) is (len(experiment.preparation.season) > 1)
    assert ("calibration run" in said) is config.shrink
    smoothing = experiment.preparation.smoothing
    assert ("level" in said or "last value" in said) is (smoothing is not None)
    assert "last value" not in said or smoothing == 1.0


def test_general_words_leave_open_what_settings_decide():
    for name in ("train_loss", "validation_loss", "remaining", "horizon", "interval", "shrinkage", "residual"):
        for decided in ("squared", "absolute", "lowest", "patience", "calibration run", "all at once"):
            assert decided not in GLOSSARY[name].meaning, name
    assert "altogether" not in GLOSSARY["holdout"].meaning  # the forecast learns from all rows
