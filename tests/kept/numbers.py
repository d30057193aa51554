"""Numbers that a page shows, without its words; `python -m tests.kept.numbers` writes down those of all kept addresses.

A run or an address that somebody kept must show what it showed. Words may change and a page may show more, so each number is
looked for among those of today. Write them down anew only where an old one was wrong, and say so in the CHANGELOG.
"""

import base64
import json
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
from streamlit.testing.v1 import AppTest

from lstm_viz.paths import ROOT
from lstm_viz.ui.shell.server import patch_requests
from tests.runs.waiting import HANGS

HERE = Path(__file__).parent
ADDRESSES = tuple((HERE / "addresses.txt").read_text().split())
KEPT = HERE / "numbers.json"
NUMBER = re.compile(r"\d+(?:\.\d+)?")
RUNS = HERE / "data"
CHOICES = ("selectbox", "segmented_control", "toggle")


def open_kept(address: str) -> AppTest:
    """Open a kept address as the first one of a session."""
    page, _, query = address.partition("?")
    app = AppTest.from_file(str(ROOT / "lstm_viz" / "ui" / "router.py"), default_timeout=HANGS)
    for name, value in parse_qsl(query, keep_blank_values=True):
        app.query_params[name] = value
    return app.switch_page(str(ROOT / "pages" / f"{page}.py")).run()


def numbers_of(app: AppTest) -> dict[str, Any]:
    """Read the numbers of metrics, charts, settings and components."""
    components = [part.proto for part in app.get("bidi_component")]
    assert not app.exception
    assert [error.value for error in app.error] == [], app.error[0].value
    return {
        "metrics": sorted(short(float(number)) for metric in app.metric for number in NUMBER.findall(metric.value)),
        "charts": sorted(line for chart in app.get("plotly_chart") for line in lines_of(json.loads(chart.proto.spec))),
        "settings": sorted(short(one.value) for one in app.number_input if one.value is not None),
        "choices": sorted(str(one.value) for kind in CHOICES for one in app.get(kind)),
        "tables": {name: table for proto in components for name, table in tables_of(proto).items()},
        "components": sorted(
            short(number) for proto in components if proto.json for number in numbers_in(json.loads(proto.json))
        ),
    }


def lines_of(chart: dict[str, Any]) -> list[list[float]]:
    return [summary(values) for trace in chart["data"] if (values := decoded(trace.get("y", trace.get("x")))).size]


def decoded(values: Any) -> np.ndarray:
    if isinstance(values, dict):
        return np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"]).astype(float)
    return np.asarray([value for value in values or [] if isinstance(value, int | float)], float)


def tables_of(proto: Any) -> dict[str, list[float]]:
    """Summarise the tables that stand behind the header of a picture."""
    if not proto.bytes:
        return {}
    size = int.from_bytes(proto.bytes[:4], "little")
    places, numbers = json.loads(proto.bytes[4 : 4 + size])["arrays"], np.frombuffer(proto.bytes[4 + size :], "<f4")
    return {
        path: summary(numbers[start : start + rows * columns].astype(float))
        for path, (start, rows, columns) in places.items()
    }


def numbers_in(data: Any) -> list[float]:
    if isinstance(data, dict):
        return [number for value in data.values() for number in numbers_in(value)]
    if isinstance(data, list):
        return [number for value in data for number in numbers_in(value)]
    return [float(data)] if isinstance(data, int | float) and not isinstance(data, bool) else []


def summary(values: np.ndarray) -> list[float]:
    """How many numbers, their sum, and the sum of their sizes."""
    finite = values[np.isfinite(values)]
    return [values.size, short(finite.sum()), short(np.abs(finite).sum())]


def short(value: float) -> float:
    return float(f"{value:.6g}")


def missing(kept: Any, shown: Any) -> list[Any]:
    """Give what was kept and is no longer shown; what stood there twice must stand there twice."""
    if isinstance(kept, dict):
        return [(name, lost) for name, value in kept.items() if (lost := missing([value], [shown.get(name)]))]
    left, lost = list(shown), []
    for value in kept:
        place = next((place for place, other in enumerate(left) if alike(value, other)), None)
        if place is None:
            lost.append(value)
        else:
            left.pop(place)
    return lost


def alike(kept: Any, shown: Any) -> bool:
    """Whether two choices, numbers or summaries are the same, as far as every processor gives them."""
    if isinstance(kept, str):
        return bool(kept == shown)
    return np.shape(kept) == np.shape(shown) and np.allclose(kept, np.asarray(shown, float), rtol=1e-3, atol=1e-6)


def main() -> None:
    """Write down what every kept address shows."""
    patch_requests()
    with tempfile.TemporaryDirectory() as data:
        shutil.copytree(RUNS, data, dirs_exist_ok=True)
        os.environ["LSTM_VIZ_DATA"] = data
        kept = {address: numbers_of(open_kept(address)) for address in ADDRESSES}
    KEPT.write_text(json.dumps(kept, separators=(",", ":")).replace('"memory', '\n"memory') + "\n")


if __name__ == "__main__":
    main()
