#!/usr/bin/env bash
# streamlit 1.67.0: `st.cache_data` takes two pandas objects for the same one when only names inside them differ.
#
# The key of a Series is made of values, index and dtype. Its name is left out, and so are the names of the index and of the axis
# of columns, and `attrs`. A cached function that labels anything by them answers with the label of whoever asked first. Seen:
#     describe(Series([1, 2], name="price"))     price
#     describe(Series([1, 2], name="volume"))    price
#     columns of a DataFrame, dtypes, time zones, resolutions: in the key, and told apart
# On a server, "who asked first" is another visitor. Pass the name as an argument of its own.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet streamlit==1.67.0 pandas==3.1.1 numpy==2.4.6
cd "$place"
"$place/venv/bin/python" - <<'EOF'
import logging
import pandas as pd

logging.disable(logging.WARNING)  # that no page is being run
import streamlit as st


@st.cache_data
def described(values: pd.Series | pd.DataFrame) -> str:
    return f"{values.name if isinstance(values, pd.Series) else list(values)} by {values.index.name} {values.attrs}"


first, second = pd.Series([1, 2], name="price"), pd.Series([1, 2], name="volume")
print(described(first), "|", described(second))
assert described(first) == described(second) == "price by None {}"
by_day = pd.DataFrame({"a": [1]}, index=pd.Index([0], name="day"))
by_week = by_day.rename_axis(index="week")
by_week.attrs["unit"] = "kg"
print(described(by_day), "|", described(by_week))
assert described(by_day) == described(by_week) == "['a'] by day {}"
assert described(by_day.rename(columns={"a": "b"})) != described(by_day)
assert described(first.astype(float).rename("rate")).startswith("rate")
EOF
