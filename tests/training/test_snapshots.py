"""The weights along training: from the first to the newest, few, and the same ones however often a run was cut off."""

import math
from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load, save

from lstm_viz.errors import RunError
from lstm_viz.training.checkpoints import load_checkpoint, save_checkpoint
from lstm_viz.training.snapshots import LEAST, MOST, Snapshots, load_snapshots, save_snapshots, thinned
from tests.training.test_loop import trainer


def weights_at(epoch, size=2):
    return {"a": torch.full((size,), float(epoch)), "b": torch.full((1, 1), -float(epoch))}


def taken(last, size=2, start=0, snapshots=None, **limits):
    snapshots = snapshots or Snapshots(**limits)
    for epoch in range(start, last + 1):
        snapshots.take(epoch, weights_at(epoch, size))
    return snapshots


def epochs_of(path):
    return [epoch for epoch, _ in path]


def assert_same_path(one, other):
    assert epochs_of(one) == epochs_of(other)
    for (_, mine), (_, theirs) in zip(one, other, strict=True):
        assert mine.keys() == theirs.keys()
        assert all(torch.equal(mine[name], theirs[name]) for name in mine)


@pytest.mark.parametrize("last", [0, 1, 2, 7, 100, 1000, 5000])
def test_the_path_goes_from_the_start_to_the_newest_and_is_short(last):
    epochs = epochs_of(taken(last).path)
    assert (epochs[0], epochs[-1]) == (0, last)
    assert all(earlier < later for earlier, later in pairwise(epochs))
    assert len(epochs) <= MOST + 1


def test_early_epochs_are_kept_one_by_one_and_later_ones_ever_wider_apart():
    assert epochs_of(taken(100).path) == [0, 1, 2, 3, 5, 8, 12, 18, 27, 41, 62, 93, 100]


def test_epochs_stay_evenly_spaced_in_the_logarithm_however_long_a_run_is():
    milestones = epochs_of(taken(20_000).path)[:-1]
    steps = [math.log((later + 1) / (earlier + 1)) for earlier, later in pairwise(milestones)]
    assert max(steps) < 3 * min(steps)


@pytest.mark.slow
@given(last=st.integers(0, 150), cuts=st.lists(st.integers(0, 150), max_size=4))
def test_a_run_cut_off_anywhere_keeps_what_an_unbroken_one_keeps(last, cuts):
    snapshots, done = Snapshots(most=6), -1
    for cut in sorted(cut for cut in cuts if cut < last):
        stored = save_snapshots(taken(cut, start=done + 1, snapshots=snapshots).path)
        snapshots, done = Snapshots(load_snapshots(stored), most=6), cut
    assert_same_path(taken(last, start=done + 1, snapshots=snapshots).path, taken(last, most=6).path)


def test_large_models_keep_fewer_so_that_memory_stays_bounded():
    size = 1000
    each = 4 * (size + 1)
    few = taken(300, size, max_bytes=7 * each).path
    assert len(few) == 7 + 1
    assert len(taken(300, size, max_bytes=0).path) == LEAST + 1
    assert (few[0][0], few[-1][0]) == (0, 300)


def test_snapshots_are_copies_of_what_the_weights_were():
    weights = weights_at(3)
    snapshots = Snapshots()
    snapshots.take(0, weights)
    weights["a"].zero_()
    assert snapshots.path[0][1]["a"].tolist() == [3.0, 3.0]


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=60, unique=True).map(sorted), st.integers(2, 20))
def test_thinning_keeps_both_ends_and_leaves_out_no_more_than_it_must(epochs, most):
    kept = thinned(epochs, most)
    assert (kept[0], kept[-1], len(kept)) == (epochs[0], epochs[-1], min(most, len(epochs)))
    assert [epoch for epoch in epochs if epoch in kept] == kept


@pytest.mark.parametrize(("best", "most"), [(0, 5), (1, 5), (60, 5), (100, 30), (300, 5)])
def test_a_path_to_the_best_epoch_ends_there(best, most):
    path = taken(300).until(best, weights_at(best), most)
    assert path[-1][0] == best
    assert path[0][0] == 0
    assert len(path) <= most
    assert_same_path(path, [(epoch, weights_at(epoch)) for epoch in epochs_of(path)])


def test_paths_come_back_to_the_bit_and_in_order():
    path = taken(130).path
    data = save_snapshots(path)
    assert_same_path(load_snapshots(data), path)
    assert {"0/a", "130/b"} <= load(data).keys()
    assert load_snapshots(save_snapshots([])) == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no snapshots",
        b"\x80\x04\x95",
        save_snapshots([(3, weights_at(3))])[:-1],
        save({"a": torch.zeros(1)}),
        save({"first/a": torch.zeros(1)}),
        save({"1/a": torch.zeros(1), "2/b": torch.zeros(1)}),
        save({"1/a": torch.zeros(1), "2/a": torch.zeros(2)}),
    ],
    ids=["empty", "text", "pickle", "torn", "no epoch", "a word", "other names", "other shapes"],
)
def test_damaged_snapshots_are_told_in_one_sentence(data):
    with pytest.raises(RunError, match="cannot be read") as caught:
        load_snapshots(data)
    assert "\n" not in str(caught.value)


def test_training_begins_its_path_before_the_first_update():
    ours = trainer()
    with torch.no_grad():
        ours.model[0].bias.fill_(0.5)  # whoever changes the start weights is heard
    start = {name: value.clone() for name, value in ours.model.state_dict().items()}
    after = {record.epoch: {n: v.clone() for n, v in ours.model.state_dict().items()} for record in ours.epochs()}
    assert_same_path(ours.snapshots.path, [(0, start), *((epoch, after[epoch]) for epoch in (1, 2, 3, 5, 8, 12))])


def test_the_path_of_a_training_holds_its_best_epoch():
    ours = trainer(learning_rate=0.3, schedule="constant", epochs=30)
    list(ours.epochs())
    assert ours.best_epoch not in (0, 1, 2, 3, 5, 8, 12, 18, 27, 30), "the best epoch is no milestone"
    path = dict(ours.path)
    assert list(path) == sorted({*epochs_of(ours.snapshots.path), ours.best_epoch})
    assert all(torch.equal(value, path[ours.best_epoch][name]) for name, value in ours.best_weights.items())


def test_the_path_of_a_training_that_diverged_ends_before_that():
    ours = trainer(optimizer="sgd", learning_rate=10.0, gradient_clip=0, epochs=200)
    records = list(ours.epochs())
    assert epochs_of(ours.path)[-1] == len(records)
    assert all(torch.isfinite(value).all() for _, weights in ours.path for value in weights.values())


def test_the_path_of_a_training_stopped_within_an_epoch_ends_with_the_epoch_before():
    ours, two = trainer(epochs=500, schedule="constant"), trainer(epochs=2, schedule="constant")
    calls = iter(range(100_000))
    list(ours.epochs(lambda: next(calls) >= 10))
    list(two.epochs())
    assert epochs_of(ours.path) == [0, 1, 2]
    assert_same_path(ours.path, two.path)
    assert all(torch.equal(value, ours.path[-1][1][name]) for name, value in ours.model.state_dict().items())


@pytest.mark.slow
def test_a_training_stopped_in_its_first_epoch_keeps_its_start_when_it_is_taken_up():
    ours = trainer()
    calls = iter(range(100))
    list(ours.epochs(lambda: next(calls) >= 2))
    fresh = trainer()
    load_checkpoint(fresh, save_checkpoint(ours))
    list(fresh.epochs())
    untouched = trainer()
    next(untouched.epochs())
    assert_same_path(fresh.path[:1], untouched.path[:1])


@pytest.mark.parametrize("cut", [1, 4, 5, 11])
def test_the_path_of_a_training_taken_up_again_equals_that_of_an_unbroken_one(cut):
    whole, broken, fresh = trainer(dropout=0.3), trainer(dropout=0.3), trainer(dropout=0.3)
    list(whole.epochs())
    for record in broken.epochs():
        if record.epoch == cut:
            break
    load_checkpoint(fresh, save_checkpoint(broken))
    list(fresh.epochs())
    assert_same_path(fresh.path, whole.path)


def test_training_further_lengthens_the_path():
    ours = trainer(epochs=4)
    list(ours.epochs())
    ours.extend(20)
    list(ours.epochs())
    assert epochs_of(ours.snapshots.path) == [0, 1, 2, 3, 5, 8, 12, 18, 24]


def test_a_checkpoint_from_before_there_were_snapshots_still_loads():
    ours = trainer(epochs=4)
    list(ours.epochs())
    old = {name: value for name, value in load(save_checkpoint(ours)).items() if not name.startswith("snapshots/")}
    fresh = trainer(epochs=4)
    load_checkpoint(fresh, save(old))
    assert fresh.snapshots.path == []
    fresh.extend(6)
    assert [record.epoch for record in fresh.epochs()] == [5, 6, 7, 8, 9, 10]
    assert epochs_of(fresh.snapshots.path) == [5, 8, 10]
