"""The film that ships is what its model really did."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch

from lstm_viz.zoo.catalogue import FOLDER, load_film
from lstm_viz.zoo.models import film_epochs, forecast_frame, home_experiment, load_experiment


@pytest.fixture(scope="module")
def film():
    return load_film()


@pytest.fixture(scope="module")
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_shipped_weights_predict_the_last_frame(film):
    now = forecast_frame(load_experiment())
    for name in ("heldout", "future", "mae"):
        np.testing.assert_allclose(film["frames"][-1][name], now[name], rtol=1e-3)


def test_training_anew_gives_the_recorded_losses_and_forecasts(film, one_thread):
    experiment = home_experiment()
    frames = {frame["epoch"]: frame for frame in film["frames"]}
    assert forecast_frame(experiment)["heldout"] == pytest.approx(frames[0]["heldout"], rel=1e-4)
    for record, written in zip(experiment.trainer.epochs(), film["history"][1:4], strict=False):
        assert record.train_loss == pytest.approx(written["train_loss"], rel=1e-6)
        assert record.validation_loss == pytest.approx(written["validation_loss"], rel=1e-6)
        assert forecast_frame(experiment)["heldout"] == pytest.approx(frames[record.epoch]["heldout"], rel=1e-4)


def test_settings_are_those_of_the_lesson():
    assert load_experiment().config == home_experiment().config


def test_frames_go_from_before_training_to_the_best_epoch(film):
    epochs = [frame["epoch"] for frame in film["frames"]]
    assert all(earlier < later for earlier, later in pairwise(epochs))
    assert epochs[0] == 0
    assert epochs[-1] == film["best_epoch"] <= film["epochs"]
    assert 50 <= len(epochs) <= 60


def test_history_holds_every_epoch_and_its_best_is_the_one_kept(film):
    history = film["history"]
    assert [row["epoch"] for row in history] == list(range(film["epochs"] + 1))
    assert min(history[1:], key=lambda row: row["validation_loss"])["epoch"] == film["best_epoch"]


def test_error_of_each_frame_is_the_mean_distance_from_what_happened(film):
    truth = np.array(film["y"][film["train_end"] :])
    for frame in film["frames"]:
        assert frame["mae"] == pytest.approx(np.abs(np.array(frame["heldout"]) - truth).mean(), rel=1e-3)


def test_forecast_of_the_held_out_months_never_saw_them(film):
    experiment = load_experiment()
    changed = experiment.series.y.copy()
    changed[experiment.split.train_end :] = 1.0
    experiment.series = replace(experiment.series, y=changed)
    experiment.use_preparation(experiment.preparation)
    np.testing.assert_allclose(forecast_frame(experiment)["heldout"], film["frames"][-1]["heldout"], rtol=1e-3)


def test_film_is_small_enough_for_a_first_page():
    assert (FOLDER / "film.json").stat().st_size < 150_000


@pytest.mark.parametrize("last", [1, 2, 10, 55, 56, 1000, 5000])
def test_chosen_epochs_increase_from_zero_to_the_last(last):
    epochs = film_epochs(last)
    assert epochs[0] == 0
    assert epochs[-1] == last
    assert all(earlier < later for earlier, later in pairwise(epochs))
    assert len(epochs) <= 60
