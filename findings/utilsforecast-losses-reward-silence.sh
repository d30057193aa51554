#!/usr/bin/env bash
# utilsforecast 0.2.17: a step that is hard to score is left out, and the model that was wrong there gets a better score.
#
# `mape` divides by the actual value. Where that is zero, scikit-learn answers with an astronomical number; here the step
# vanishes from numerator and count alike. `mae` and `rmse` do the same with steps that a model did not forecast at all. Seen:
#     actual 0, 1, 2 and forecast 5, 1, 2              mape 0.0, a perfect score
#     actual 1, 2, 3 and forecast 1, missing, missing  mae 0.0, rmse 0.0
#     a series that `train_df` of mase does not hold   no row for it, so that its error is missing from any mean
#     a forecast without any error, constant training  mase NaN, while the same with one error is infinite
# smape is halved beside: from 0 to 1, where the literature has 0 to 200 %. Look for missing forecasts before scoring.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet utilsforecast==0.2.17 pandas==3.1.1 numpy==2.4.6
cd "$place"
"$place/venv/bin/python" - <<'EOF'
import warnings
import numpy as np
import pandas as pd
from utilsforecast.losses import mae, mape, mase, rmse, smape

warnings.simplefilter("ignore", RuntimeWarning)  # of the division; the losses give none of their own


def frame(actual: list[float], forecast: list[float], series: str = "a") -> pd.DataFrame:
    return pd.DataFrame({"unique_id": series, "ds": range(len(actual)), "y": np.array(actual, float), "m": np.array(forecast, float)})


def score(loss, actual: list[float], forecast: list[float]) -> float:
    return float(loss(frame(actual, forecast), ["m"])["m"].iloc[0])


zero = score(mape, [0, 1, 2], [5, 1, 2])
silent = score(mae, [1, 2, 3], [1, np.nan, np.nan]), score(rmse, [1, 2, 3], [1, np.nan, np.nan])
print("mape", zero, "mae and rmse", silent, "smape of opposite signs", score(smape, [1], [-1]))
assert zero == 0.0 and silent == (0.0, 0.0) and score(smape, [1], [-1]) == 1.0

training = frame([1, 2, 1, 2], [0, 0, 0, 0])[["unique_id", "ds", "y"]]
two = pd.concat([frame([3, 4], [3, 4]), frame([3, 4], [90, 90], "b")])
rows = mase(two, ["m"], 1, training)
print("mase", rows.to_dict("records"))
assert rows["unique_id"].tolist() == ["a"] and rows["m"].tolist() == [0.0]

flat = training.assign(y=5.0)
perfect, imperfect = (float(mase(frame([5, 5], told), ["m"], 1, flat)["m"].iloc[0]) for told in ([5, 5], [5, 6]))
print("constant training", perfect, imperfect)
assert np.isnan(perfect) and np.isinf(imperfect)
EOF
