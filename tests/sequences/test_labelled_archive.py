"""Files of the UEA and UCR archives are read as aeon 1.6 reads them, and every broken line gets its sentence.

aeon is no requirement. Its reader and this one were compared on the 28 files with classes that it ships (ArrowHead,
BasicMotions, JapaneseVowels …): numbers, lengths and classes were the same. With moments alone they differ: there aeon
loses the signs of the values.
"""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lstm_viz.errors import ColumnError, FileTooLarge, LabelledError, LSTMVizError, SettingsError
from lstm_viz.sequences.labelled import archive_files
from lstm_viz.sequences.labelled.read_table import read_labelled_csv
from lstm_viz.sequences.labelled.table_layout import LabelledReading
from tests.sequences.sentences import check_sentence, refused

RNG = np.random.default_rng(0)
SERIES = RNG.normal(size=(12, 2, 5)).round(3)  # examples, channels, steps
WORDS = [("Walk", "Run")[n % 2] for n in range(12)]


def read(text, requested=LabelledReading(), **more):
    return read_labelled_csv(text if isinstance(text, bytes) else text.encode(), "file.ts", requested, **more)


def ts(channels=2, lengths=(5,) * 12, classes="Walk Run", series=SERIES, stamp=None, **tags):
    """A `.ts` file; `stamp` writes the moment of a step."""
    said = {
        "problemName": "Toy",
        "timeStamps": str(stamp is not None).lower(),
        "univariate": str(channels == 1).lower(),
    }
    said |= {"equalLength": str(len(set(lengths)) == 1).lower(), "classLabel": f"true {classes}", **tags}
    head = "".join(f"@{tag} {value}\n" for tag, value in said.items() if value is not None)
    write = str if stamp is None else None
    rows = []
    for example, length, word in zip(series, lengths, WORDS, strict=True):
        parts = [
            ",".join(write(v) if write else f"({stamp(k)},{v})" for k, v in enumerate(channel[:length]))
            for channel in example[:channels]
        ]
        rows.append(":".join([*parts, word]))
    return f"# made of chance\n\n{head}@data\n" + "\n".join(rows) + "\n"


def arff(rows, inner, classes="{Walk,Run}", quote="'"):
    names = "".join(f"@attribute {name} numeric\n" for name in inner)
    head = f"% made of chance\n@relation Toy\n\n@attribute bag relational\n{names}@end bag\n@attribute activity {classes}\n"
    return head + "@data\n" + "".join(f"{quote}{row}{quote},{word}\n" for row, word in zip(rows, WORDS, strict=True))


def channels_of(example):
    return "\\n".join(",".join(map(str, channel)) for channel in example)


STEPS = [f"att{k}" for k in range(5)]
RELATIONAL = arff(map(channels_of, SERIES), STEPS)


def check(found, channels=2, lengths=(5,) * 12):
    assert (found.layout, found.data.lengths.tolist()) == ("series", list(lengths))
    assert [found.data.classes[place] for place in found.data.labels] == WORDS
    for n, length in enumerate(lengths):
        np.testing.assert_array_equal(found.data.sequence(n), SERIES[n, :channels, :length].T.astype(np.float32))


@pytest.mark.parametrize(
    ("text", "channels"),
    [
        (ts(1), 1),
        (ts(2), 2),
        (ts(2, dimensions="2", seriesLength="5"), 2),
        (ts(1, equalLength=None, missing="false"), 1),
        (ts(1).replace("@", "  @").upper().replace("WALK", "Walk").replace("RUN", "Run"), 1),
        (ts(2).replace("\n", "\r\n"), 2),
        (ts(2).replace("\n", "\r"), 2),
        ("\ufeff" + ts(2), 2),
        (ts(2, classes=""), 2),
        (ts(1, stamp=lambda k: k), 1),
        (ts(2, stamp=lambda k: k / 2), 2),
        (ts(2, stamp=lambda k: f"2020-01-01 00:0{k}:00"), 2),
        (ts(2, stamp=lambda k: k).replace("),(", ") , ("), 2),
        (RELATIONAL, 2),
        (RELATIONAL.upper().replace("WALK", "Walk").replace("RUN", "Run").replace("\\N", "\\n"), 2),
        (arff(map(channels_of, SERIES), STEPS, quote='"'), 2),
        (arff(map(channels_of, SERIES), STEPS, "{ 'Walk', \"Run\" }".replace('"', "'")), 2),
        (arff((channels_of(example[:1]) for example in SERIES), STEPS), 1),
    ],
)
def test_channels_and_classes_are_read_however_they_are_written(text, channels):
    check(read(text), channels)


def test_whole_numbers_are_values_and_no_part_of_the_class():
    whole = RNG.integers(0, 3, (12, 1, 5))
    found = read(ts(1, series=whole))
    np.testing.assert_array_equal(found.data.values[:, 0], whole.ravel())
    assert found.data.classes == ("Run", "Walk")


def test_series_of_many_lengths_end_where_they_end_or_where_nothing_more_is_known():
    lengths = [1 + n % 5 for n in range(12)]
    check(read(ts(2, lengths)), 2, lengths)
    filled = SERIES.astype(object)
    for n, length in enumerate(lengths):
        filled[n, :, length:] = ("?", "NaN")[n % 2]
    check(read(ts(2, series=filled)), 2, lengths)
    check(read(arff(map(channels_of, filled), STEPS)), 2, lengths)


def test_lines_of_a_bag_are_steps_where_the_names_inside_do_not_count_or_a_person_says_so():
    bags = ["\\n".join(",".join(map(str, step)) for step in example.T) for example in SERIES]
    check(read(arff(bags, ["x", "y"])))
    found = read(arff(bags, ["v1", "v2"]), LabelledReading(layout="long"))
    np.testing.assert_array_equal(found.data.sequence(3), SERIES[3].T.astype(np.float32))
    assert "Each line of `bag` is one step: `activity` is the class of an example." in found.findings


def test_a_plain_arff_file_is_a_table_whose_names_and_class_are_known():
    names = "".join(f"@attribute 't {k}' numeric\n" for k in range(5))
    rows = "".join(f"{word},{','.join(map(str, example[0]))}\n" for word, example in zip(WORDS, SERIES, strict=True))
    text = f"@relation Toy\n@attribute kind {{Walk,Run}}\n{names}@data\n% none\n{rows}"
    for written in (text, text.replace("Walk", "'Walk'"), text.replace("\n", "\r\n")):
        found = read(written)
        check(found, 1)
        assert (found.label, found.columns[1]) == ("kind", "t 0")
    with refused(LabelledError, "Row 12, column `t 1` holds “oops”"):
        read(text.replace(f",{SERIES[2][0][1]},", ",oops,"))
    with refused(LabelledError, "stand in braces"):
        read(text.split("% none")[0] + "{0 Walk, 1 2.5}\n")


def test_a_test_file_is_read_as_the_training_was():
    train = read(ts(2))
    test = read(ts(2), train.again(), training=train.data)
    assert test.data.classes == train.data.classes
    assert train.columns == (train.label,) == ("class",)


BROKEN = {
    "no class": (ts(classLabel="false"), LabelledError, "The file holds no classes", "`@classLabel`"),
    "numbers to predict": (ts(classLabel=None, targetLabel="true"), LabelledError, "holds numbers to predict"),
    "series to forecast": ("@relation x\n@frequency monthly\n@data\nT1:1,2\n", LabelledError, "series to forecast"),
    "no data": (ts().replace("@data", ""), LabelledError, "has no line `@data`"),
    "a channel too many": (ts(2, univariate="true"), LabelledError, "Row 9 holds 2 channels", "1 channel and a class"),
    "a channel too few": (ts(1, univariate="false", dimensions="2"), LabelledError, "Row 10 holds 1 channel"),
    "no class in a row": (ts(1).replace(":Run", "", 1), LabelledError, "Row 10 holds 0 channels"),
    "a class that is not listed": (
        ts(classes="Walk Sit"),
        LabelledError,
        "Row 10 has the class “Run”",
        "“Walk”, “Sit”",
    ),
    "an empty class": (ts().replace(":Run", ":", 1), LabelledError, "Row 10 has no label: column `class` is empty"),
    "a gap": (ts(1).replace(str(SERIES[1, 0, 2]), "?"), LabelledError, "Row 10, channel 1, step 3 holds nothing"),
    "text": (ts(2).replace(str(SERIES[1, 1, 2]), "oops"), LabelledError, "Row 10 holds “oops” in channel 2, step 3"),
    "infinity": (ts(2).replace(str(SERIES[1, 1, 2]), "1e300"), LabelledError, "Row 10 holds “1e300” in channel 2"),
    "a row too short": (ts(1, (5, 4, *[5] * 10), equalLength="true"), LabelledError, "Row 10 has a channel of 4 steps"),
    "nothing known": (
        ts(1, (5, 1, *[5] * 10)).replace(f"\n{SERIES[1, 0, 0]}:", "\n?:"),
        LabelledError,
        "Row 10 has a label",
    ),
    "moments that fall": (ts(stamp=lambda k: -k), LabelledError, "Row 9 does not hold steps as (moment, value)"),
    "no moments": (ts(timeStamps="true"), LabelledError, "Row 9 holds 0 channels"),
    "no rows": (ts().split("@data")[0] + "@data\n", LabelledError, "no row with a label and values"),
    "an empty bag": (arff([*map(channels_of, SERIES[:-1]), ""], STEPS), LabelledError, "Row 24 holds 2 cells and 0"),
    "a bag with more lines": (
        arff([channels_of(SERIES[0]), *[channels_of([*e, e[0]]) for e in SERIES[1:]]], STEPS),
        LabelledError,
        "Row 14 holds 2 cells and 3 channels, where 2 and 2 belong",
    ),
    "a bag without classes": (
        arff(map(channels_of, SERIES), STEPS, "numeric"),
        LabelledError,
        "no attribute that lists",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_every_broken_file_gets_its_sentence(case):
    text, kind, *parts = BROKEN[case]
    with refused(kind, *parts):
        read(text)


def test_what_the_file_says_itself_cannot_be_chosen_otherwise():
    for layout in ("pixels", "long"):
        with refused(SettingsError, f"`layout` (={layout})", "Use series."):
            read(ts(), LabelledReading(layout=layout))
    with refused(ColumnError, "`label` (=step)", "Use class."):
        read(ts(), LabelledReading(label="step"))
    check(read(RELATIONAL, LabelledReading(layout="series", label="activity")))


def test_what_is_too_large_is_refused(monkeypatch):
    for limit, most in (("MAX_STEPS", 4), ("MAX_ROWS", 3), ("MAX_CELLS", 50), ("_MOST_CELLS", 9)):
        monkeypatch.setattr(archive_files, limit, most)
        for text in (ts(), RELATIONAL):
            with refused(FileTooLarge, "too large"):
                read(text)
        monkeypatch.undo()


PIECES = st.lists(
    st.sampled_from(
        ["@data\n", "@problemName x\n", "@relation x\n", "@attribute r relational\n", "@end r\n", "1", "-2.5", ","]
    )
    | st.sampled_from(
        [":", "(", ")", "'", '"', "\\n", "\n", "a", "?", "@attribute c {a,b}\n", "@attribute n1 numeric\n"]
    )
    | st.sampled_from(
        ["@timestamps true\n", "@classLabel true a b\n", "%", "#", "{", "\x1f", "é", "@dimensions 2\n", " "]
    ),
    max_size=40,
)


@settings(max_examples=200, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(["@problemName x\n", "@relation x\n"]), PIECES, st.sampled_from([None, "series", "long"]))
def test_any_lines_give_sequences_or_one_sentence(first, pieces, layout):
    try:
        found = read(first + "".join(pieces), LabelledReading(layout=layout))
    except LSTMVizError as refusal:
        check_sentence(refusal)
        return
    assert np.isfinite(found.data.values).all()
