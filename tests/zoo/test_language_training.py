"""Training on a task is repeatable to the bit, and padding changes nothing."""

from dataclasses import replace

import pytest
import torch
from click.testing import CliRunner

from lstm_viz.recurrent.models import build_model
from lstm_viz.recurrent.specification import CELLS
from lstm_viz.sequences.tasks.catalogue import TASKS
from lstm_viz.zoo.__main__ import main
from lstm_viz.zoo.catalogue import (
    TEST,
    VALIDATION,
    VALIDATION_DRAWS,
    Entry,
    draws,
    load_card,
    recipe_for,
    training_tokens,
)
from lstm_viz.zoo.models import load_zoo_model
from lstm_viz.zoo.training import (
    TaskExamples,
    counted_right,
    counted_to,
    cross_entropy_of_scored_steps,
    make_forecast,
    merit_of,
    reach,
    train,
)

pytestmark = pytest.mark.slow

every_task = pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)


def short(key, cell, epochs=4):
    recipe = recipe_for(key, cell)
    return replace(recipe, training=replace(recipe.training, epochs=epochs), seeds=recipe.seeds[:2], draws=64)


@pytest.mark.parametrize("cell", CELLS)
@every_task
def test_two_trainings_give_the_same_weights_to_the_bit(task, cell):
    torch.manual_seed(1)
    one = train(task, short(task.key, cell, 2))
    torch.manual_seed(2)
    two = train(task, short(task.key, cell, 2))
    assert [r.train_loss for r in one.trainer.history] == [r.train_loss for r in two.trainer.history]
    assert one.weights.keys() == two.weights.keys()
    assert all(torch.equal(value, two.weights[name]) for name, value in one.weights.items())


@pytest.mark.parametrize("key", ["counting", "recall"])
def test_the_best_seed_and_its_best_epoch_are_kept(key):
    task, recipe = TASKS[key], replace(short(key, "lstm", 12), seeds=(0, 1, 2))
    alone = {seed: train(task, replace(recipe, seeds=(seed,))) for seed in recipe.seeds}
    assert len({each.merit for each in alone.values()}) == len(alone)
    kept = train(task, recipe)
    assert kept.merit == max(each.merit for each in alone.values()) == alone[kept.trainer.config.seed].merit
    record = kept.trainer.history[kept.best_epoch - 1]
    assert merit_of(kept.trainer.model, task, record) == kept.merit
    if key == "recall":
        assert kept.best_epoch == kept.trainer.best_epoch


@pytest.mark.parametrize("most", [8, 100])
def test_how_far_a_model_counts_is_found_alike_step_by_step_and_at_once(most):
    task = TASKS["counting"]
    for cell in CELLS:
        model = load_zoo_model("counting", cell)
        assert counted_to(model, task, most) == reach(counted_right(model, task, most))


@every_task
def test_padding_changes_no_loss_and_no_gradient(task):
    sequences = draws(task, 6, TEST)
    model = build_model(recipe_for(task.key, "lstm").model, seed=0).double()
    examples = TaskExamples(task, sequences)

    def loss_sum(indices):
        inputs, targets = examples.batch(torch.tensor(indices))
        return cross_entropy_of_scored_steps(model(inputs), targets.double()) * targets.double().sum()

    def gradient(loss):
        model.zero_grad()
        loss.backward()
        return torch.cat([p.grad.flatten() for p in model.parameters() if p.requires_grad])

    assert len({len(tokens) for tokens in sequences}) > 1, "something is padded"
    together = gradient(loss_sum(range(6)))
    alone = gradient(sum(loss_sum([index]) for index in range(6)))
    torch.testing.assert_close(together, alone, rtol=1e-10, atol=1e-12)


@every_task
def test_the_loss_is_torchs_cross_entropy_with_probabilities(task):
    examples = TaskExamples(task, draws(task, 5, TEST))
    inputs, targets = examples.batch(torch.arange(5))
    outputs = build_model(recipe_for(task.key, "gru").model, seed=3)(inputs)
    asked = targets.sum(dim=-1) > 0
    expected = torch.nn.functional.cross_entropy(outputs[asked], targets[asked])
    torch.testing.assert_close(cross_entropy_of_scored_steps(outputs, targets), expected)


@pytest.mark.parametrize("task", list(TASKS.values())[1:], ids=list(TASKS)[1:])
def test_sequences_of_training_validation_and_test_are_drawn_apart(task):
    training = training_tokens(task, recipe_for(task.key, "lstm"))
    assert len(training) == recipe_for(task.key, "lstm").draws
    others = [draws(task, VALIDATION_DRAWS, stream) for stream in (VALIDATION, TEST)]
    assert training[:VALIDATION_DRAWS] not in others
    assert others[0] != others[1]


def test_counting_is_trained_on_ten_and_nothing_longer():
    sequences = training_tokens(TASKS["counting"], recipe_for("counting", "lstm"))
    assert [tokens.count("a") for tokens in sequences] == list(range(1, 11))


def test_cells_of_a_task_are_trained_alike_but_for_the_learning_rate():
    for task in TASKS:
        recipes = [recipe_for(task, cell) for cell in CELLS]
        alike = [
            replace(r, model=replace(r.model, cell="lstm"), training=replace(r.training, learning_rate=1))
            for r in recipes
        ]
        assert len(set(alike)) == 1


def test_the_lstm_counts_beyond_thirty_and_farther_than_the_others():
    reached = {cell: load_card("counting", cell).scores.overall for cell in CELLS}
    assert reached["lstm"] >= 30
    assert reached["lstm"] > max(reached["gru"], reached["rnn"])


def test_a_count_is_right_one_sequence_at_a_time_too():
    task, model = TASKS["counting"], load_zoo_model("counting", "lstm")
    n = int(load_card("counting", "lstm").scores.overall)
    tokens = task.sequence(n)
    with torch.no_grad():
        best = model(torch.as_tensor(task.input_vocabulary.encode(tokens))[None])[0].argmax(dim=-1)
    assert [task.outputs[place] for place in best[n:]] == ["b"] * n + ["⏎"]


@pytest.mark.slow
def test_the_forecaster_that_ships_is_what_training_gives():
    card, _ = make_forecast("rnn")
    shipped = load_card("forecast", "rnn")
    assert card.scores.overall == pytest.approx(shipped.scores.overall, rel=1e-3)
    assert (card.parameters, card.training, card.forecast) == (shipped.parameters, shipped.training, shipped.forecast)


def test_a_name_that_is_not_in_the_zoo_is_refused_with_those_that_are():
    answer = CliRunner().invoke(main, ["elephant"])
    assert answer.exit_code == 2
    assert Entry("counting", "lstm").name in answer.output
