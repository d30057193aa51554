"""Charts of classifiers: what is drawn is what was told."""

import numpy as np
import pandas as pd
import pytest

from lstm_viz.figures.classify_charts import (
    calibration_chart,
    classify_accuracy,
    classify_loss,
    early_chart,
    picture_gallery,
    series_gallery,
    training_points,
)
from lstm_viz.figures.theme import DARK, LIGHT
from lstm_viz.training.config import EpochRecord, PartRecord

HISTORY = [EpochRecord(n, 2.0 / n, 2.5 / n, 0.01, 1.0, n / 3, True, 0, n / 5, n / 6) for n in range(1, 4)]
PARTS = [PartRecord(1 + update // 250, update, 3.0 - update / 300, update / 600) for update in range(100, 501, 100)]


def named(figure, name):
    return next(trace for trace in figure.data if trace.name == name)


def test_short_epochs_are_points_and_long_ones_are_told_in_parts():
    assert training_points(HISTORY, PARTS, 21, "train_accuracy").tolist() == [[1, 0.2], [2, 0.4], [3, 0.6]]
    long = training_points(HISTORY, PARTS, 250, "train_loss")
    assert long[:, 0].tolist() == pytest.approx([0.4, 0.8, 1.2, 1.6, 2.0])
    assert long[0, 1] == pytest.approx(3.0 - 100 / 300)


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_loss_stands_beside_what_guessing_costs(palette):
    figure = classify_loss(HISTORY, [], 21, 10, palette)
    assert list(named(figure, "validation loss").y) == [2.5, 1.25, 2.5 / 3]
    assert figure.layout.shapes[0].y0 == pytest.approx(np.log(10))
    (words,) = figure.layout.annotations
    assert "ln 10" in words.text
    assert words.y == pytest.approx(np.log10(np.log(10))), "plotly places words on such an axis by their power of ten"


def test_accuracy_stands_beside_the_most_frequent_class():
    figure = classify_accuracy(HISTORY, [], 21, 0.35, LIGHT)
    assert list(named(figure, "training accuracy").y) == [0.2, 0.4, 0.6]
    assert figure.layout.shapes[0].y0 == figure.layout.annotations[0].y == 0.35


def test_charts_without_anything_to_show_are_empty_and_quiet():
    assert len(named(classify_loss([], [], 21, 10, LIGHT), "training loss").y) == 0
    assert len(named(classify_accuracy([], [], 21, 0.1, LIGHT), "training accuracy").y) == 0


def test_calibration_draws_larger_dots_for_more_answers():
    table = pd.DataFrame({"confidence": [0.55, 0.97], "accuracy": [0.5, 0.99], "examples": [4, 400]})
    dots = named(calibration_chart(table, LIGHT), "predictions")
    assert list(dots.x) == [0.55, 0.97]
    assert dots.marker.size[1] > dots.marker.size[0]
    assert dots.cliponaxis is False, "one that is never right lies on the edge, and is seen whole"


def test_early_answers_are_drawn_over_the_steps():
    figure = early_chart(np.array([1, 2, 4]), np.array([0.1, 0.5, 0.9]), np.array([0.1, 0.4, 0.8]), LIGHT, "row")
    assert list(named(figure, "accuracy").y) == [0.1, 0.5, 0.9]
    assert figure.layout.xaxis.title.text == "rows read"


def test_hostile_names_of_classes_are_text():
    hostile = "<b>x</b>"
    pictures = picture_gallery([(hostile, [np.ones((3, 2))]), ("b", [np.zeros((3, 2))] * 2)], LIGHT)
    series = series_gallery([(hostile, [np.ones((3, 1))]), ("b", [np.arange(5.0)[:, None]])], DARK)
    for figure in (pictures, series):
        assert figure.layout.yaxis.ticktext[0] == "&lt;b&gt;x&lt;/b&gt;"


def test_pictures_lie_class_by_class_with_their_first_row_on_top():
    figure = picture_gallery([("a", [np.array([[1.0, 0.0], [0.0, 0.0]])]), ("b", [np.zeros((2, 2))])], LIGHT)
    mosaic = np.array(figure.data[0].z, dtype=float)
    assert mosaic[0, 0] == 1
    assert figure.layout.yaxis.autorange == "reversed"
