"""Every benchmark can be taken: `make bench QUICK=1`, and the accuracy benchmark without the packages of its peers."""

import json
import math
import os
import subprocess
import sys
from functools import partial

import numpy as np
import pytest

from tests.benchmarks.forecasting import measured, table
from tests.benchmarks.forecasting.methods import Method
from tests.benchmarks.forecasting.ours import recipe
from tests.benchmarks.forecasting.peers import BASE, peer
from tests.benchmarks.forecasting.scoring import measure
from tests.benchmarks.forecasting.series import PublicSeries
from tests.browser.server import ROOT

pytestmark = pytest.mark.slow
FIGURES = {
    "help_processor_s",
    "forecast_help_processor_s",
    "cell_loop_over_trace_lstm",
    "trace_over_bare_forward_lstm",
    "trace_long_lstm_ms",
    "tracking_ms",
    "autograd_over_gradients_lstm",
    "gradients_5000_steps_lstm_ms",
    "autograd_over_jacobians_lstm",
    "sensitivity_100x100_lstm_ms",
    "scene_payload_bytes",
    "scene_from_text_to_bytes_ms",
    "watched_training_over_bare_loop_airline_passengers",
    "watched_training_over_bare_loop_sunspots",
    "server_start_ms",
    "key_to_frame_ms",
    "playing_at_30_steps_per_second",
    "seed_to_drawn_ms",
    "what_if_ms",
    "forget_bias_to_drawn_ms",
    "page_load_to_interactive_ms",
    "forecast_page_rerun_ms",
    "click_to_first_point_ms",
    "redraws_per_second",
    "click_while_training_ms",
}


@pytest.mark.timeout(900)
def test_every_figure_can_be_taken():
    command = [sys.executable, "-m", "tests.benchmarks"]
    environment = {**os.environ, "QUICK": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=800, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    figures = [json.loads(line) for line in done.stdout.splitlines()]
    assert {figure["name"] for figure in figures} == FIGURES
    for figure in figures:
        assert figure["unit"] in ("ms", "s", "1/s", "ratio", "bytes")
        assert math.isfinite(figure["value"])
        assert figure["value"] >= 0


def test_accuracy_is_measured_and_told_without_the_packages_of_its_peers():
    rows = np.arange(40.0)
    series = PublicSeries("datasets", "made", "value", 4, 20 + rows + 3 * np.sin(rows * np.pi / 2))
    peers = [Method(name, partial(peer, name)) for name in ("Naive", BASE)]
    scores = measure([series], [recipe("rnn", 0), *peers])
    assert scores.groupby("method")["mase"].count().to_dict() == {"RNN/0": 4, "Naive": 4, BASE: 4}
    text = "\n".join(table.text("choosing", scores, measured.labels()))
    assert "datasets::made" in text
    lines = [json.loads(line) for line in table.json_lines("choosing", scores, ["RNN/0"])]
    assert [line["name"] for line in lines] == ["forecast_choosing_series", *["forecast_choosing_relative_mase"] * 3]
    assert lines[0][BASE] == 1
