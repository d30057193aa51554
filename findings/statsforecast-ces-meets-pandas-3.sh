#!/usr/bin/env bash
# statsforecast 2.0.1 meets pandas 3.1.1: AutoCES fits an array, and cannot be compiled for the same numbers in a data frame.
#
# From pandas 3 on, `Series.to_numpy()` gives a read-only view. The numba code of AutoCES writes into the array that it is
# handed, and numba tells read-only arrays from others by type: it refuses with a TypingError of more than fifty lines that
# speaks of `setitem` and not of the data. `StatsForecast(...).forecast(df=...)` hands on such a view, so that the package's
# own main door fails while `AutoCES().forecast(y=array)` works. A constant series gets through (it never reaches that code).
# Models beside it (AutoETS, AutoTheta, AutoARIMA) do not write and work from a frame.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet statsforecast==2.0.1 utilsforecast==0.2.17 fugue==0.9.4 pandas==3.1.1 numpy==2.4.6 numba==0.68.1
cd "$place"
"$place/venv/bin/python" - <<'EOF'
import numpy as np
import pandas as pd
from numba.core.errors import TypingError
from statsforecast import StatsForecast
from statsforecast.models import AutoCES, AutoETS

rng, month = np.random.default_rng(0), np.arange(72)
values = 100 + month + 20 * np.sin(2 * np.pi * month / 12) + rng.normal(0, 2, 72)
frame = pd.DataFrame({"unique_id": "a", "ds": pd.date_range("2000-01-01", periods=72, freq="MS"), "y": values})
print("writable:", values.flags.writeable, frame["y"].to_numpy().flags.writeable)
assert values.flags.writeable and not frame["y"].to_numpy().flags.writeable

print("array", AutoCES(season_length=12).forecast(y=values, h=2)["mean"])
print("frame", StatsForecast([AutoETS(season_length=12)], freq="MS").forecast(df=frame, h=1)["AutoETS"].tolist(), "(AutoETS)")
try:
    StatsForecast([AutoCES(season_length=12)], freq="MS").forecast(df=frame, h=2)
except TypingError as error:
    print("frame", type(error).__name__, len(str(error).splitlines()), "lines")
    assert "setitem" in str(error)
else:
    raise SystemExit("AutoCES takes a frame now")
flat = StatsForecast([AutoCES(season_length=12)], freq="MS").forecast(df=frame.assign(y=5.0), h=2)
assert flat["CES"].tolist() == [5.0, 5.0]
EOF
