"""`python -m lstm_viz`: one JSON object or one sentence, and an exit code that tells which."""

import json
import subprocess
import sys
from typing import get_args

import pytest

from lstm_viz.__main__ import COMMANDS
from lstm_viz.tables import ROW_NUMBER, DateOrder
from tests.commands.running import AIRLINE, FASTER, ROOT, assert_refused, run, run_process

HEAVY = ("torch", "pandas", "plotly", "streamlit", "scipy", "sklearn", "matplotlib", "distributed", "statsforecast")
SAY_WHAT_WAS_IMPORTED = """
import sys
from lstm_viz.__main__ import main
try:
    main(sys.argv[2:], prog_name="lstm_viz")
except SystemExit as end:
    found = [name for name in sys.argv[1].split(",") if name in sys.modules]
    sys.exit(f"imported: {found}" if found or end.code else 0)
"""


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
    for command in COMMANDS:
        assert run(command, "--help").exit_code == 0


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_shown_without_importing_what_computes(command):
    arguments = [*filter(None, [command]), "--help"]
    script = [sys.executable, "-c", SAY_WHAT_WAS_IMPORTED, ",".join(HEAVY), *arguments]
    done = subprocess.run(script, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Usage: lstm_viz" in done.stdout


def test_help_names_the_orders_of_dates_and_the_number_of_the_row_as_the_reader_does():
    told = " ".join(run("check", "--help").stdout.split())
    *first, last = get_args(DateOrder)
    assert f"Order of day, month and year: {', '.join(first)} or {last}." in told
    assert f'or "{ROW_NUMBER}"' in told
