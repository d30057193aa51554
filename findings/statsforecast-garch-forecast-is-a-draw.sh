#!/usr/bin/env bash
# statsforecast 2.0.1: the point forecast of GARCH and ARCH is one random path, and it does not depend on the series' level.
#
# These models say how far values scatter around a mean of zero; what they expect is zero at every step, and papers draw a
# flat line with a funnel. The column `mean` here holds random draws, always from the same seed, times the standard
# deviation found. Seen, GARCH(1,1) on 300 independent values of standard deviation 2:
#     around 0     2.98  -1.25  -0.97  -1.87   1.58
#     around 50    3.00  -1.13  -0.97  -1.98   1.60
# A benchmark that scores this column against other models measures a die. Subtract the mean first, forecast it for every
# step, and take nothing but the width from here.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet statsforecast==2.0.1 utilsforecast==0.2.17 fugue==0.9.4 pandas==3.1.1 numpy==2.4.6 numba==0.68.1
cd "$place"
"$place/venv/bin/python" - <<'EOF'
import numpy as np
from statsforecast.models import ARCH, GARCH

noise = np.random.default_rng(1).normal(0, 2, 300)
for model in (GARCH(1, 1), ARCH(1)):
    around_zero = model.forecast(y=noise, h=200)["mean"]
    again = model.forecast(y=noise, h=200)["mean"]
    around_fifty = model.forecast(y=noise + 50, h=5)["mean"]
    print(type(model).__name__, around_zero[:5].round(2), "scatter", around_zero.std().round(2), "around 50:", around_fifty.round(2))
    assert (around_zero == again).all()
    assert around_zero[0] > 2 and around_zero[1] < 0, around_zero
    assert around_zero.std() > 1, "a conditional mean would not scatter like the series itself"
    assert (around_fifty < 40).any(), around_fifty
EOF
