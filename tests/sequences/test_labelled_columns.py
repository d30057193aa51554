"""Which column is the class, which an id, a step, a mere number of rows: found by what is in them, or asked for."""

import numpy as np
import pytest

from lstm_viz.errors import ColumnError, LSTMVizError
from lstm_viz.sequences.labelled.digits import digits
from lstm_viz.sequences.labelled.read_table import read_labelled_csv
from lstm_viz.sequences.labelled.table_layout import LabelledReading
from tests.sequences.sentences import refused

TRAIN, _ = digits()
PICTURES = TRAIN.values[: 8 * 200].reshape(200, 64).astype(int)
DIGITS = [int(TRAIN.classes[place]) for place in TRAIN.labels[:200]]
SEEDS = range(4)


def read(rows, names=None, requested=LabelledReading()):
    table = [*([names] if names else []), *rows]
    return read_labelled_csv("".join(",".join(map(str, row)) + "\n" for row in table).encode(), "file.csv", requested)


def check(found, values, labels):
    """The classes are the labels, and the sequences of a number a step are the values."""
    assert [found.data.classes[place] for place in found.data.labels] == [str(label) for label in labels]
    given = found.data.values.reshape(len(values), -1)
    np.testing.assert_array_equal(given, np.asarray(values, dtype=given.dtype))


def beside(values, labels, last):
    return [
        [*row, label] if last else [label, *row] for row, label in zip(np.asarray(values).tolist(), labels, strict=True)
    ]


def of_chance(seed, rows, columns, low, high):
    return np.random.default_rng(seed).integers(low, high, (rows, columns))


KINDS = {
    "coordinates of pens": (lambda seed: of_chance(seed, 150, 16, 0, 101), [n % 10 for n in range(150)]),
    "grey digits": (lambda _: PICTURES, DIGITS),
    "few grey digits": (lambda _: PICTURES[:40], DIGITS[:40]),
    "black and white digits": (lambda _: PICTURES // 9, DIGITS),
    "classes below and above nothing": (
        lambda seed: of_chance(seed, 60, 20, 0, 50),
        [(-1, 1)[n % 2] for n in range(60)],
    ),
    "series of few numbers": (lambda seed: of_chance(seed, 80, 12, 0, 3), [1 + n % 2 for n in range(80)]),
    "a rare class": (lambda seed: of_chance(seed, 150, 30, -200, 200), [int(n % 12 == 0) for n in range(150)]),
    "numbers with decimals": (
        lambda seed: of_chance(seed, 60, 10, -999, 999) / 1000 + 0.0001,
        [n % 3 for n in range(60)],
    ),
    "words": (lambda seed: of_chance(seed, 60, 10, 0, 9), [("a", "b")[n % 2] for n in range(60)]),
}


@pytest.mark.slow
@pytest.mark.parametrize("last", [True, False], ids=["last", "first"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_class_is_found_before_and_behind_the_values(kind, last):
    make, labels = KINDS[kind]
    for seed in SEEDS:
        values = make(seed)
        check(read(beside(values, labels, last)), values, labels)
        if kind != "few grey digits":
            check(read(beside(values, labels, last), [f"V{n}" for n in range(values.shape[1] + 1)]), values, labels)


def test_a_corner_that_seldom_holds_ink_is_no_class():
    values = np.where(PICTURES > 8, 250, 0)
    values[::9, 0] = 120
    check(read(beside(values, DIGITS, last=True)), values, DIGITS)


@pytest.mark.parametrize(
    ("values", "names"),
    [
        (PICTURES[:30], [f"pixel{n}" for n in range(64)]),
        (PICTURES, None),
        (PICTURES, [f"V{n}" for n in range(64)]),
        (of_chance(0, 60, 16, 0, 101), None),
        (of_chance(0, 60, 16, 0, 101), [f"t{n}" for n in range(16)]),
        (of_chance(0, 60, 8, 0, 1000) / 1000 + 0.0001, [f"t{n}" for n in range(8)]),
        (of_chance(0, 80, 12, 0, 5), None),
    ],
)
def test_values_alone_have_no_class(values, names):
    with refused(ColumnError, "No column says the class"):
        read(values.tolist(), names)


def test_classes_that_are_as_the_values_are_must_be_named():
    values = of_chance(0, 100, 16, 0, 10)
    labels = of_chance(1, 100, 1, 0, 10)[:, 0].tolist()
    with refused(ColumnError, "No column says the class"):
        read(beside(values, labels, last=True))
    check(read(beside(values, labels, last=True), requested=LabelledReading(label="column_17")), values, labels)


def test_two_columns_that_could_be_the_class_alike_are_asked_about():
    values = of_chance(0, 60, 10, 1, 999) / 1000 + 0.0001
    rows = [[n // 6, *row, n % 3] for n, row in enumerate(values.tolist())]
    with refused(ColumnError, "More than one column could be the class: `column_1` and `column_12`"):
        read(rows)
    assert read(rows, requested=LabelledReading(label="column_12")).data.classes == ("0", "1", "2")


T = [f"t{n}" for n in range(10)]
VALUES = of_chance(0, 60, 10, -99, 99)
STATES = [1 + n % 2 for n in range(60)]


@pytest.mark.parametrize(
    ("names", "ident", "word"),
    [
        (["", *T, "y"], "X{}.V1", "{}"),
        (["name", *T, "status"], "rec_{:03d}", "{}"),
        (["file", *T, "kind"], "{}.wav", "class {}"),
        (["patient", *T, "status"], "p{}", "{}"),
        (None, "rec_{:03d}", "{}"),
        (None, "{}.wav", "class {}"),
    ],
)
def test_words_that_differ_in_each_row_are_ids_and_no_classes(names, ident, word):
    labels = [word.format(state) for state in STATES]
    for order in (1, -1) if names != ["", *T, "y"] else (1,):  # without a name, a last column is none
        rows = [
            [ident.format(n), *row, label][::order]
            for n, (row, label) in enumerate(zip(VALUES.tolist(), labels, strict=True))
        ]
        found = read(rows, names and names[::order])
        check(found, VALUES[:, ::order], labels)
        assert any("Left out `" in finding for finding in found.findings)


def test_an_id_of_several_rows_that_have_one_class_is_no_class():
    rows = [[f"p{n % 20:02d}", *row, n % 20 % 2] for n, row in enumerate((VALUES / 100 + 0.001).round(3).tolist())]
    assert read(rows, ["who", *T, "status"]).label == "status"
    assert read(rows).data.classes == ("0", "1")


@pytest.mark.parametrize("name", ["", "Unnamed: 0", "index", "row", "No."])
@pytest.mark.parametrize("shuffled", [False, True], ids=["in order", "shuffled"])
def test_numbers_of_rows_are_left_out(name, shuffled):
    numbers = np.random.default_rng(0).permutation(200) if shuffled else np.arange(200)
    rows = [[number, label, *row] for number, label, row in zip(numbers, DIGITS, PICTURES.tolist(), strict=True)]
    found = read(rows, [name, "label", *(f"px{n}" for n in range(64))])
    assert found.layout == "pixels"
    check(found, PICTURES, DIGITS)


@pytest.mark.parametrize("start", [0, 1, 1000])
def test_numbers_of_rows_without_a_name_are_left_out(start):
    rows = [[start + n, *row, label] for n, (row, label) in enumerate(zip(PICTURES.tolist(), DIGITS, strict=True))]
    check(read(rows), PICTURES, DIGITS)
    check(read([row[1:] + row[:1] for row in rows]), PICTURES, DIGITS)
    plain = [[start + n, *row, state] for n, (row, state) in enumerate(zip(VALUES.tolist(), STATES, strict=True))]
    check(read(plain), VALUES, STATES)


NAMES = {"u": "user", "a": "activity", "t": "timestamp", "x": "x", "y": "y", "z": "z"}


def log(order, users=4, acts=("walk", "run", "sit"), steps=15):
    """What some people did, one thing after the other."""
    rng, rows = np.random.default_rng(0), []
    for user in range(users):
        for place, act in enumerate(acts):
            for _ in range(steps):
                cells = {
                    "u": user + 11,
                    "a": act,
                    "n": place,
                    "t": 10**9 + 50 * len(rows),
                    **dict(zip("xyz", rng.normal(size=3).round(3), strict=True)),
                }
                rows.append([cells[letter] for letter in order])
    return rows


@pytest.mark.parametrize("order", ["uatxyz", "tuaxyz", "utxyza", "autxyz", "uaxyz"])
@pytest.mark.parametrize("named", [True, False], ids=["named", "no names"])
@pytest.mark.parametrize("end", ["", ";"], ids=["as csv", "as WISDM"])
def test_a_log_of_several_people_holds_a_sequence_of_each_person_and_class(order, named, end):
    rows = log(order)
    text = "".join(",".join(map(str, row)) + end + "\n" for row in rows)
    head = ",".join(NAMES[letter] for letter in order) + "\n" if named else ""
    found = read_labelled_csv((head + text).encode(), "file.csv")
    assert (found.layout, found.data.lengths.tolist(), found.data.input_size) == ("long", [15] * 12, 3)
    assert found.data.classes == ("run", "sit", "walk")
    channels = [order.index(letter) for letter in "xyz"]
    np.testing.assert_allclose(found.data.values, [[row[place] for place in channels] for row in rows], rtol=1e-6)
    assert (found.step is None) == ("t" not in order)
    assert any("together say of which sequence" in finding for finding in found.findings)


def test_a_log_keeps_the_rows_of_interrupted_sequences_together_and_leaves_out_numbers_of_rows():
    rows = [[n, *row] for n, row in enumerate(log("uatxyz") + log("uatxyz")[:15])]
    rows = [[*row[:3], 10**9 + 50 * n, *row[4:]] for n, row in enumerate(rows)]
    found = read(rows, ["", "user", "activity", "timestamp", "x", "y", "z"])
    assert sorted(found.data.lengths.tolist()) == [15] * 11 + [30]
    assert found.data.features == ("x", "y", "z")


def test_what_is_the_same_in_all_rows_of_a_log_is_no_class_and_a_second_clock_no_value():
    rows = [[n, row[2], 7 * row[2] + 1, *row[3:], row[0], "nexus", row[1]] for n, row in enumerate(log("uatxyz"))]
    found = read(rows, ["Index", "Arrival_Time", "Creation_Time", "x", "y", "z", "User", "Device", "gt"])
    assert (found.label, found.unique_id, found.data.features) == ("gt", "User", ("x", "y", "z"))


@pytest.mark.parametrize("named", [True, False], ids=["named", "no names"])
def test_moments_of_which_a_few_were_lost_are_no_values(named):
    rows = [[*row[:2], 0 if n in (40, 41) else row[2], *row[3:]] for n, row in enumerate(log("uatxyz"))]
    if named:
        with refused(LSTMVizError, "Rows 42 and 43 are the same step"):
            read(rows, ["user", "activity", "timestamp", "x", "y", "z"])
        return
    found = read(rows)
    assert (found.step, found.data.features, len(found.data)) == (None, ("column_4", "column_5", "column_6"), 12)
    assert any("Left out `column_3`" in finding for finding in found.findings)


def test_a_class_called_y_is_found_beside_other_words():
    towns = [("Rome", "Oslo", "Bonn")[n % 3] for n in range(60)]
    rows = [[state, town, *row] for state, town, row in zip(STATES, towns, VALUES.tolist(), strict=True)]
    check(read(rows, ["y", "city", *T]), VALUES, STATES)


def test_a_log_whose_classes_are_numbers_asks_which_column_they_are_and_takes_the_answer():
    with refused(ColumnError, "More than one column could be the class: `column_1` and `column_2`"):
        read(log("untxyz"))
    found = read(log("untxyz"), requested=LabelledReading(label="column_2"))
    assert (found.unique_id, found.step, found.data.classes) == ("column_1", "column_3", ("0", "1", "2"))
    assert len(found.data) == 12
    found = read(log("untxyz"), ["user", "activity", "timestamp", "x", "y", "z"])
    assert (found.label, len(found.data)) == ("activity", 12)


def test_a_recording_whose_sequences_no_column_tells_apart_is_refused_unless_rows_are_wanted():
    for names in (["timestamp", "activity", "x", "y", "z"], None):
        with refused(ColumnError, "No column says which rows make a sequence", "counts on from row to row"):
            read(log("taxyz"), names)
    assert len(read(log("taxyz"), None, LabelledReading(layout="series")).data) == 180


CLOCKS = {
    "seconds one by one": lambda n: 1_600_000_000 + n,
    "parts of a second": lambda n: round(0.02 * n, 2),
    "moments": lambda n: f"2021-03-01 10:{n // 60:02d}:{n % 60:02d}",
    "clock": lambda n: f"10:{n // 60:02d}:{n % 60:02d}",
}


@pytest.mark.parametrize("clock", CLOCKS)
def test_a_recording_is_told_by_a_clock_of_any_kind(clock):
    rows = [[CLOCKS[clock](n), *row[1:]] for n, row in enumerate(log("taxyz"))]
    for names in (["time", "activity", "x", "y", "z"], None)[: 1 if clock == "seconds one by one" else 2]:
        with refused(ColumnError, "No column says which rows make a sequence"):
            read(rows, names)


def test_windows_of_people_are_rows_where_many_numbers_describe_each():
    rng = np.random.default_rng(0)
    features = ["tBodyAcc-mean()-X", "tBodyAcc-std()-Y", *(f"band {n} of fBody" for n in range(20))]
    values = rng.normal(size=(180, 22)).round(4)
    for block in (1, 10):  # windows in disorder, or in the order in which they were recorded
        labels = [("sit", "run", "lie")[n // block % 3] for n in range(180)]
        rows = [[*row, n // 60, label] for n, (row, label) in enumerate(zip(values.tolist(), labels, strict=True))]
        check(read(rows, [*features, "subject", "Activity"]), values, labels)


def test_steps_of_many_classes_in_one_sequence_are_refused_and_no_rows():
    rows = [[n // 30, n % 30, *row[:2], n % 3] for n, row in enumerate(np.tile(VALUES, (5, 1)).tolist())]
    with refused(LSTMVizError, "has two classes"):
        read(rows, ["id", "step", "x", "y", "class"])


def test_of_two_ids_the_one_that_comes_again_names_the_sequences_and_none_is_a_value():
    rows = [[f"{n // 6}_{n % 6}", n // 6, n % 6, *row[:2], n // 6 % 2] for n, row in enumerate(VALUES.tolist())]
    found = read(rows, ["row_id", "series_id", "step", "x", "y", "class"])
    assert (found.unique_id, found.data.features, found.data.lengths.tolist()) == ("series_id", ("x", "y"), [6] * 10)
    rows = [[7 * n, 50_000 - 3 * n, *row[:4], n % 2] for n, row in enumerate(VALUES.tolist())]
    check(read(rows, ["patient_id", "visit_id", *"abcd", "outcome"]), VALUES[:, :4], [n % 2 for n in range(60)])


def test_a_table_sorted_by_its_classes_is_no_recording():
    values = np.random.default_rng(0).normal(5, 1, (150, 4)).round(1)
    rows = [[n + 1, *row, ("a", "b", "c")[n // 50]] for n, row in enumerate(values.tolist())]
    for found in (read(rows, ["Id", "p", "q", "r", "s", "Species"]), read(rows), read([row[1:] for row in rows])):
        assert (found.layout, len(found.data), set(found.data.lengths)) == ("series", 150, {4})


def test_series_of_people_are_rows_though_each_person_has_several_classes():
    rows = [[n // 10, ("a", "b")[n // 5 % 2], *row] for n, row in enumerate(VALUES.tolist())]
    found = read(rows, ["subject", "label", *T])
    check(found, VALUES, [row[1] for row in rows])


@pytest.mark.parametrize("dimensions", [0, 2])
@pytest.mark.parametrize("names", [["case_id", "dim_id", "reading_id", "value"], ["nr", "dim", "zeit", "wert"], None])
def test_steps_below_each_other_without_a_class_are_refused(names, dimensions):
    rng = np.random.default_rng(0)
    rows = [
        [case, *([dimension] if dimensions else []), step, round(rng.normal(), 3)]
        for case in range(10)
        for dimension in range(max(dimensions, 1))
        for step in range(12)
    ]
    with pytest.raises(LSTMVizError, match=r"No column says the class|More than one column could be the class"):
        read(rows, names and [name for name in names if dimensions or "dim" not in name])


def test_narrow_files_of_many_blocks_are_judged_in_time_that_grows_with_their_rows():
    rows = [[n // 40 % 9 if place % 2 else n // 200 for place in range(64)] for n in range(2000)]
    with pytest.raises(ColumnError):
        read(rows)
