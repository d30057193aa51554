"""What the reader, the pad and the confusion matrix send to the browser, and what they make of what comes back."""

from dataclasses import replace

import numpy as np
import pytest

from lstm_viz.sequences.labelled.digits import PAD, as_picture, from_text, read_ink, to_text, write_ink
from lstm_viz.ui.classify.reader import (
    MOST_FEATURES,
    MOST_LINES,
    MOST_PADS,
    MOST_ROWS,
    SequenceReading,
    follow,
    matrix_data,
    pad_of,
    reading_data,
    text_of,
)
from lstm_viz.ui.shell.session import Drawn
from tests.sequences.strokes import WRITTEN, curves, draw

EIGHT = (8, 8)


def random_reading(classes: int = 10, steps: int = 8, features: int = 8, picture: bool = True) -> SequenceReading:
    random = np.random.default_rng(0)
    return SequenceReading(
        values=random.random((steps, features)),
        picture=picture,
        classes=tuple(f"class {place}" for place in range(classes)),
        probabilities=random.dirichlet(np.ones(classes), steps),
        after=np.arange(1, steps + 1),
        features=tuple(f"feature {place}" for place in range(features)),
        label=3,
        title="one",
    )


def ink_of_digit(digit: int) -> str:
    return write_ink(draw([0.5 + 0.7 * (stroke - 0.5) for stroke in curves(WRITTEN[digit][0])], 5.0))


# ── the reader ──


def test_few_classes_are_shown_as_they_are():
    reading = random_reading()
    data = reading_data(reading)
    assert data["classes"] == list(reading.classes)
    np.testing.assert_allclose(data["shares"], reading.probabilities, rtol=1e-4)
    assert data["best"] == reading.probabilities.argmax(axis=1).tolist()
    assert data["right"] == 3


def test_of_many_classes_the_likeliest_and_the_right_one_are_shown_and_the_rest_is_summed():
    reading = random_reading(classes=60)
    data = reading_data(reading)
    assert len(data["classes"]) == MOST_LINES
    assert data["classes"][-1] == f"{60 - MOST_LINES + 1} others"
    assert data["classes"][data["right"]] == "class 3"
    assert data["best_names"][-1] in data["classes"]
    np.testing.assert_allclose(np.sum(data["shares"], axis=1), 1, atol=1e-3)
    np.testing.assert_allclose(data["best_shares"], reading.probabilities.max(axis=1), rtol=1e-4)


def test_what_nobody_knows_is_neither_right_nor_wrong():
    data = reading_data(replace(random_reading(), label=None))
    assert data["right"] is None
    assert not any(data["is_right"])


def test_a_gap_is_null_and_features_beyond_the_sixth_are_counted():
    reading = random_reading(features=9, picture=False)
    reading.values[2, 1] = np.nan
    data = reading_data(reading)
    assert data["values"][2][1] is None
    assert len(data["values"][0]) == len(data["features"]) == MOST_FEATURES
    assert data["hidden_features"] == 3


@pytest.mark.parametrize(("winners", "place"), [([1, 1, 1], 0), ([0, 1, 1], 1), ([1, 1, 0], 2), ([1, 0, 1], 2)])
def test_it_is_told_from_where_on_the_answer_stays(winners, place):
    reading = replace(random_reading(classes=2, steps=3), label=0, probabilities=0.2 + 0.6 * np.eye(2)[winners])
    assert reading_data(reading)["settled"] == place


# ── the pad ──


def test_a_stroke_becomes_the_picture_that_the_model_reads():
    kept, ink = Drawn(), ink_of_digit(3)
    follow(kept, EIGHT, f"1:{ink}", None)
    assert kept.text == to_text(as_picture(read_ink(ink), EIGHT))
    assert kept.version == 0, "the pad keeps its own strokes"


def test_an_address_that_lags_behind_does_not_undo_a_stroke():
    kept, first, second = Drawn(), ink_of_digit(1), ink_of_digit(2)
    follow(kept, EIGHT, f"1:{first}", None)
    follow(kept, EIGHT, f"2:{second}", text_of(first, EIGHT))
    follow(kept, EIGHT, f"2:{second}", text_of(first, EIGHT))
    follow(kept, EIGHT, f"2:{second}", text_of(second, EIGHT))
    assert (kept.text, kept.version) == (text_of(second, EIGHT), 0)


def test_a_drawing_that_comes_by_the_address_replaces_what_is_on_the_pad():
    kept, mine, theirs = Drawn(), f"1:{ink_of_digit(1)}", text_of(ink_of_digit(5), EIGHT)
    follow(kept, EIGHT, mine, None)
    follow(kept, EIGHT, mine, theirs)
    assert (kept.text, kept.version) == (theirs, 1)
    np.testing.assert_allclose(read_ink(kept.ink), np.kron(from_text(theirs, EIGHT), np.ones((7, 7))), atol=0.04)
    follow(kept, EIGHT, mine, theirs)
    assert kept.text == theirs, "the old ink that the browser still holds is no new stroke"


def test_a_cleared_pad_holds_no_drawing():
    kept = Drawn()
    follow(kept, EIGHT, f"1:{ink_of_digit(4)}", None)
    follow(kept, EIGHT, "2:", kept.text)
    assert kept.text is None
    follow(kept, EIGHT, "2:", text_of(ink_of_digit(5), EIGHT))
    assert kept.text is not None
    follow(kept, EIGHT, "3:", kept.text)
    assert kept.text is None, "cleared twice, with a drawing by the address between"


@pytest.mark.slow
def test_what_a_session_keeps_of_its_drawings_does_not_grow_with_them():
    kept, sizes, inks = Drawn(), [], [ink_of_digit(digit) for digit in range(3)]
    for stroke in range(100):
        follow(kept, EIGHT, f"{stroke}:{inks[stroke % 3]}", kept.text)
        sizes.append(sum(len(text or "") for text in kept.sent_texts))
    assert sizes[-1] == max(sizes[:50])
    pads: dict[str, Drawn] = {}
    for size in range(1, 65):
        pad_of(pads, "first").last_requested = "mine"
        pad_of(pads, f"{size}x{size}")
        assert len(pads) <= MOST_PADS
    assert pads["first"].last_requested == "mine", "a pad that is in use is kept"


@pytest.mark.parametrize("told", ["x" * PAD * PAD, "12", "f" * 5000])
def test_what_is_no_ink_draws_nothing(told):
    assert text_of(told, EIGHT) is None


# ── the confusion matrix ──


def test_a_row_tells_counts_shares_and_how_many_were_found():
    data = matrix_data(np.array([[8, 2], [0, 5]]), ("cat", "dog"))
    assert data["rows"][0] == {"counts": [8, 2], "shares": [0.8, 0.2], "others": 0, "total": 10, "recall": "80%"}
    assert data["rows"][1]["recall"] == "100%"
    assert data["summary"] == "13 of 15 are correct (87%)."


def test_of_many_classes_those_with_most_mistakes_are_shown_and_rows_still_add_up():
    random = np.random.default_rng(0)
    counts = random.integers(0, 9, (70, 70))
    data = matrix_data(counts, tuple(map(str, range(70))))
    wrong = counts.sum(axis=0) + counts.sum(axis=1) - 2 * np.diag(counts)
    assert len(data["classes"]) == MOST_ROWS
    assert wrong[data["places"]].min() >= np.delete(wrong, data["places"]).max()
    for row in data["rows"]:
        assert sum(row["counts"]) + row["others"] == row["total"]


def test_a_class_without_examples_has_no_share():
    data = matrix_data(np.zeros((2, 2), dtype=int), ("a", "b"))
    assert data["rows"][0]["recall"] == "–"
    assert data["summary"] == "Nothing was classified."
