"""Labelled files in every layout become the same sequences, and every broken one gets its sentence."""

import io
import json
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lstm_viz.errors import ColumnError, FileTooLarge, LabelledError, LSTMVizError, OneClass, SettingsError, UnseenClass
from lstm_viz.sequences.labelled import text_blocks as labelled_text
from lstm_viz.sequences.labelled.digits import digits
from lstm_viz.sequences.labelled.read_table import read_labelled_csv
from lstm_viz.sequences.labelled.table_layout import LabelledReading
from lstm_viz.tables.files.read_options import Reading
from tests.sequences.sentences import check_sentence, refused

RNG = np.random.default_rng(0)
LENGTHS = [3 + n % 6 for n in range(24)]
SERIES = [RNG.normal(size=length).round(4).astype(np.float32) for length in LENGTHS]
WORDS = [("run", "sit", "walk")[n % 3] for n in range(24)]
PIXELS = RNG.integers(0, 256, (30, 64))
DIGITS = [n % 10 for n in range(30)]


def read(text, requested=LabelledReading(), **more):
    return read_labelled_csv(text if isinstance(text, bytes) else text.encode(), "file.csv", requested, **more)


def lines(rows, delimiter=","):
    return "".join(delimiter.join(map(str, row)) + "\n" for row in rows)


def ucr(delimiter=",", tail=None, labels=WORDS, header=False, form="{:.4f}"):
    """A series in each row; `tail` fills up behind its end, None leaves the row short."""
    width = max(LENGTHS)
    rows = [["label", *(f"t{k}" for k in range(width))]] if header else []
    for label, series in zip(labels, SERIES, strict=True):
        filled = [] if tail is None else [tail] * (width - len(series))
        rows.append([label, *map(form.format, series), *filled])
    return lines(rows, delimiter)


def pixels(header=True, label="label", name="pixel{}", values=PIXELS):
    rows = [[label, *(name.format(k) for k in range(values.shape[1]))]] if header else []
    return lines([*rows, *([digit, *row] for digit, row in zip(DIGITS, values.tolist(), strict=True))])


def long_rows(labels=WORDS):
    return [
        [f"s{n}", step, f"{value:.4f}", f"{-value:.4f}", labels[n]]
        for n, series in enumerate(SERIES)
        for step, value in enumerate(series)
    ]


LONG_NAMES = ["id", "step", "up", "down", "label"]


def check_series(found, classes=("run", "sit", "walk"), labels=WORDS):
    assert found.data.lengths.tolist() == LENGTHS
    assert found.data.classes == classes
    assert [found.data.classes[place] for place in found.data.labels] == [str(label) for label in labels]
    for n, series in enumerate(SERIES):
        np.testing.assert_array_equal(found.data.sequence(n)[:, 0], series)


def check_pixels(found, scale):
    assert (found.layout, found.data.picture, found.data.values.dtype) == ("pixels", True, np.uint8)
    np.testing.assert_array_equal(found.data.values.reshape(30, 64), PIXELS)
    assert found.data.scale == scale
    assert found.data.labels.tolist() == DIGITS
    assert found.data.classes == tuple("0123456789")


@pytest.mark.parametrize("header", [True, False], ids=["header", "no header"])
@pytest.mark.parametrize("tail", ["NaN", "", "?", None], ids=["nan", "empty", "question", "short rows"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", " "], ids=["comma", "tab", "semicolon", "blank"])
def test_series_of_many_lengths_are_read_however_they_are_written(delimiter, tail, header):
    if delimiter == " " and tail == "":
        delimiter, tail = " ", "nan"
    found = read(ucr(delimiter, tail, header=header))
    assert found.layout == "series"
    check_series(found)
    assert found.data.features == ("value",)
    assert not found.data.picture


def test_series_as_the_archive_wrote_them_at_first_have_blanks_and_exponents():
    labels = [n % 3 + 1 for n in range(24)]
    text = ucr("  ", "NaN", labels=[f"  {label:.7e}" for label in labels], form="{:.7e}")
    check_series(read(text), ("1", "2", "3"), labels)


def test_decimal_commas_are_read():
    text = ucr(";", "", header=True).replace(".", ",")
    check_series(read(text))


def test_quotes_other_encodings_and_excel_go_through_the_readers_of_tables():
    text = ucr(",", "", header=True)
    quoted = "".join(f'"{line.split(",")[0]}",{line.split(",", 1)[1]}\n' for line in text.splitlines())
    check_series(read(quoted))
    numbered = quoted.splitlines(keepends=True)
    check_series(read("".join([",".join(['"label"', *map(str, range(max(LENGTHS)))]) + "\n", *numbered[1:]])))
    check_series(read(text.encode("utf-16")))
    check_series(read(text.replace("walk", "wälk").encode("cp1252")), ("run", "sit", "wälk"), swapped("wälk"))
    check_series(read(text.replace("walk", "wälk").encode("utf-8-sig")), ("run", "sit", "wälk"), swapped("wälk"))
    book, parquet = io.BytesIO(), io.BytesIO()
    frame = pd.read_csv(io.StringIO(text))
    frame.to_excel(book, index=False)
    frame.to_parquet(parquet)
    check_series(read(book.getvalue()))
    check_series(read(parquet.getvalue()))


def swapped(word):
    return [word if label == "walk" else label for label in WORDS]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_line_ends_and_blank_lines_change_nothing(end):
    text = ucr(",", "", header=True)
    check_series(read(text.replace("\n", end)))
    check_series(read(text.replace("\n", end + end)))
    check_series(read(text.replace("\n", end).removesuffix(end)))


def test_a_class_may_be_called_none():
    found = read(ucr(",", "", labels=[("none", "NA", "walk")[n % 3] for n in range(24)], header=True))
    assert found.data.classes == ("NA", "none", "walk")


def test_numeric_classes_are_in_order_of_their_size():
    found = read(ucr(",", "", labels=[(10, 9, -1)[n % 3] for n in range(24)], header=True))
    assert found.data.classes == ("-1", "9", "10")


@pytest.mark.parametrize(
    "text",
    [
        pixels(),
        pixels(header=False),
        pixels(name="{}"),
        pixels().replace("\n", ",\n"),
        pixels(label="digit", name="{}x1"),
        pixels().replace(",", ";"),
        pixels().replace(",", "\t"),
    ],
    ids=["kaggle", "no header", "numbers as names", "comma at the end", "rows x columns", "semicolon", "tab"],
)
def test_pictures_are_found_by_their_square_of_grey_values(text):
    found = read(text)
    check_pixels(found, 1 / 255)
    assert (found.data.input_size, set(found.data.lengths)) == (8, {8})
    assert any("8 × 8" in finding for finding in found.findings)


def test_the_label_may_be_the_last_column():
    moved = [[*line.split(",")[1:], line.split(",")[0]] for line in pixels().splitlines()]
    check_pixels(read(lines(moved)), 1 / 255)


def test_the_digits_of_scikit_learn_are_read_as_they_ship():
    train, _ = digits()
    rows = [[train.labels[n], *train.values[8 * n : 8 * n + 8].ravel()] for n in range(300)]
    found = read(lines([["label", *(f"pixel{k}" for k in range(64))], *rows]))
    assert found.data.scale == train.scale == 1 / 16
    for n in (0, 7, 299):
        np.testing.assert_array_equal(found.data.sequence(n), train.sequence(n))


def test_grey_values_between_0_and_1_stay_as_they_are():
    found = read(pixels(values=(PIXELS / 255).round(6)))
    assert (found.layout, found.data.picture, found.data.scale) == ("pixels", True, 1.0)
    np.testing.assert_allclose(found.data.values.reshape(30, 64), PIXELS / 255, atol=1e-6)


def test_blocks_of_any_size_give_the_same(monkeypatch):
    for size in (1, 100, 997, 10_000):
        monkeypatch.setattr(labelled_text, "_BLOCK", size)
        check_pixels(read(pixels()), 1 / 255)
        check_series(read(ucr(";", "", header=True).replace(".", ",")))
        with refused(LabelledError, "Row 20, column `pixel3` holds “oops”"):
            read(broken(pixels(), 20, 4, "oops"))


@pytest.mark.parametrize(
    "names", [LONG_NAMES, ["a", "b", "c", "d", "e"], None], ids=["named", "other names", "no names"]
)
def test_long_files_are_found_by_names_and_by_what_stays_the_same(names):
    found = read(lines([*([names] if names else []), *long_rows()]))
    assert found.layout == "long"
    check_series(found)
    np.testing.assert_array_equal(found.data.values[:, 1], -found.data.values[:, 0])
    assert found.columns[1] == found.step
    assert (found.unique_id, found.label) == (found.columns[0], found.columns[4])
    assert found.data.features == found.columns[2:4]


def test_numeric_classes_of_a_long_file_are_found_too():
    labels = [n % 3 for n in range(24)]
    check_series(read(lines([LONG_NAMES, *long_rows(labels)])), ("0", "1", "2"), labels)
    check_series(read(lines(long_rows(labels))), ("0", "1", "2"), labels)


def test_shuffled_rows_are_put_in_the_order_of_their_steps():
    rows = long_rows()
    shuffled = [rows[place] for place in RNG.permutation(len(rows))]
    found = read(lines([LONG_NAMES, *shuffled]))
    by_id = {f"s{n}": series for n, series in enumerate(SERIES)}
    appeared = list(dict.fromkeys(row[0] for row in shuffled))
    assert len(found.data) == len(appeared) == 24
    for n, unique_id in enumerate(appeared):
        np.testing.assert_array_equal(found.data.sequence(n)[:, 0], by_id[unique_id])


def test_times_are_steps_and_without_steps_the_rows_are():
    days = [[row[0], f"2024-01-{row[1] + 1:02d}", *row[2:]] for row in long_rows()]
    mixed = [days[place] for place in np.argsort([-row[1] for row in long_rows()], kind="stable")]
    found = read(lines([["id", "date", "up", "down", "label"], *mixed]))
    assert (found.step, sorted(found.data.lengths.tolist())) == ("date", sorted(LENGTHS))
    for n in range(24):
        matches = [np.array_equal(found.data.sequence(n)[:, 0], series) for series in SERIES]
        assert sum(matches) == 1
    without = read(lines([["id", "up", "down", "label"], *([row[0], *row[2:]] for row in long_rows())]))
    assert without.step is None
    assert "No column counts the steps: they are in the order of the rows." in without.findings
    check_series(without)


def test_an_id_of_each_row_is_no_long_file():
    rows = [[n, *line.split(",")] for n, line in enumerate(pixels(header=False).splitlines())]
    found = read(lines([["id", "label", *(f"pixel{k}" for k in range(64))], *rows]))
    check_pixels(found, 1 / 255)
    assert any("Left out `id`" in finding for finding in found.findings)


def test_a_person_may_say_otherwise():
    assert read(pixels(), LabelledReading(layout="series")).data.lengths.tolist() == [64] * 30
    rows = [[*line.split(","), n % 2] for n, line in enumerate(pixels(header=False).splitlines())]
    names = ["first", *(f"v{k}" for k in range(64)), "other"]
    with refused(ColumnError, "More than one column could be the class: `first` and `other`"):
        read(lines([names, *rows]))
    assert read(lines([names, *rows]), LabelledReading(label="other")).data.classes == ("0", "1")
    chosen = LabelledReading(layout="long", unique_id="a", label="e", step="b")
    check_series(read(lines([["a", "b", "c", "d", "e"], *long_rows()]), chosen))
    check_series(read(ucr(";", "", header=True).replace(".", ","), LabelledReading(reading=Reading(decimal=","))))
    assert (
        read(ucr("\t", "-7", header=True), LabelledReading(reading=Reading(missing=("-7",)))).data.lengths.tolist()
        == LENGTHS
    )


def test_what_a_person_says_must_be_there():
    with refused(SettingsError, "`layout` (=wide)", "pixels, series, long"):
        LabelledReading(layout="wide")
    with refused(ColumnError, "no column `colour`", "`label`"):
        read(pixels(), LabelledReading(label="colour"))
    with refused(SettingsError, "`layout` (=pixels)", "8 columns are no square"):
        read(ucr(",", "", header=True), LabelledReading(layout="pixels"))
    with refused(ColumnError, "which row belongs to which sequence"):
        read(pixels(), LabelledReading(layout="long"))


def test_a_row_of_numbers_in_order_is_an_example_unless_the_label_is_named():
    rows = [["a", 1, 2, 3], ["b", 2, 3, 4], ["a", 2, 5, 1], ["b", 1, 1, 1]]
    assert len(read(lines(rows)).data) == 4
    assert len(read(lines([["label", 1, 2, 3], *rows])).data) == 4


def again(row):
    """Names as pandas makes them of an example that it takes for names: what comes again is numbered."""
    return [f"{cell}.{row[:n].count(cell)}" if cell in row[:n] else str(cell) for n, cell in enumerate(row)]


BLANK_LABEL = [
    ["", "label", *range(64)],
    [*range(64), "Unnamed: 64"],
    [*range(65)],
    again([0] * 65),
    again([3, *PIXELS[0] // 99, 0]),
]


@pytest.mark.parametrize("names", BLANK_LABEL, ids=["index", "unnamed", "numbers", "zeros again", "example again"])
def test_names_that_programs_make_where_none_were_given_are_no_example(names):
    first, last = names[0] == "", names[-1] == "Unnamed: 64"
    rows = [
        [*([n] if first else []), *([] if last else [digit]), *row, *([digit] if last else [])]
        for n, (digit, row) in enumerate(zip(DIGITS, PIXELS.tolist(), strict=True))
    ]
    check_pixels(read(lines([names[: len(rows[0])], *rows])), 1 / 255)


def test_ramps_are_examples_and_no_names():
    rows = [[n % 2, *(range(1, 21) if n % 2 == 0 else range(20, 0, -1))] for n in range(30)]
    assert len(read(lines(rows)).data) == 30


@pytest.mark.parametrize("end", [",", ";", ",;", "\t"])
def test_what_ends_every_row_is_no_cell(end):
    text = pixels(header=False)
    text = text.replace(",", "\t") if end == "\t" else text
    check_pixels(read(text.replace("\n", end + "\n")), 1 / 255)
    found = read(lines(long_rows()).replace("\n", end.replace("\t", ",") + "\n"))
    assert (found.layout, found.data.input_size, len(found.data)) == ("long", 2, len(SERIES))


def test_findings_say_whether_a_row_holds_names():
    assert "No row names the columns: the first row is an example." in read(ucr(",", "")).findings
    titled = read("measured in May\n\n" + ucr(",", "0.5", header=True)).findings
    assert titled[:2] == ("Skipped 1 row above the names.", "Took the names of the columns from row 3.")


def test_findings_say_how_many_there_are():
    assert "24 examples of 3 to 8 steps, 1 number each; 3 classes: “run”, “sit”, “walk”." in read(ucr(",", "")).findings
    rare = read(ucr(",", "", labels=["sole", *WORDS[1:]], header=True))
    assert any("“sole” has fewer than 2 examples" in finding for finding in rare.findings)
    json.dumps(rare.findings)


def broken(text, row, place, cell):
    """The text with another cell; None cuts the row off there."""
    rows = [line.split(",") for line in text.splitlines()]
    rows[row - 1] = rows[row - 1][:place] + ([] if cell is None else [cell, *rows[row - 1][place + 1 :]])
    return lines(rows)


FULL = ucr(",", "0.5", header=True)
LONG = lines([LONG_NAMES, *long_rows()])
BROKEN = {
    "a gap inside a series": (broken(FULL, 8, 4, ""), LabelledError, "Row 8, column `t3` holds nothing (or NaN)"),
    "NaN inside a series": (broken(FULL, 8, 4, "NaN"), LabelledError, "Row 8, column `t3` holds nothing (or NaN)"),
    "a gap in a picture": (broken(pixels(), 9, 64, ""), LabelledError, "Row 9, column `pixel63` holds nothing"),
    "no class is known": (broken(FULL, 8, 0, "?"), LabelledError, "Row 8 has no label: column `label` holds “?”"),
    "not one number": (
        ucr(",", "", [1, 2, "NaN"] * 8),
        LabelledError,
        "Row 3 has no label: column `column_1` holds “NaN”",
    ),
    "cut at the wrong sign": (
        "".join(f"{word},1 2 3 4 {n} 5 6\n" for n, word in enumerate(WORDS)),
        LabelledError,
        "Blanks cut the rows into more cells",
    ),
    "one row too long": (
        broken(LONG[len("id,step,up,down,label\n") :], 9, 5, "7"),
        LabelledError,
        "Row 9 is longer than most",
    ),
    "a gap in a long file": (broken(LONG, 5, 2, ""), LabelledError, "Row 5, column `up` holds nothing"),
    "text in a series": (broken(FULL, 8, 4, "oops"), LabelledError, "Row 8, column `t3` holds “oops”"),
    "text in a long file": (broken(LONG, 70, 3, "x"), LabelledError, "Row 70, column `down` holds “x”"),
    "infinity": (broken(FULL, 8, 4, "inf"), LabelledError, "Row 8, column `t3` holds an infinite number"),
    "a number too large": (
        broken(FULL, 8, 4, "1e300"),
        LabelledError,
        "Row 8, column `t3` holds an infinite number, or",
    ),
    "a row too long": (broken(FULL, 8, 8, "1,2,3"), LabelledError, "Row 8 is longer than the header"),
    "a row too long with text": (broken(FULL, 8, 8, "1,2,x"), LabelledError, "Row 8 is longer than the header"),
    "a picture too short": (broken(pixels(), 9, 30, None), LabelledError, "Row 9 is too short", "`pixel29`"),
    "a step too short": (broken(LONG, 9, 2, None), LabelledError, "Row 9"),
    "a brighter white": (broken(pixels(), 9, 4, "256"), LabelledError, "Row 9, column `pixel3` holds 256"),
    "a label and nothing": (broken(FULL, 8, 1, None), LabelledError, "Row 8 has a label and no values"),
    "no label in a row": (broken(FULL, 8, 0, ""), LabelledError, "Row 8 has no label: column `label`"),
    "no id in a row": (broken(LONG, 8, 0, ""), LabelledError, "Row 8 has no id: column `id`"),
    "no step in a row": (broken(LONG, 8, 1, ""), LabelledError, "Row 8 has no step: column `step`"),
    "a step twice": (broken(LONG, 4, 1, "1"), LabelledError, "Rows 3 and 4 are the same step"),
    "a label that changes": (
        broken(LONG, 4, 4, "sit"),
        LabelledError,
        "`id` s0 has two classes: “run”, and “sit” in row 4",
    ),
    "one class": (ucr(",", "", labels=["run"] * 24), OneClass, "All examples (=24) of file.csv", "“run”"),
    "one class, long": (lines([LONG_NAMES, *long_rows(["run"] * 24)]), OneClass, "(=24)"),
    "one example of each": (ucr(",", "", labels=[f"c{n}" for n in range(24)]), LabelledError, "Each of the 24 classes"),
    "no label": (ucr(",", "0.1", labels=[f"{n / 7:.3f}" for n in range(24)]), ColumnError, "No column says the class"),
    "no label, long": (
        lines([LONG_NAMES[:4], *(row[:4] for row in long_rows())]),
        ColumnError,
        "No column says the class",
    ),
    "a measured label": (
        ucr(",", "", labels=[f"{n / 7:.3f}" for n in range(24)], header=True),
        LabelledError,
        "Column `label` looks like a measured number",
        "24 different values in 24 examples",
    ),
    "a label that counts": (ucr(",", "", labels=range(24), header=True), LabelledError, "looks like a measured number"),
    "only a header": ("label,a,b\n", LabelledError, "only a header"),
    "only labels": ("label\na\nb\na\nb\n", ColumnError, "No column of numbers is left"),
    "nothing": (b"", LSTMVizError, "0 bytes"),
    "a picture file": (b"\x89PNG\r\n\x1a\n0000", LSTMVizError, "a PNG picture"),
    "packed": (b"\x1f\x8b\x08\x00", LSTMVizError, "gzip"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_every_broken_file_gets_its_sentence(case):
    text, kind, *parts = BROKEN[case]
    with refused(kind, *parts):
        read(text)


def test_the_unbroken_files_are_fine():
    assert Counter(read(text).layout for text in (FULL, LONG, pixels())) == {"series": 1, "long": 1, "pixels": 1}


def test_what_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(labelled_text, "MAX_LABELLED_BYTES", 1000)
    with refused(FileTooLarge, "the limit is 0.0 MB"):
        read(pixels())
    monkeypatch.undo()
    monkeypatch.setattr(labelled_text, "MAX_CELLS", 1000)
    with refused(FileTooLarge, "65 columns", "1,000 cells"):
        read(pixels())
    monkeypatch.setattr(labelled_text, "MAX_STEPS", 60)
    with refused(FileTooLarge, "65 cells", "60"):
        read(pixels())


def test_a_test_file_can_be_read_as_the_training_was():
    train = read(ucr(",", ""))
    assert train.again() == LabelledReading("series", "column_1")
    test = read(ucr(",", "", labels=["walk"] * 24), train.again(), training=train.data)
    assert set(test.data.labels) == {2}
    again = read(lines(long_rows())).again(Reading(decimal="."))
    assert again == LabelledReading("long", "column_5", "column_1", "column_2", Reading(decimal="."))


def test_a_test_file_is_numbered_as_training_and_may_have_one_class():
    train = read(ucr(",", "", header=True)).data
    test = read(ucr(",", "", labels=["walk"] * 24, header=True), training=train)
    assert test.data.classes == train.classes
    assert set(test.data.labels) == {2}
    with refused(UnseenClass, "“jump”", "“run”, “sit”, “walk”"):
        read(ucr(",", "", labels=["jump", *WORDS[1:]], header=True), training=train)


values = st.floats(-1e6, 1e6, width=32).map(np.float32)
examples = st.lists(
    st.tuples(st.sampled_from(["x", "y"]), st.lists(values, min_size=1, max_size=7)), min_size=4, max_size=12
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(examples, st.sampled_from(["\t", ",", ";"]))
def test_whatever_is_written_as_series_is_read_as_the_same_series(rows, delimiter):
    rows = [("x", rows[0][1]), ("y", rows[1][1]), ("x", rows[2][1]), *rows[3:]]
    width = max(len(series) for _, series in rows)
    head = ["label", *(f"t{k}" for k in range(width))]
    body = [[label, *(repr(float(v)) for v in series), *[""] * (width - len(series))] for label, series in rows]
    requested = LabelledReading(
        layout="series", label="label", reading=Reading(delimiter=delimiter, decimal=".", header=1)
    )
    found = read(lines([head, *body], delimiter), requested)
    assert len(found.data) == len(rows)
    for n, (label, series) in enumerate(rows):
        assert found.data.classes[found.data.labels[n]] == label
        np.testing.assert_allclose(found.data.sequence(n)[:, 0], np.array(series), rtol=1e-6)


CELLS = st.sampled_from(
    [*("", " ", "1", "0", "-2.5", "1,5", "inf", "1e400", "NA", "a", "b", "255", "2020-01-01"), '"', "é", "\x00"]
)
ROWS = st.lists(st.lists(CELLS, min_size=0, max_size=5), min_size=0, max_size=12)


@pytest.mark.slow
@settings(max_examples=300, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS, st.sampled_from([",", ";", "\t", " "]), st.sampled_from([None, "pixels", "series", "long"]), st.booleans())
def test_any_cells_give_sequences_or_one_sentence(rows, delimiter, layout, named):
    head = [["label", "id", "a", "b", "c"]] if named else []
    try:
        found = read(lines([*head, *rows], delimiter), LabelledReading(layout=layout))
    except LSTMVizError as refusal:
        check_sentence(refusal)
        return
    assert np.isfinite(found.data.batch(np.arange(len(found.data)))[0]).all()
    assert (found.data.counts > 0).sum() >= 2
