"""What ships is written down, can be read without torch, and is what it says."""

import hashlib
import json
import subprocess
import sys
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

from lstm_viz.plain_values import from_plain
from lstm_viz.recurrent.layers import count_parameters
from lstm_viz.recurrent.models import build_model
from lstm_viz.recurrent.specification import CELLS
from lstm_viz.sequences.tasks.catalogue import TASKS
from lstm_viz.zoo.catalogue import CARD, ENTRIES, FORECAST, MODELS, WEIGHTS, Card, file_of, load_card, recipe_for
from lstm_viz.zoo.models import home_experiment, load_forecast, load_path, load_zoo_model
from lstm_viz.zoo.training import FORECAST_HIDDEN_SIZE, rounded, score

every_entry = pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
every_task_entry = pytest.mark.parametrize(
    "entry", [e for e in ENTRIES.values() if e.task in TASKS], ids=lambda e: e.name
)
SMALLEST_DIFFERENCE = 0.011  # one sequence or one tie in three hundred may fall otherwise on another processor


def test_every_task_and_the_forecast_have_a_model_of_every_cell():
    assert {(e.task, e.cell) for e in ENTRIES.values()} == {(t, c) for t in (*TASKS, FORECAST) for c in CELLS}


def test_files_and_entries_are_the_same_and_small():
    files = {path.name for path in MODELS.glob("*.*")}
    assert files == {name + ending for name in ENTRIES for ending in (".json", ".safetensors", ".path.safetensors")}
    assert sum(path.stat().st_size for path in MODELS.rglob("*") if path.is_file()) < 2_000_000


@pytest.mark.slow
def test_cards_are_read_without_torch():
    code = (
        "import sys; from lstm_viz.zoo.catalogue import ENTRIES, load_card\n"
        "import lstm_viz.zoo.catalogue\n"
        "cards = [load_card(entry.task, entry.cell) for entry in ENTRIES.values()]\n"
        "print(len(cards), {'torch', 'streamlit'} & set(sys.modules))"
    )
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == (f"{len(ENTRIES)} set()\n", "")


@every_entry
def test_a_card_survives_being_written_and_read(entry):
    card = load_card(entry.task, entry.cell)
    assert from_plain(Card, json.loads(json.dumps(asdict(card)))) == card
    assert file_of(entry.task, entry.cell, CARD).read_text(encoding="utf-8").count(f'"{entry.task}"') >= 1


@every_entry
def test_shipped_weights_fit_the_card(entry):
    model, card = load_zoo_model(entry.task, entry.cell), load_card(entry.task, entry.cell)
    assert (card.task, card.model.cell) == (entry.task, entry.cell)
    assert count_parameters(model) == card.parameters
    assert not model.training
    assert all(torch.isfinite(value).all() for value in model.state_dict().values())
    assert 1 <= card.best_epoch <= card.epochs <= card.training.epochs


@every_entry
def test_the_path_of_a_model_goes_from_its_start_weights_to_those_that_ship(entry):
    path, card = load_path(entry.task, entry.cell), load_card(entry.task, entry.cell)
    epochs = [epoch for epoch, _ in path]
    assert all(earlier < later for earlier, later in pairwise(epochs))
    assert (epochs[0], epochs[1], epochs[-1]) == (0, 1, card.best_epoch)
    assert 6 <= len(path) <= 10
    start = build_model(card.model, card.training.seed).state_dict()
    for name, shipped in load_zoo_model(entry.task, entry.cell).state_dict().items():
        assert torch.equal(path[-1][1][name], shipped)
        torch.testing.assert_close(path[0][1][name], start[name], rtol=1e-6, atol=1e-7)
    assert all(torch.isfinite(value).all() for _, weights in path for value in weights.values())


def test_the_path_of_a_model_is_the_way_that_training_goes():
    path, experiment = dict(load_path(FORECAST, "rnn")), home_experiment(load_card(FORECAST, "rnn").forecast)
    for record in experiment.trainer.epochs():
        if record.epoch == 8:
            break
    assert {1, 3, 8} <= path.keys()
    for epoch, weights in experiment.trainer.path:
        for name, shipped in path.get(epoch, {}).items():
            torch.testing.assert_close(weights[name], shipped, rtol=1e-3, atol=1e-4)


@every_task_entry
def test_cards_follow_the_recipe_that_is_in_the_code(entry):
    recipe, card = recipe_for(entry.task, entry.cell), load_card(entry.task, entry.cell)
    assert card.model == recipe.model
    assert card.training == replace(recipe.training, seed=card.training.seed)
    assert card.training.seed in recipe.seeds
    assert (card.data, card.selection) == (recipe.data, recipe.selection)
    assert (card.inputs, card.outputs) == (TASKS[entry.task].inputs, TASKS[entry.task].outputs)


@pytest.mark.slow
@every_task_entry
def test_scores_on_the_card_are_what_the_weights_give(entry):
    card = load_card(entry.task, entry.cell)
    now = rounded(score(load_zoo_model(entry.task, entry.cell), TASKS[entry.task]))
    assert replace(now, values=(), overall=0) == replace(card.scores, values=(), overall=0)
    assert now.overall == pytest.approx(card.scores.overall, abs=SMALLEST_DIFFERENCE)
    np.testing.assert_allclose(now.values, card.scores.values, atol=SMALLEST_DIFFERENCE)


def test_an_untrained_model_would_be_seen():
    task = TASKS["recall"]
    model = load_zoo_model("recall", "lstm")
    trained = score(model, task).overall
    torch.nn.init.zeros_(model.head.weight)
    assert score(model, task).overall < trained - SMALLEST_DIFFERENCE


def test_two_who_load_a_model_do_not_share_its_weights():
    one, two = load_zoo_model("counting", "gru"), load_zoo_model("counting", "gru")
    with torch.no_grad():
        one.head.weight.zero_()
    assert two.head.weight.abs().sum() > 0


@pytest.mark.parametrize("cell", CELLS)
def test_the_shipped_forecaster_makes_the_error_on_its_card(cell):
    experiment, card = load_forecast(cell), load_card(FORECAST, cell)
    assert experiment.config == replace(home_experiment().config, cell=cell, hidden_size=FORECAST_HIDDEN_SIZE)
    split = experiment.split
    truth = experiment.series.y[split.train_end :]
    error = np.abs(experiment.predict(np.array([split.train_end]))[0][: len(truth)] - truth).mean()
    assert error == pytest.approx(card.scores.overall, rel=1e-3)


def test_no_two_models_are_the_same():
    prints = {hashlib.sha256(file_of(e.task, e.cell, WEIGHTS).read_bytes()).hexdigest() for e in ENTRIES.values()}
    assert len(prints) == len(ENTRIES)
