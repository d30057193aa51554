#!/usr/bin/env bash
# statsforecast 2.0.1: adding a constant to a series leaves AutoARIMA's forecast where it was and makes its interval wider
# without limit, as soon as the model takes differences.
#
# Differencing removes a constant, so a random walk with steps of standard deviation 1 has a 90 % interval of about
# 2 · 1.645 = 3.3 one step ahead, wherever it stands. Seen, for the very same steps:
#     level         0   ARIMA(0,1,0) with drift   width     3.2
#     level    10,000   ARIMA(0,1,0) with drift   width     4.9
#     level   100,000   ARIMA(0,1,0) with drift   width    37.4
#     level 1,000,000   ARIMA(0,1,0) with drift   width   372.5
# The point forecast moves by the constant and by nothing else, and no warning is given. Subtract the last value of such
# a series before fitting, and add it to the forecast and to both bounds.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet statsforecast==2.0.1 utilsforecast==0.2.17 fugue==0.9.4 pandas==3.1.1 numpy==2.4.6 numba==0.68.1
cd "$place"
"$place/venv/bin/python" - <<'EOF'
import numpy as np
from statsforecast.arima import arima_string
from statsforecast.models import AutoARIMA

steps = np.random.default_rng(0).normal(1, 1, 80)
walk = np.cumsum(steps)
widths = {}
for level in (0, 10_000, 100_000, 1_000_000):
    model = AutoARIMA().fit(walk + level)
    answer = model.predict(h=1, level=[90])
    low, high, mean = (float(np.asarray(answer[name]).ravel()[0]) for name in ("lo-90", "hi-90", "mean"))
    widths[level] = high - low
    print(f"level {level:>9,}  {arima_string(model.model_).strip()}  moved {mean - level - walk[-1]:.2f}  width {high - low:.1f}")
    assert "(0,1,0)" in arima_string(model.model_)
    assert abs(mean - level - walk[-1] - steps.mean()) < 0.05
assert 3 < widths[0] < 4, widths
assert widths[100_000] > 10 * widths[0], widths
assert widths[1_000_000] > 100 * widths[0], widths
EOF
