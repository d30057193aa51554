"""`python -m lstm_viz race`: a table or one JSON object, and one sentence for what cannot be raced."""

import json

import pytest
from click.testing import CliRunner

from lstm_viz.__main__ import main

QUICK = ["--length", "8", "--hidden", "4", "--updates", "20"]


def run(*arguments):
    return CliRunner().invoke(main, ["race", *arguments], prog_name="lstm_viz")


def test_table_has_a_row_for_each_cell_and_says_what_solved_means():
    lines = run(*QUICK).stdout.splitlines()
    assert lines[0].startswith("Adding, 8 steps. Solved: a mean squared error of at most 0.01")
    assert "0.1667" in lines[0]
    assert [line.split()[0] for line in lines[1:]] == ["cell", "rnn", "gru", "lstm"]
    assert len({len(line) for line in lines[1:]}) == 1


def test_json_is_one_object_with_config_and_numbers():
    report = json.loads(run(*QUICK, "--task", "recall", "--cells", "lstm", "--seed", "3", "--json").stdout)
    assert report["config"]["task"] == "recall"
    assert report["config"]["seed"] == 3
    assert report["chance"] == pytest.approx(1.3863, abs=1e-4)
    (lstm,) = report["racers"].values()
    assert lstm["updates"] == 20
    assert 0 <= lstm["accuracy"] <= 1
    assert lstm["status"] == "unsolved" or lstm["solved_at"]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [(("--cells", "transformer"), "cells"), (("--cells", ""), "cells"), (("--length", "1"), "length")],
)
def test_what_cannot_be_raced_is_one_sentence_and_exit_code_two(arguments, named):
    done = run(*arguments)
    assert done.exit_code == 2
    assert f"`{named}`" in done.stderr
    assert done.stderr.count("\n") == 1
