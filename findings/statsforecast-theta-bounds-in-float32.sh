#!/usr/bin/env bash
# statsforecast 2.0.1: AutoTheta computes its point forecast in float64 and the bounds around it in float32.
#
# float32 has 24 bits: near 10 million it knows whole numbers only, near 100 million multiples of 8. All arrays that come
# out are float64 and do not show it. Seen, on one seasonal series (noise of standard deviation 2), less the level:
#     level           0   mean 175.375   90 % from 171.697 to 180.015
#     level 100,000,000   mean 170.750   90 % from 167.606 to 167.606
# An interval without width that does not even hold the forecast it belongs to, for numbers such as a country's GDP or a
# counter of bytes. Divide by a power of ten and subtract the mean before fitting, and undo both afterwards.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet statsforecast==2.0.1 utilsforecast==0.2.17 fugue==0.9.4 pandas==3.1.1 numpy==2.4.6 numba==0.68.1
cd "$place"
"$place/venv/bin/python" - <<'EOF'
import numpy as np
from statsforecast.models import AutoTheta

rng, month = np.random.default_rng(0), np.arange(72)
series = 100 + month + 20 * np.sin(2 * np.pi * month / 12) + rng.normal(0, 2, 72)
for level in (0.0, 1e8):
    answer = AutoTheta(season_length=12).forecast(y=series + level, h=3, level=[90])
    assert all(values.dtype == np.float64 for values in answer.values())
    mean, low, high = (answer[name] - level for name in ("mean", "lo-90", "hi-90"))
    print(f"level {level:.0f}: mean {mean.round(3)}, from {low.round(3)} to {high.round(3)}")
    if not level:
        assert (low < mean).all() and (mean < high).all() and (high - low > 5).all()
    else:
        assert (low == high).all(), (low, high)
        assert (high < mean).all(), (mean, high)
EOF
