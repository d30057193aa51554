"""Every sequence of a race can be solved by reading it, and by nothing else."""

import math

import numpy as np
import pytest
import torch
from torch import Generator

from lstm_viz.racing.config import COPIED, COPY_SYMBOLS, TASKS, RaceConfig
from lstm_viz.racing.race import (
    IGNORED,
    RECIPES,
    FreshExamples,
    accuracy_of,
    held_out_batch,
    longest,
    model_config,
    race_loss,
    training_config,
)
from lstm_viz.recurrent.models import build_model
from lstm_viz.sequences.labelled.digits import load_digits, split_digits
from lstm_viz.sequences.tasks.catalogue import Counting, Recall
from lstm_viz.training.loop import Trainer

LENGTHS = [11, 12, 50]


def draw(task, length, count=64, seed=0):
    return RECIPES[task].draw(count, length, Generator().manual_seed(seed))


def tokens_of(inputs_TI, names):
    return tuple(names[int(step.argmax())] for step in inputs_TI if step.any())


def best_constant_loss(batch):
    """The loss of the best answer that reads nothing, from the shares of the answers themselves."""
    if batch.targets.is_floating_point():
        return float(batch.targets.var(correction=0))
    asked = batch.targets[batch.targets != IGNORED]
    shares = torch.bincount(asked).double() / len(asked)
    return float(-torch.special.xlogy(shares, shares).sum())


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("length", LENGTHS)
def test_sequences_have_the_promised_shape_and_follow_from_the_seed(task, length):
    config, recipe = RaceConfig(task=task, length=length), RECIPES[task]
    batch, again, other = draw(task, length), draw(task, length), draw(task, length, seed=1)
    assert batch.inputs.shape == (64, config.steps, recipe.input_size)
    assert batch.scored.shape == (64, config.steps)
    assert torch.equal(batch.inputs, again.inputs)
    assert torch.equal(batch.targets, again.targets)
    assert not torch.equal(batch.inputs, other.inputs)
    outputs = build_model(model_config(config, "gru"), 0)(batch.inputs)
    assert math.isfinite(race_loss(outputs, batch.targets).item())


@pytest.mark.parametrize("length", [2, 3, 50])
def test_adding_marks_one_number_in_each_half_and_asks_for_their_sum(length):
    batch = draw("adding", length, 500)
    numbers, marks = batch.inputs.unbind(2)
    assert set(marks.flatten().tolist()) <= {0.0, 1.0}
    assert (marks[:, : length // 2].sum(dim=1) == 1).all()
    assert (marks[:, length // 2 :].sum(dim=1) == 1).all()
    assert ((numbers >= 0) & (numbers <= 1)).all()
    for row_numbers, row_marks, target in zip(numbers, marks, batch.targets, strict=True):
        assert target.item() == pytest.approx(row_numbers[row_marks == 1].sum().item())
    assert batch.scored.nonzero()[:, 1].unique().tolist() == [length - 1]


def test_every_place_of_a_half_is_marked_now_and_then():
    marks = draw("adding", 7, 500).inputs[:, :, 1]
    assert marks.any(dim=0).all()


@pytest.mark.parametrize("length", [2, 11, 50])
def test_recall_is_what_the_grammar_of_recall_says(length):
    batch = draw("recall", length)
    for inputs, target in zip(batch.inputs, batch.targets, strict=True):
        tokens = tokens_of(inputs, Recall.inputs)
        example = Recall().annotate(tokens)
        assert len(tokens) == length
        assert example.answers[-1] == {Recall.outputs[target]}
        assert not any(example.answers[:-1])


def test_copy_asks_behind_the_signal_for_the_symbols_in_their_order():
    batch = draw("copy", 20)
    blank, signal = COPY_SYMBOLS, COPY_SYMBOLS + 1
    for inputs, targets, asked in zip(batch.inputs.argmax(dim=2), batch.targets, batch.scored, strict=True):
        assert targets[asked].tolist() == inputs[:COPIED].tolist()
        assert max(inputs[:COPIED].tolist()) < blank
        place = inputs.tolist().index(signal)
        assert asked.nonzero().flatten().tolist() == list(range(place + 1, 20))
        assert (inputs[COPIED:place] == blank).all()
        assert (inputs[place + 1 :] == blank).all()


@pytest.mark.parametrize("length", [3, 12, 49])
def test_counting_is_what_the_grammar_of_counting_says(length):
    batch = draw("counting", length, 200)
    lengths = set()
    for inputs, targets, asked in zip(batch.inputs, batch.targets, batch.scored, strict=True):
        tokens = tokens_of(inputs, Counting.inputs)
        example = Counting().annotate(tokens)
        wanted = [next(iter(answers)) for answers in example.answers if len(answers) == 1]
        assert [Counting.outputs[place] for place in targets[asked].tolist()] == wanted
        assert wanted[-1] == Counting.outputs[-1]
        assert not inputs[len(tokens) :].any()
        lengths.add(len(tokens))
    assert min(lengths) == 3
    assert max(lengths) == RaceConfig(task="counting", length=length).steps


def test_digits_are_all_there_and_no_test_digit_is_trained_on():
    pictures, labels = load_digits()
    assert pictures.shape == (1797, 8, 8)
    assert (pictures.min().item(), pictures.max().item()) == (0.0, 1.0)
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    (train, train_labels), (test, test_labels) = split_digits()
    assert len(train) + len(test) == 1797
    assert (len(train_labels), len(test_labels)) == (1348, 449)
    seen = {tuple(picture.flatten().tolist()) for picture in train}
    assert not any(tuple(picture.flatten().tolist()) in seen for picture in test)
    drawn = draw("digits", 50)
    assert all(tuple(picture.flatten().tolist()) in seen for picture in drawn.inputs)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("length", [12, 50])
def test_chance_is_what_the_best_constant_answer_reaches(task, length):
    config = RaceConfig(task=task, length=length)
    assert best_constant_loss(draw(task, length, 20_000)) == pytest.approx(config.chance, rel=0.02)
    assert best_constant_loss(held_out_batch(config)) == pytest.approx(config.chance, rel=0.1)


def test_a_number_is_right_within_four_hundredths_and_a_sequence_only_as_a_whole():
    sums = torch.tensor([[1.0], [1.0], [1.0]])
    assert accuracy_of(sums + torch.tensor([[0.039], [-0.039], [0.041]]), sums) == pytest.approx(2 / 3)
    targets = torch.tensor([[IGNORED, 1, 0], [IGNORED, 1, 1]])
    answers = torch.nn.functional.one_hot(torch.tensor([[0, 1, 0], [0, 1, 0]]), 2).float()
    assert accuracy_of(answers, targets) == 0.5


def test_test_sequences_are_the_same_for_every_seed_and_never_trained_on():
    first, second = held_out_batch(RaceConfig(seed=0)), held_out_batch(RaceConfig(seed=5))
    assert torch.equal(first.inputs, second.inputs)
    config = RaceConfig(task="recall", length=30, seed=1997)
    trained = FreshExamples(config).batch(torch.arange(1000), torch.Generator().manual_seed(1997))[0]
    tested = {tuple(row.argmax(dim=1).tolist()) for row in held_out_batch(config).inputs}
    assert not any(tuple(row.argmax(dim=1).tolist()) in tested for row in trained)


def test_all_cells_see_the_same_sequences_in_the_same_order():
    seen = {}
    for cell in ("rnn", "lstm"):
        config = RaceConfig(length=5, hidden_size=2, batch_size=3)
        examples = FreshExamples(config)
        batches = seen.setdefault(cell, [])
        draw_batch = examples.batch

        def keep(indices, generator, batches=batches, draw_batch=draw_batch):
            batches.append(draw_batch(indices, generator))
            return batches[-1]

        examples.batch = keep
        model = build_model(model_config(config, cell), 0)
        next(Trainer(model, examples, None, race_loss, training_config(config)).epochs())
    assert len(seen["rnn"]) == 10
    for (inputs, targets), (same_inputs, same_targets) in zip(seen["rnn"], seen["lstm"], strict=True):
        assert torch.equal(inputs, same_inputs)
        assert torch.equal(targets, same_targets)


def test_longest_are_those_whose_last_answer_comes_latest():
    batch = held_out_batch(RaceConfig(task="counting", length=21))
    chosen = longest(batch, 4)
    assert len(chosen) == 4
    assert chosen.scored[:, -1].all()
