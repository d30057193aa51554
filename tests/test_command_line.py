"""`python -m lstm_viz`: one JSON object or one sentence, and an exit code that tells which."""

import json

import pytest

from tests.commands.running import AIRLINE, FASTER, assert_refused, run, run_process


@pytest.mark.slow
def test_only_the_report_is_on_stdout_and_progress_is_on_stderr():
    done = run_process("forecast", AIRLINE, "--json", *FASTER)
    assert done.returncode == 0
    report = json.loads(done.stdout)
    here = json.loads(run("forecast", AIRLINE, "--json", *FASTER).stdout)
    assert report["forecast"] == here["forecast"], "another process gives the same numbers to the last digit"
    assert "Training" in done.stderr
    assert "Warning" not in done.stderr


@pytest.mark.parametrize("command", ["forecast", "check"])
def test_places_that_are_no_file_are_refused_in_one_sentence(command, tmp_path):
    assert_refused(run(command, str(tmp_path / "missing.csv")), "missing.csv")
    assert_refused(run(command, str(tmp_path)), "cannot be read")
    assert_refused(run(command, str(tmp_path / "line\nbreak.csv")), "break.csv")
    assert_refused(run(command), "FILE")


def test_a_file_without_end_is_refused():
    assert_refused(run("check", "/dev/zero"), "too large")


@pytest.mark.slow
def test_a_refusal_leaves_a_real_process_with_one_line_and_code_two():
    done = run_process("forecast", "missing.csv", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


def test_without_a_command_the_help_is_shown():
    assert run("--help").exit_code == 0
    assert "forecast" in run("--help").stdout
    assert run().exit_code == 2
    assert_refused(run("frobnicate"), "frobnicate")


def test_every_command_explains_all_of_its_options():
    for command in ("check", "forecast", "gradients", "race", "trace"):
        assert run(command, "--help").exit_code == 0
