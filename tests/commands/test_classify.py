"""`python -m lstm_viz classify`: digits by default, files of one's own, presets, and one sentence for what cannot be."""

import json

import numpy as np
import pytest

from lstm_viz.sequences.labelled.mnist import write_idx
from tests.commands.running import assert_refused, run

FAST = ["--sizes", "8", "--epochs", "2"]


@pytest.fixture
def idx(tmp_path):
    """Four IDX files of small pictures: a bright row that stands high, in the middle or low."""
    rng = np.random.default_rng(0)
    options = []
    for flag, count in (("", 240), ("test-", 60)):
        labels = (np.arange(count) % 3).astype(np.uint8)
        pictures = rng.integers(0, 60, (count, 6, 4)).astype(np.uint8)
        pictures[np.arange(count), labels * 2] = 250
        for kind, array in (("images", pictures), ("labels", labels)):
            path = tmp_path / f"{flag}{kind}.gz"
            path.write_bytes(write_idx(array, packed=True))
            options += [f"--{flag}{kind}", str(path)]
    return options


def test_digits_are_the_default_and_the_json_tells_all():
    done = run("classify", *FAST, "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["data"]["train"] + told["data"]["validation"], told["data"]["test"]) == (1348, 449)
    assert told["config"]["sizes"] == [8]
    assert told["parameters"] == 4 * (8 * 8 + 8 * 8 + 2 * 8) + 8 * 10 + 10
    assert np.sum(told["test"]["confusion"]) == 449
    assert told["test"]["accuracy"] == pytest.approx(np.trace(told["test"]["confusion"]) / 449)
    assert list(told["test"]["accuracy_by_step"]) == [str(step) for step in range(1, 9)]


def test_table_says_what_it_is_compared_with():
    done = run("classify", *FAST)
    assert "Test accuracy" in done.stdout
    assert "most frequent class gives 11.1%" in done.stdout


@pytest.mark.slow
def test_idx_files_with_a_preset_report_every_100_updates(idx):
    done = run("classify", *idx, "--preset", "keras-mnist-rows", "--batch-size", "2", "--updates", "250", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert [one["update"] for one in told["progress"]] == [100, 200]
    assert told["config"]["sizes"] == [75]
    assert told["config"]["training"]["learning_rate"] == 0.001
    assert told["test"]["accuracy"] > 0.9
    assert told["data"]["steps"] == 6


@pytest.mark.slow
def test_updates_end_training_wherever_the_epoch_stands(idx):
    few, more = (
        json.loads(run("classify", *idx, "--sizes", "8", "--batch-size", "8", "--updates", updates, "--json").stdout)
        for updates in ("3", "200")
    )
    assert few["progress"] == []
    assert more["test"]["accuracy"] > few["test"]["accuracy"]


def test_test_after_some_updates_is_that_of_the_last_of_them():
    """1,213 digits in batches of 32 make 38 updates an epoch: 100 end in the middle of the third."""
    told = json.loads(run("classify", "--sizes", "8", "--batch-size", "32", "--updates", "100", "--json").stdout)
    assert told["test"]["accuracy"] == told["progress"][-1]["test_accuracy"]


def test_table_of_ones_own(tmp_path):
    rows = "".join(f"{'up' if n % 2 else 'down'}\t{n}\t{n + (3 if n % 2 else -3)}\n" for n in range(40))
    path = tmp_path / "lines.tsv"
    path.write_text(rows)
    told = json.loads(run("classify", "--data", str(path), *FAST, "--json").stdout)
    assert told["data"]["classes"] == ["down", "up"]
    assert told["data"]["findings"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--images", "x.gz"], "--images alone cannot be used"),
        (["--test", "x.csv"], "--test alone"),
        (["--data", "nowhere.csv"], "nowhere.csv"),
        (["--sizes", "eight"], "`sizes`"),
        (["--sizes", "8,0"], "`sizes`"),
        (["--learning-rate", "100"], "`learning_rate`"),
    ],
)
def test_what_cannot_be_gets_one_sentence(arguments, words):
    assert_refused(run("classify", *arguments), words)


def test_swapped_files_get_one_sentence(idx):
    swapped = [idx[0], idx[3], idx[2], idx[1]]
    done = run("classify", *swapped, *FAST)
    assert done.exit_code in (0, 2), "found by what is in them, or refused"
