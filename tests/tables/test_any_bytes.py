"""Whatever the bytes are, they give a table and a series, or one sentence."""

import io
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lstm_viz.errors import LSTMVizError
from lstm_viz.tables import SAMPLES, Reading, describe_table, make_series, read_table, sample_bytes

pytestmark = pytest.mark.slow

CELLS = st.sampled_from(
    [
        *("", " ", "1", "0", "-2.5", "1,5", "1.234,5", "$5", "inf", "1e400", "1e308", "-1e308", "9" * 20, "NA", "a"),
        *("1871", "1577836800", "2020-01-01", "31.12.1988", "12/31/88", "1990Q3", "Jan 1949", "2020-01-01T00:00:00Z"),
        *("0001-01-01", "9999-12-31", "2020-01-01 25:61", "00/00/0000", "2020-02-30", "2020-W60", "Jan"),
        *('"', "\u202e", "\ud7ff", "=1+1"),
    ]
)
ROWS = st.lists(st.lists(CELLS, min_size=0, max_size=4), min_size=0, max_size=12)
FUZZ = settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


READINGS = st.builds(
    Reading,
    encoding=st.sampled_from([None, "utf-8", "utf-16", "gb18030", "cp949", "cp1252", "iso2022_jp", "utf-7", "hz"]),
    delimiter=st.sampled_from([None, ",", ";", " ", "", "|"]),
    decimal=st.sampled_from([None, ".", ","]),
    header=st.sampled_from([None, 0, 1, 2, 5]),
    sheet=st.sampled_from([None, "Data"]),
    date_order=st.sampled_from([None, "dmy", "mdy", "ymd"]),
    missing=st.sampled_from([(), ("0", "x")]),
)


def check(data: bytes, name: str = "x.csv", reading: Reading = Reading()) -> None:
    try:
        table = read_table(data, name, reading)
    except LSTMVizError as refusal:
        check_sentence(refusal)
        return
    json.dumps(describe_table(table), allow_nan=False)
    assert len({column.name for column in table.columns}) == len(table.columns)
    for column in table.columns[:4]:
        for time in (None, "", column.name):
            check_series(table, time, column.name)


def check_series(table, time, target) -> None:
    try:
        series = make_series(table, time=time, target=target)
    except LSTMVizError as refusal:
        check_sentence(refusal)
        return
    assert len(series.ds) == len(series.y) >= 2
    assert np.isfinite(series.y[[0, -1]]).all()
    assert not np.isinf(series.y).any()
    ahead = np.concatenate([series.ds, series.future(3)])
    assert (np.diff(ahead).astype(np.int64) > 0).all()


def check_sentence(refusal: LSTMVizError) -> None:
    text = str(refusal)
    assert 0 < len(text) < 400
    assert text.splitlines() == [text]
    assert text.endswith((".", '"'))


@FUZZ
@given(st.binary(max_size=400))
@example(b"PK\x05\x06" + bytes(18))
@example(b"PAR1" * 10)
@example(b"\xff\xfe\x00")
@example(b"\xff\xfea\x00,\x00\n\xd8")
@example(b'"')
@example(b"\xef\xbb\xbf")
def test_random_bytes_never_break_the_reader(data):
    check(data)


@FUZZ
@given(st.text(max_size=300), st.sampled_from(["utf-8", "utf-16", "cp1252"]))
@example("a,b\r\r\n1,2\r\r\n3,4\r\r\n", "utf-8")
@example("\x85\u2028\x1c1\n2\n", "utf-8")
def test_random_text_never_breaks_the_reader(text, encoding):
    check(text.encode(encoding, "replace"))


@pytest.mark.slow
@FUZZ
@given(ROWS, st.sampled_from([",", ";", "\t", "|"]), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
def test_tables_of_awkward_cells_never_break_the_series(rows, delimiter, line_end, header):
    lines = [delimiter.join(row) for row in rows]
    if header:
        lines.insert(0, delimiter.join(["date", "timestamp", "x", "year"]))
    check(line_end.join(lines).encode())


@pytest.mark.slow
@FUZZ
@example([['"']], ",", Reading(header=1), "utf-8")  # a header that is asked for, and no column
@given(ROWS, st.sampled_from([",", ";", "\t", "|", " "]), READINGS, st.sampled_from(["utf-8", "cp1252", "utf-16"]))
def test_no_request_of_a_person_breaks_the_reader(rows, delimiter, reading, encoding):
    check("\n".join(delimiter.join(row) for row in rows).encode(encoding, "replace"), "x.csv", reading)


@FUZZ
@given(st.binary(max_size=400), READINGS)
def test_no_request_for_random_bytes_breaks_the_reader(data, reading):
    check(data, "x.csv", reading)


@pytest.mark.slow
@FUZZ
@given(st.lists(CELLS, min_size=2, max_size=30), st.sampled_from(["date", "time", "ts", "x"]))
def test_any_column_of_times_never_breaks_the_series(cells, name):
    check((f"{name};y\n" + "".join(f"{cell};{place}\n" for place, cell in enumerate(cells))).encode())


@pytest.mark.slow
@FUZZ
@given(st.lists(st.integers(-(2**45), 2**50), min_size=2, max_size=20), st.sampled_from(["s", "ms", "us", "D"]))
def test_any_moments_never_break_the_series(moments, unit):
    stamps = np.array(moments, dtype="int64") % 10**6
    cells = stamps.astype(f"datetime64[{unit}]").astype("datetime64[us]")
    check(pd.DataFrame({"t": cells, "y": range(len(cells))}).to_csv(index=False).encode())


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.key)
@settings(max_examples=15, deadline=None, derandomize=True)
@given(st.data())
def test_damaged_samples_never_break_the_series(sample, data):
    raw = bytearray(sample_bytes(sample.key)[:3000])
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(raw) - 1))
        raw[place : place + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=6))
    check(bytes(raw))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.data(), st.sampled_from(["xlsx", "parquet"]))
def test_damaged_binary_tables_never_break_the_reader(data, ending):
    raw = bytearray(BINARY[ending])
    for _ in range(data.draw(st.integers(0, 4))):
        place = data.draw(st.integers(4, len(raw) - 1))
        raw[place] = data.draw(st.integers(0, 255))
    check(bytes(raw[: data.draw(st.integers(4, len(raw)))] if data.draw(st.booleans()) else raw), f"x.{ending}")


def binary_tables() -> dict[str, bytes]:
    frame = pd.DataFrame({"t": pd.date_range("2020", periods=5), "x": [1, 2, 3, 4, 6], "s": list("abcde")})
    return {"xlsx": excel(frame), "parquet": frame.to_parquet()}


def excel(frame: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.to_excel(buffer, index=False)
    return buffer.getvalue()


BINARY = binary_tables()
