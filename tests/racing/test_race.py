"""The race itself: fair, repeatable to the last bit, and ended by what its criterion says."""

import math
from dataclasses import asdict, replace
from itertools import pairwise

import pytest
import torch

from lstm_viz.errors import RunError
from lstm_viz.racing.config import RaceConfig, solved_at
from lstm_viz.racing.race import Racer, Start, line_up, parameters_of, race, restore_racer

SMALL = RaceConfig(length=6, hidden_size=6, batch_size=16, updates=60)
EASY = RaceConfig(task="recall", length=2, hidden_size=8, batch_size=32, updates=400, cells=("gru", "lstm"))


def numbers(history):
    """All of a record but how long it took."""
    clocks = ("seconds", "updates_per_second")
    return [{name: value for name, value in asdict(record).items() if name not in clocks} for record in history]


def to_the_end(racers, **limits):
    return list(race(racers, **limits))


def break_weights(racer):
    """Make the next update see a loss beyond all numbers."""
    with torch.no_grad():
        racer.model.head.weight.fill_(3e38)


@pytest.mark.slow
def test_networks_train_in_turn_and_end_with_the_budget():
    racers = line_up(SMALL)
    order = [racer.cell for racer, _ in race(racers)]
    assert order == ["rnn", "gru", "lstm"] * 6
    for racer in racers:
        assert [record.update for record in racer.history] == [10, 20, 30, 40, 50, 60]
        assert racer.status == "unsolved"
        assert all(record.updates_per_second > 0 for record in racer.history)
        assert all(later.seconds > record.seconds for record, later in pairwise(racer.history))
        assert all(len(record.gradient_by_step) == 6 for record in racer.history)


@pytest.mark.slow
def test_a_network_trains_the_same_alone_as_side_by_side():
    together, alone = line_up(SMALL), line_up(replace(SMALL, cells=("lstm",)))
    to_the_end(together)
    torch.manual_seed(99)
    to_the_end(alone)
    assert numbers(together[2].history) == numbers(alone[0].history)


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_race_goes_on_from_a_checkpoint_bit_for_bit(cell):
    whole = Racer(SMALL, cell)
    to_the_end([whole])
    first = Racer(SMALL, cell)
    to_the_end([first], records=2)
    checkpoint = first.checkpoint()
    to_the_end([first], records=1)  # told, but lost with the worker
    second = Racer(SMALL, cell, Start(checkpoint, tuple(first.history)))
    assert len(second.history) == 2
    to_the_end([second])
    assert numbers(second.history) == numbers(whole.history)
    weights = whole.model.state_dict()
    assert all(torch.equal(value, weights[name]) for name, value in second.model.state_dict().items())


def test_network_whose_records_were_lost_starts_anew_and_comes_by_the_same_numbers():
    whole = Racer(SMALL, "rnn")
    to_the_end([whole])
    back = restore_racer(SMALL, "rnn", Start(whole.checkpoint(), tuple(whole.history[:3])))
    assert back.history == []
    to_the_end([back])
    assert numbers(back.history) == numbers(whole.history)


def test_checkpoint_of_another_network_is_refused():
    with pytest.raises(RunError):
        Racer(SMALL, "gru", Start(Racer(SMALL, "rnn").checkpoint()))


def test_solved_network_stops_at_the_second_record_that_meets_the_criterion():
    racers = line_up(EASY)
    to_the_end(racers)
    for racer in racers:
        assert racer.status == "solved"
        met = [record.accuracy >= 0.99 for record in racer.history]
        assert met[-2:] == [True, True]
        assert not any(early and later for early, later in pairwise(met[:-1]))
        assert solved_at(EASY, racer.history) == racer.history[-2].update


@pytest.mark.slow
def test_a_loss_beyond_all_numbers_ends_one_network_and_not_the_others():
    racers = line_up(SMALL)
    to_the_end(racers, records=2)
    break_weights(racers[1])
    ended = {racer.cell: record for racer, record in race(racers) if record is None}
    assert ended == {"gru": None}
    assert [racer.status for racer in racers] == ["unsolved", "diverged", "unsolved"]
    assert [len(racer.history) for racer in racers] == [6, 2, 6]
    assert all(math.isfinite(record.test_loss) for racer in racers for record in racer.history)


@pytest.mark.slow
def test_a_huge_learning_rate_without_clipping_spoils_the_loss_but_bounded_states_keep_it_a_number():
    racers = line_up(replace(SMALL, learning_rate=10.0, gradient_clip=0.0))
    to_the_end(racers)
    for racer in racers:
        assert racer.status == "unsolved"
        assert SMALL.chance < racer.history[-1].test_loss < math.inf


@pytest.mark.slow
def test_race_halts_between_two_records_when_asked():
    racers = line_up(SMALL)
    seen = []
    for racer, _ in race(racers, should_stop=lambda: len(seen) == 4):
        seen.append(racer.cell)
    assert seen == ["rnn", "gru", "lstm", "rnn"]
    to_the_end(racers)
    assert [len(racer.history) for racer in racers] == [6, 6, 6]


def test_limit_counts_the_records_of_each():
    racers = line_up(SMALL)
    to_the_end(racers, records=1)
    assert [len(racer.history) for racer in racers] == [1, 1, 1]


def test_forget_bias_and_start_values_are_those_of_the_config():
    config = replace(SMALL, forget_bias=3.0, initialization="orthogonal")
    model = Racer(config, "lstm").model
    bias = model.rnn.bias_ih_l0 + model.rnn.bias_hh_l0
    assert (bias[6:12] == 3.0).all()
    assert (bias[:6] == 0.0).all()


def test_parameters_are_counted_as_torch_counts_them():
    for racer in line_up(SMALL):
        assert parameters_of(SMALL, racer.cell) == sum(value.numel() for value in racer.model.parameters())


@pytest.mark.slow
def test_lstm_and_gru_solve_adding_and_the_rnn_does_not_with_as_many_updates():
    config = RaceConfig(length=30, hidden_size=16, learning_rate=0.02, updates=400)
    racers = {racer.cell: racer for racer in line_up(config)}
    to_the_end(list(racers.values()))
    assert racers["gru"].status == racers["lstm"].status == "solved"
    assert racers["rnn"].status == "unsolved"
    assert racers["rnn"].history[-1].test_loss > 0.1
