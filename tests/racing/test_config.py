"""What can be raced, and what is said of it."""

import json
import math
from itertools import pairwise

import pytest

from lstm_viz.errors import SettingsError
from lstm_viz.racing.config import (
    RACE_TASKS,
    TASKS,
    RaceConfig,
    RaceRecord,
    ending_sentence,
    solved_at,
    status_of,
    usual_config,
)


def record(update, test_loss=0.1, accuracy=0.5):
    return RaceRecord(update, 0.2, test_loss, accuracy, 1.0, update / 100, (-3.0, -1.0), 100.0)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"task": "chess"}, "task"),
        ({"length": 1}, "length"),
        ({"length": 501}, "length"),
        ({"task": "copy", "length": 10}, "length"),
        ({"task": "counting", "length": 2}, "length"),
        ({"hidden_size": 129}, "hidden_size"),
        ({"cells": ()}, "cells"),
        ({"cells": ("rnn", "rnn")}, "cells"),
        ({"cells": ("transformer",)}, "cells"),
        ({"forget_bias": math.nan}, "forget_bias"),
        ({"learning_rate": 0.0}, "learning_rate"),
        ({"batch_size": 0}, "batch_size"),
        ({"updates": 9}, "updates"),
        ({"updates": 20_001}, "updates"),
        ({"gradient_clip": -1.0}, "gradient_clip"),
        ({"seed": -1}, "seed"),
        ({"initialization": "magic"}, "initialization"),
    ],
)
def test_what_cannot_be_raced_is_refused_by_name(values, named):
    with pytest.raises(SettingsError, match=f"^`{named}` "):
        RaceConfig(**values)


@pytest.mark.parametrize("task", TASKS)
def test_config_survives_json(task):
    config = RaceConfig(task=task, cells=("lstm", "rnn"), forget_bias=-1.5, seed=7)
    assert RaceConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


@pytest.mark.parametrize("task", TASKS)
def test_what_is_usual_for_a_task_can_be_raced_and_says_only_what_differs(task):
    usual, default = RACE_TASKS[task].usual, RaceConfig(task=task).to_dict()
    config = usual_config(task).to_dict()
    assert {name: value for name, value in config.items() if value != default[name]} == usual


def test_an_unknown_task_gives_the_settings_of_the_first():
    assert usual_config("<b>") == RaceConfig()


def test_record_survives_json():
    for gradient in ((-3.25, -1.0), None):
        there = RaceRecord(10, 0.1 + 0.2, 1e-9, 1.0, 3.0, 0.5, gradient, 99.5)
        assert RaceRecord.from_dict(json.loads(json.dumps(there.to_dict()))) == there


@pytest.mark.parametrize("task", TASKS)
def test_every_task_is_explained_in_sentences(task):
    about = RACE_TASKS[task]
    assert about.key == task
    for sentence in (about.meaning, about.accuracy, about.because):
        assert sentence[0].isupper()
        assert sentence.endswith(".")


def test_gradient_steps_run_from_the_first_to_the_last_and_are_at_most_sixty():
    assert RaceConfig(length=50).gradient_steps == tuple(range(1, 51))
    assert RaceConfig(task="digits").gradient_steps == tuple(range(1, 9))
    for length in (60, 61, 500):
        steps = RaceConfig(length=length).gradient_steps
        gaps = {later - step for step, later in pairwise(steps)}
        assert (len(steps), steps[0], steps[-1]) == (60, 1, length)
        assert max(gaps) - min(gaps) <= 1


def test_solved_means_two_records_in_a_row_and_counts_from_the_first():
    config = RaceConfig()
    once = [record(10, 0.005), record(20, 0.02), record(30, 0.009), record(40, 0.02)]
    assert solved_at(config, once) is None
    assert solved_at(config, [*once, record(50, 0.01), record(60, 0.001), record(70, 0.5)]) == 50


def test_accuracy_decides_where_symbols_are_named():
    config = RaceConfig(task="recall")
    assert solved_at(config, [record(10, 9.0, 0.99), record(20, 9.0, 1.0)]) == 10
    assert solved_at(config, [record(10, 0.0, 0.98), record(20, 0.0, 1.0)]) is None


def test_every_end_is_told_in_a_sentence():
    config = RaceConfig(updates=20)
    assert (status_of(config, [record(10)], False), ending_sentence(config, [record(10)], False)) == ("racing", "")
    used_up = [record(10), record(20)]
    assert (status_of(config, used_up, False), ending_sentence(config, used_up, False)) == (
        "unsolved",
        "Not solved within 20 updates.",
    )
    solved = [record(10, 0.0), record(20, 0.0)]
    assert (status_of(config, solved, False), ending_sentence(config, solved, False)) == (
        "solved",
        "Solved after 10 updates, 0.1 s of training.",
    )
    assert status_of(config, [record(10)], True) == "diverged"
    assert ending_sentence(config, [record(10)], True) == "The loss left the range of numbers after update 10."
    assert ending_sentence(config, [], True) == "The loss left the range of numbers after update 0."
