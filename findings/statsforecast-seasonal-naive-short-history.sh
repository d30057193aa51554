#!/usr/bin/env bash
# statsforecast 2.0.1: SeasonalNaive, given less than one season, forecasts values of the wrong months with holes among them.
#
# Five months are known, January to May, and 12 is the season. There is no June to repeat, so an error, NaN throughout or
# the last value would all be fair. Seen for the 14 months from June on (January is 1, May is 5):
#     1  2  3  4  5  NaN NaN NaN NaN NaN NaN NaN  1  2
# June gets January's value, and the real next January (eighth place) is a hole. With exactly one season the forecast is
# right, but the asked 90 % interval has no width: nothing is known of the error, and it says that there is none.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet statsforecast==2.0.1 utilsforecast==0.2.17 fugue==0.9.4 pandas==3.1.1 numpy==2.4.6 numba==0.68.1
cd "$place"
"$place/venv/bin/python" - <<'EOF'
import numpy as np
from statsforecast.models import SeasonalNaive

months = np.arange(1.0, 6)
told = SeasonalNaive(season_length=12).forecast(y=months, h=14)["mean"]
print(told)
expected = np.concatenate([months, np.full(7, np.nan), [1.0, 2.0]])
assert np.array_equal(told, expected, equal_nan=True)

year = np.random.default_rng(0).normal(size=12)
answer = SeasonalNaive(season_length=12).forecast(y=year, h=12, level=[90])
print("width with one season", set(answer["hi-90"] - answer["lo-90"]))
assert np.array_equal(answer["mean"], year)
assert (answer["hi-90"] == answer["lo-90"]).all()
EOF
