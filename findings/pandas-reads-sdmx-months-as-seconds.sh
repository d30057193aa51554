#!/usr/bin/env bash
# pandas 3.1.1: to_datetime takes the reporting periods of SDMX for clocks and days.
#
# SDMX 2.1 (section 6, 4.2.6) writes a month as 2020-M02, a third of a year as 2020-T2, a quarter as 2020-Q3. Seen:
#     to_datetime(["2020-M01", "2020-M02", "2020-M03"])   the first second, second and third of 2020
#     to_datetime("2020-T2")    1 February 2020; the second third of 2020 begins in May
#     to_datetime("2020-Q3")    1 July 2020, which is right
#     to_datetime("2,019")      19 February of the year 1; a spreadsheet's year with its separator
#     2020-W05, 2020-S1, 2020-A1, 2019-D005   raise, which one notices
# A column brings the usual warning that no format could be inferred, and no error; a single cell brings neither. A monthly
# series of a central bank becomes one of seconds within a minute, evenly spaced, so that nothing looks wrong.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet pandas==3.1.1 numpy==2.4.6
"$place/venv/bin/python" - <<'EOF'
import warnings

import pandas as pd

with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    months = pd.to_datetime(pd.Series(["2020-M01", "2020-M02", "2020-M03"]))
assert [str(one.message)[:22] for one in told] == ["Could not infer format"]
print("months", months.tolist())
assert months.tolist() == [pd.Timestamp(f"2020-01-01 00:00:0{second}") for second in (1, 2, 3)]
seen = {text: pd.to_datetime(text) for text in ("2020-T2", "2020-Q3", "2,019")}
print(seen)
assert seen == {"2020-T2": pd.Timestamp("2020-02-01"), "2020-Q3": pd.Timestamp("2020-07-01"), "2,019": pd.Timestamp("0001-02-19")}
for text in ("2020-W05", "2020-S1", "2020-A1", "2019-D005"):
    try:
        pd.to_datetime(text)
    except ValueError:
        continue
    raise AssertionError(f"{text} is read now")
EOF
