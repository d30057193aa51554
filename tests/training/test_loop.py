"""The training loop."""

import math
from dataclasses import replace

import pytest
import torch
from torch import nn

from lstm_viz.errors import RunError, SettingsError
from lstm_viz.training.checkpoints import load_checkpoint, save_checkpoint
from lstm_viz.training.config import OPTIMIZERS, SCHEDULES, TrainingConfig
from lstm_viz.training.loop import Trainer, evaluate


class Line:
    """Examples of y = 2 x − 1 with a little noise."""

    def __init__(self, count=64, seed=0):
        generator = torch.Generator().manual_seed(seed)
        self.x = torch.randn(count, 1, generator=generator)
        self.y = 2 * self.x - 1 + 0.01 * torch.randn(count, 1, generator=generator)

    def __len__(self):
        return len(self.x)

    def batch(self, indices, generator=None):
        return self.x[indices], self.y[indices]


def trainer(validation=True, dropout=0.0, **values):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Dropout(dropout), nn.Linear(8, 1))
    config = TrainingConfig(**{"epochs": 12, "batch_size": 16, "patience": 0, **values})
    return Trainer(model, Line(), Line(32, 1) if validation else None, nn.functional.mse_loss, config)


def same_weights(model, weights):
    return all(torch.equal(value, weights[name]) for name, value in model.state_dict().items())


def losses(records):
    return [(r.epoch, r.train_loss, r.validation_loss, r.learning_rate, r.gradient_norm) for r in records]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_loss_falls_with_every_optimiser(optimizer):
    records = list(trainer(optimizer=optimizer, epochs=40).epochs())
    assert records[-1].validation_loss < 0.2 * records[0].validation_loss


def test_same_seed_gives_the_same_losses_to_the_last_bit():
    first = losses(trainer(dropout=0.5).epochs())
    torch.manual_seed(12345)
    assert losses(trainer(dropout=0.5).epochs()) == first
    assert losses(trainer(dropout=0.5, seed=1).epochs()) != first


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_going_on_from_a_checkpoint_equals_never_having_stopped(optimizer, schedule):
    values = {"optimizer": optimizer, "schedule": schedule, "dropout": 0.3, "patience": 6}
    whole = list(trainer(**values).epochs())
    broken = trainer(**values)
    for record in broken.epochs():
        if record.epoch == 5:
            break
    fresh = trainer(**values)
    load_checkpoint(fresh, save_checkpoint(broken))
    assert losses([*fresh.history, *fresh.epochs()]) == losses(whole)


def test_learning_follows_plain_torch_exactly():
    ours = trainer(validation=False, schedule="constant", gradient_clip=0, epochs=3)
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Dropout(0.0), nn.Linear(8, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    data, expected = Line(), []
    torch.manual_seed(0)
    for _ in range(3):
        batches = []
        for indices in torch.randperm(64).split(16):
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(model(data.x[indices]), data.y[indices])
            loss.backward()
            optimizer.step()
            batches.append(loss.item())
        expected.append(sum(batches) / len(batches))
    assert [record.train_loss for record in ours.epochs()] == expected


def test_best_weights_are_those_of_the_lowest_validation_loss():
    ours = trainer(learning_rate=0.3, schedule="constant", epochs=30)
    records = list(ours.epochs())
    best = min(records, key=lambda record: record.validation_loss)
    assert best.epoch < 30
    ours.load_best()
    assert evaluate(ours.model, ours.validation, ours.loss).loss == pytest.approx(best.validation_loss, rel=1e-6)
    assert [record.epoch for record in records if record.is_best][-1] == best.epoch


def test_training_ends_when_patience_is_over():
    ours = trainer(learning_rate=0.5, schedule="constant", patience=4, epochs=500)
    records = list(ours.epochs())
    assert ours.end_reason == "patience"
    assert records[-1].epoch == ours.best_epoch + 4


def test_training_without_validation_keeps_the_best_training_loss():
    ours = trainer(validation=False)
    records = list(ours.epochs())
    assert all(record.validation_loss is None for record in records)
    assert ours.best_loss == min(record.train_loss for record in records)


def test_stop_ends_between_two_batches_and_keeps_the_best():
    ours = trainer(epochs=500)
    calls = iter(range(100_000))
    records = list(ours.epochs(lambda: next(calls) >= 10))
    assert ours.end_reason == "stopped"
    assert len(records) == 2
    assert ours.best_weights


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("stop_after", [2, 10])
def test_going_on_after_a_stop_in_mid_epoch_equals_never_having_stopped(schedule, stop_after):
    unbroken = trainer(epochs=6, schedule=schedule)
    wanted = losses(unbroken.epochs())
    stopped = trainer(epochs=6, schedule=schedule)
    calls = iter(range(100_000))
    list(stopped.epochs(lambda: next(calls) >= stop_after))
    assert stopped.end_reason == "stopped"
    again = trainer(epochs=6, schedule=schedule)
    load_checkpoint(again, save_checkpoint(stopped))
    list(again.epochs())
    assert losses(again.history) == wanted
    assert same_weights(again.model, unbroken.model.state_dict())


def test_weights_of_a_first_epoch_that_was_stopped_can_be_kept():
    ours = trainer(epochs=6)
    start = {name: value.clone() for name, value in ours.model.state_dict().items()}
    calls = iter(range(100))
    list(ours.epochs(lambda: next(calls) >= 3))
    assert ours.history == []
    assert same_weights(ours.model, start)
    ours.keep_now()
    assert any(not torch.equal(value, start[name]) for name, value in ours.best_weights.items())


def test_training_further_after_divergence_goes_on_from_the_best_weights():
    ours = trainer(optimizer="adam", learning_rate=0.01, gradient_clip=0, epochs=5)
    list(ours.epochs())
    for group in ours.optimizer.param_groups:
        group["lr"] = 1e30
    ours.target_epochs = 60
    list(ours.epochs())
    assert ours.end_reason == "diverged"
    gained = ours.epoch
    again = trainer(optimizer="adam", learning_rate=0.01, gradient_clip=0, epochs=5)
    load_checkpoint(again, save_checkpoint(ours))
    again.extend(3)
    assert [record.epoch for record in again.epochs()] == [gained + 1, gained + 2, gained + 3]


def test_divergence_ends_the_run_with_the_weights_before_it():
    ours = trainer(optimizer="sgd", learning_rate=10.0, gradient_clip=0, epochs=200)
    records = list(ours.epochs())
    assert ours.end_reason == "diverged"
    assert all(math.isfinite(record.train_loss) for record in records)
    assert all(torch.isfinite(value).all() for value in ours.best_weights.values())


def test_clipping_shortens_the_step_but_reports_the_whole_gradient():
    free, clipped = trainer(gradient_clip=0, epochs=1), trainer(gradient_clip=0.01, epochs=1, optimizer="sgd")
    start = [parameter.detach().clone() for parameter in clipped.model.parameters()]
    norm = next(iter(clipped.epochs())).gradient_norm
    assert norm == pytest.approx(next(iter(free.epochs())).gradient_norm, rel=0.5)
    moved = sum(((p - s) ** 2).sum() for p, s in zip(clipped.model.parameters(), start, strict=True)).sqrt()
    momentum_bound = sum(0.01 * 0.01 * sum(0.9**k for k in range(n + 1)) for n in range(4))
    assert 0 < moved <= momentum_bound * 1.001


def test_training_further_adds_epochs_and_restarts_patience_and_rate():
    ours = trainer(epochs=3)
    first = list(ours.epochs())
    ours.extend(4)
    more = list(ours.epochs())
    assert [record.epoch for record in more] == [4, 5, 6, 7]
    assert more[0].learning_rate == first[0].learning_rate
    assert more[0].seconds > first[-1].seconds


def test_cosine_schedule_falls_to_one_hundredth():
    rates = [record.learning_rate for record in trainer(epochs=50).epochs()]
    assert rates[0] == 0.01
    assert rates[-1] == pytest.approx(1e-4, rel=0.15)
    assert rates == sorted(rates, reverse=True)


def test_foreign_checkpoint_is_refused_in_one_sentence():
    with pytest.raises(RunError, match="cannot be read"):
        load_checkpoint(trainer(), b"not a checkpoint")


@pytest.mark.parametrize(
    "values", [{"learning_rate": 0.0}, {"epochs": 0}, {"optimizer": "lion"}, {"schedule": "x"}, {"seed": -1}]
)
def test_impossible_settings_are_refused_by_name(values):
    with pytest.raises(SettingsError, match=f"`{next(iter(values))}`"):
        replace(TrainingConfig(), **values)


class Signs:
    """Examples of two numbers whose class is the sign of their sum."""

    def __init__(self, count, seed=0):
        self.x = torch.randn(count, 2, generator=torch.Generator().manual_seed(seed))
        self.y = (self.x.sum(dim=1) > 0).long()

    def __len__(self):
        return len(self.x)

    def batch(self, indices, generator=None):
        return (self.x[indices, :1], self.x[indices, 1:]), self.y[indices]


class Both(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(2, 2)

    def forward(self, first, second):
        return self.head(torch.cat([first, second], dim=1))


def chooser(told=None, **values):
    torch.manual_seed(0)
    config = TrainingConfig(**{"epochs": 3, "batch_size": 4, "patience": 0, "learning_rate": 0.05, **values})
    right = lambda outputs, targets: float((outputs.argmax(dim=1) == targets).float().mean())  # noqa: E731
    part = None if told is None else told.append
    return Trainer(Both(), Signs(1002), Signs(200, 1), nn.functional.cross_entropy, config, right, part)


def test_a_model_that_chooses_is_told_its_share_of_right_answers():
    ours = chooser()
    records = list(ours.epochs())
    held = Signs(200, 1)
    ours.model.load_state_dict(ours.best_weights)
    right = (ours.model(*held.batch(slice(None))[0]).argmax(dim=1) == held.y).float().mean().item()
    best = next(record for record in reversed(records) if record.is_best)
    assert best.validation_accuracy == pytest.approx(right)
    assert records[-1].train_accuracy > 0.9
    assert next(iter(trainer().epochs())).train_accuracy is None


@pytest.mark.slow
def test_every_100_updates_are_told_wherever_epochs_end():
    told = []
    ours = chooser(told)
    records = list(ours.epochs())
    assert ours.batches == 251
    assert [(part.epoch, part.update) for part in told] == [
        (1, 100),
        (1, 200),
        (2, 300),
        (2, 400),
        (2, 500),
        *((3, n) for n in (600, 700)),
    ]
    whole = sum(record.train_loss * 251 for record in records)
    assert sum(part.train_loss * 100 for part in told) == pytest.approx(whole, rel=0.1)
    assert told[-1].train_accuracy > 0.9 > told[0].train_accuracy


@pytest.mark.slow
def test_accuracies_survive_a_checkpoint():
    ours = chooser()
    records = list(ours.epochs())
    again = chooser()
    load_checkpoint(again, save_checkpoint(ours))
    assert again.history == records
