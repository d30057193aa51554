"""The loss over the epochs, from none to thousands."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.figures.run_charts import log_ticks, loss_curves
from lstm_viz.figures.theme import LIGHT
from lstm_viz.training.config import EpochRecord


def history(losses: list[float], validation: list[float] | None = None) -> list[EpochRecord]:
    records, best = [], np.inf
    for place, loss in enumerate(losses):
        held = validation[place] if validation else None
        deciding = loss if held is None else held
        records.append(EpochRecord(place + 1, loss, held, 0.01, 1.0, float(place), deciding < best))
        best = min(best, deciding)
    return records


def curves(records: list[EpochRecord], **options: bool) -> dict:
    return {trace.name: trace for trace in loss_curves(records, LIGHT, **options).data if trace.name}


def test_curves_hold_exactly_the_losses():
    lines = curves(history([3.0, 2.0, 1.5], [4.0, 2.5, 2.6]))
    assert list(lines["training loss"].x) == [1, 2, 3]
    assert list(lines["training loss"].y) == [3.0, 2.0, 1.5]
    assert list(lines["validation loss"].y) == [4.0, 2.5, 2.6]


def test_the_epoch_whose_weights_are_kept_is_ringed():
    best = curves(history([3.0, 2.0, 1.5], [4.0, 2.5, 2.6]))["best so far (kept)"]
    assert (list(best.x), list(best.y)) == ([2], [2.5])


def test_without_validation_the_training_loss_decides():
    lines = curves(history([3.0, 1.0, 2.0]))
    assert set(lines) == {"training loss", "best so far (kept)"}
    assert (list(lines["best so far (kept)"].x), list(lines["best so far (kept)"].y)) == ([2], [1.0])


def test_before_the_first_epoch_there_is_an_empty_chart():
    figure = loss_curves([], LIGHT)
    assert all(len(trace.x) == 0 for trace in figure.data)
    assert figure.layout.xaxis.title.text == "epoch"


@pytest.mark.parametrize(("log", "kind"), [(True, "log"), (False, "linear")])
def test_scale_is_what_was_asked_for(log, kind):
    assert loss_curves(history([1.0, 0.5]), LIGHT, log=log).layout.yaxis.type == kind


def test_one_epoch_can_be_seen():
    dots = [trace for trace in loss_curves(history([1.0]), LIGHT).data if trace.mode == "markers"]
    assert [1.0] in [list(dot.y) for dot in dots]


@pytest.mark.parametrize("loss", [0.0, 1e-300, 1e300])
def test_extreme_losses_do_not_fail(loss):
    loss_curves(history([loss, loss / 2]), LIGHT)


def test_thousands_of_epochs_become_a_line_of_bounded_size():
    losses = list(np.random.default_rng(0).uniform(0.1, 1, 5000))
    line = curves(history(losses))["training loss"]
    assert len(line.x) <= 1300
    assert (min(line.y), max(line.y)) == (min(losses), max(losses))


POSITIVE = st.floats(1e-12, 1e12)


@given(low=POSITIVE, factor=st.floats(1, 1e12))
def test_a_logarithmic_axis_always_has_two_ticks_or_more_in_sight(low, factor):
    values = np.array([low, low * factor])
    ticks = log_ticks(values)
    inside = [tick for tick in ticks if 0.96 * values.min() <= tick <= 1.04 * values.max()]
    assert len(set(inside)) >= 2
    assert ticks == sorted(ticks)


@given(st.lists(POSITIVE, min_size=1, max_size=50))
def test_ticks_are_few_enough_to_read(values):
    assert len(set(log_ticks(np.array(values)))) <= 40


@given(low=POSITIVE, factor=st.floats(1.5, 1e12))
def test_ticks_carry_different_labels(low, factor):
    labels = [f"{tick:g}" for tick in log_ticks(np.array([low, low * factor]))]
    assert len(set(labels)) == len(labels)


def test_values_that_have_no_logarithm_give_no_ticks():
    assert log_ticks(np.array([0.0, -1.0, np.nan, np.inf])) == []
