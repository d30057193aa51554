#!/usr/bin/env bash
# sktime 1.2.0: reading a .tsf file moves each series to the next round date, by up to a year.
#
# .tsf (Monash) gives a series one start and a frequency: `T1:2020-01-31 00-00-00:1,2,3` under `@frequency monthly` is
# January, February, March, stamped by last days. The loader makes the index with an anchored pandas frequency that begins at the
# first anchor *after* the start, so that values keep their order and get the next period's name. Seen for that start:
#     monthly     first value stamped 2020-02-01   January's value is February's
#     quarterly   first value stamped 2020-04-01
#     yearly      first value stamped 2021-01-01   eleven months late
#     weekly      first value stamped 2020-02-02   a Friday became a Sunday
#     daily       first value stamped 2020-01-31   right
# Two series that start on 31 January and 1 February land on the same date. aeon 1.6.0 leaves start and values apart
# and moves nothing.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet sktime==1.2.0 pandas==3.0.6 numpy==2.3.5
cd "$place"
"$place/venv/bin/python" - <<'EOF'
import warnings
from sktime.datasets import load_tsf_to_dataframe

warnings.simplefilter("ignore", FutureWarning)
FILE = """@relation small
@attribute series_name string
@attribute start_timestamp date
@frequency {frequency}
@horizon 2
@missing false
@equallength true
@data
T1:{start} 00-00-00:1,2,3
"""


def first_stamp(frequency: str, start: str) -> str:
    with open("small.tsf", "w") as file:
        file.write(FILE.format(frequency=frequency, start=start))
    frame, facts = load_tsf_to_dataframe("small.tsf")
    assert frame["series_value"].tolist() == [1, 2, 3] and facts["frequency"] == frequency
    stamp = str(frame.index.get_level_values("timestamp")[0])[:10]
    print(f"{frequency:9} starts {start}, first value stamped {stamp}")
    return stamp


seen = {name: first_stamp(name, "2020-01-31") for name in ("monthly", "quarterly", "yearly", "weekly", "daily")}
assert seen == {
    "monthly": "2020-02-01",
    "quarterly": "2020-04-01",
    "yearly": "2021-01-01",
    "weekly": "2020-02-02",
    "daily": "2020-01-31",
}
assert first_stamp("monthly", "2020-02-01") == seen["monthly"]
EOF
