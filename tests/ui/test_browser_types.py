"""What Python sends is what `assets/types.d.ts` says: TypeScript reads real payloads as literals of those types.

A field that Python sends and nobody wrote down is an error too.
"""

import json
import os
import subprocess
import sys
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from lstm_viz.anatomy.inputs_outputs import agreements
from lstm_viz.figures.theme import PALETTES
from lstm_viz.lessons.misconceptions import MYTHS
from lstm_viz.lessons.worked_example import Example, work_out
from lstm_viz.runs.summary import RunSummary
from lstm_viz.scenes.gradient_bytes import flow_bytes
from lstm_viz.scenes.gradient_request import FlowRequest
from lstm_viz.scenes.overview import Search, overview_bytes, survey_lane
from lstm_viz.scenes.step_bytes import scene_bytes
from lstm_viz.scenes.step_request import FORECAST, UNTRAINED, StepRequest
from lstm_viz.scenes.step_scene import build_scene
from lstm_viz.ui.classify.reader import SequenceReading, matrix_data, reading_data
from lstm_viz.ui.layer import counts as count_panel
from lstm_viz.ui.layer import diagram as layer_map
from lstm_viz.ui.layer import worked as worked_page
from lstm_viz.ui.layer.settings import LayerRequest, LayerSettings
from lstm_viz.ui.runs.state import row_of
from lstm_viz.ui.shared.tours import home_film

ROOT = Path(__file__).resolve().parents[2]
TEXT = "to be or not to be"


def header_of(data: bytes) -> dict[str, object]:
    return json.loads(data[4 : 4 + int.from_bytes(data[:4], "little")])


def overview(request: StepRequest, search: Search | None = None) -> dict[str, object]:
    scene = build_scene(request)
    return header_of(
        overview_bytes(scene, {lane.cell: survey_lane(request, lane.cell) for lane in scene.lanes}, search)
    )


def reading(picture: bool) -> dict[str, object]:
    chances = np.full((4, 3), 1 / 3)
    values = np.array([[0.0, np.nan]] * 4)
    names = ("a", "b", "c")
    data = reading_data(SequenceReading(values, picture, names, chances, np.arange(1, 5), ("x", "y"), 1, "one"))
    return {**data, "key": "reader", "about": "it", "palettes": PALETTES}


def payloads() -> list[tuple[str, object]]:
    layer = LayerSettings(LayerRequest(), LayerRequest())
    untrained = StepRequest(source=UNTRAINED, text=TEXT, cells=("lstm", "gru", "rnn"), hidden_size=4)
    run = RunSummary(
        "k", "one", "a file", "y", "lstm", "3 days", datetime.now(UTC), "finished", "done", None, 0.9, "better"
    )
    worked = SimpleNamespace(worked=work_out(Example()), typed={}, errors={})
    myth = {"key": MYTHS[0].key, "claim": MYTHS[0].claim}
    evidence = {"figures": [{"words": "it is", "value": 1.0, "text": "1"}], "method": "measured"}
    return [
        ("StepHeader", header_of(scene_bytes(build_scene(untrained)))),
        ("StepHeader", header_of(scene_bytes(build_scene(StepRequest(source=FORECAST))))),
        ("OverviewHeader", overview(replace(untrained, cells=("rnn",)))),
        ("FlowHeader", header_of(flow_bytes(FlowRequest(length=12, hidden_size=4, seeds=2)))),
        (
            "LayerMapData",
            {
                **layer_map.describe(layer.model_config, layer.run, agreements(layer.model(), layer.run)),
                "shown": "torch",
            },
        ),
        ("WorkedData", worked_page.describe(worked)),
        ("TallyData", count_panel.describe(layer.model_config, layer.run, layer.model(), layer.stack)),
        (
            "MythsData",
            {
                "cards": [myth, {**myth, "truth": "", "wrong": "", "right": "", "evidence": evidence}],
                "palettes": PALETTES,
            },
        ),
        ("RunFacts", row_of(run, datetime.now(UTC))),
        ("MatrixData", {**matrix_data(np.array([[3, 1], [0, 2]]), ("a", "b")), "chosen": [0, 1], "palettes": PALETTES}),
        ("ReadingData", reading(picture=True)),
        ("ReadingData", reading(picture=False)),
        ("FilmData", {"film": home_film(), "height": 660, "palettes": PALETTES}),
        ("Term", asdict(next(iter(worked_page.GLOSSARY.values())))),
    ]


@pytest.mark.slow
def test_payloads_have_the_types_that_the_browser_code_relies_on(tmp_path):
    lines = [f"export const p{place}: {kind} = {json.dumps(data)};" for place, (kind, data) in enumerate(payloads())]
    (tmp_path / "payloads.ts").write_text("\n".join(lines))
    bin_, tools = Path(sys.prefix) / "bin", Path(sys.prefix) / "node_modules/.bin"
    found = subprocess.run(
        ["tsc", "--noEmit", "--strict", "--allowJs", "--target", "es2024", ROOT / "assets/types.d.ts", "payloads.ts"],
        env={**os.environ, "PATH": os.pathsep.join([str(tools), str(bin_), os.environ["PATH"]])},
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert found.stdout == ""
    assert found.returncode == 0
