"""The race drawn from the records of real races, from none to a finish."""

from dataclasses import replace
from math import log10

import numpy as np
import pytest

from lstm_viz.figures.race_charts import (
    DASHES,
    LABEL_HEIGHT,
    LEVEL_ROOM,
    LOWEST,
    MAP_DEPTH,
    MAX_COLUMNS,
    SYMBOLS,
    above,
    loss_range,
    race_chart,
    reach_chart,
    reach_map,
    stage_of,
)
from lstm_viz.figures.theme import DARK, LIGHT
from lstm_viz.glossary import label_of
from lstm_viz.racing.config import RACING_CELLS, TASKS, RaceConfig, solved_at
from lstm_viz.racing.race import line_up, race

ADDING = RaceConfig(length=6, hidden_size=6, batch_size=16, updates=60)
EASY = RaceConfig(task="recall", length=2, hidden_size=8, batch_size=32, updates=400)


def raced(config):
    racers = line_up(config)
    for _ in race(racers):
        pass
    return {racer.cell: tuple(racer.history) for racer in racers}


@pytest.fixture(scope="module")
def adding():
    return raced(ADDING)


@pytest.fixture(scope="module")
def easy():
    histories = raced(EASY)
    assert all(solved_at(EASY, history) for history in histories.values()), "the race is won by all"
    return histories


def traces(figure, name, axis="y"):
    return [trace for trace in figure.data if trace.name == name and (trace.yaxis or "y") == axis]


def levels(figure):
    return {trace.name: trace.y[0] for trace in figure.data if trace.showlegend and trace.mode == "lines"}


def words(figure):
    return [note.text for note in figure.layout.annotations]


def test_lines_hold_exactly_the_test_losses(adding):
    figure = race_chart(ADDING, adding, LIGHT)
    for cell, history in adding.items():
        (line,) = traces(figure, label_of(cell))
        assert list(line.x) == [10, 20, 30, 40, 50, 60]
        assert list(line.y) == [record.test_loss for record in history]
        assert line.line.color == getattr(LIGHT, cell)
    assert figure.layout.yaxis.type == "log"


def test_networks_are_told_apart_without_colour(adding):
    figure = race_chart(ADDING, adding, LIGHT)
    assert {traces(figure, label_of(cell))[0].line.dash for cell in RACING_CELLS} == {"solid", "dash", "dot"}
    assert len(set(DASHES.values())) == len(set(SYMBOLS.values())) == len(RACING_CELLS)
    assert {f"<b>{label_of(cell)}</b>" for cell in RACING_CELLS} <= set(words(figure))


def test_guessing_and_the_finish_are_drawn_where_they_are(adding):
    figure = race_chart(ADDING, adding, LIGHT)
    assert levels(figure) == {"guessing: 0.167": ADDING.chance, "finish: 0.01": 0.01}


def test_a_star_marks_where_a_network_solved_the_task_in_both_panels(easy):
    figure = race_chart(EASY, easy, DARK)
    for cell, history in easy.items():
        first = solved_at(EASY, history)
        record = next(record for record in history if record.update == first)
        (low,), (high,) = (traces(figure, f"{label_of(cell)} solved", axis) for axis in ("y", "y2"))
        assert (list(low.x), list(low.y)) == ([first], [record.test_loss])
        assert (list(high.x), list(high.y)) == ([first], [record.accuracy])
        assert f"<b>{label_of(cell)}</b> {first}" in words(figure)


def test_a_finish_that_is_a_share_has_a_panel_with_its_line(easy):
    figure = race_chart(EASY, easy, LIGHT)
    assert levels(figure)["finish: 99% accuracy"] == 0.99
    assert [shape.y0 for shape in figure.layout.shapes if shape.yref == "y2"] == [0.99]
    for cell, history in easy.items():
        (line,) = traces(figure, label_of(cell), "y2")
        assert list(line.y) == [record.accuracy for record in history]


@pytest.mark.parametrize("task", TASKS)
def test_the_course_is_there_before_the_start(task):
    config = RaceConfig(task=task)
    figure = race_chart(config, {}, LIGHT)
    low, high = figure.layout.yaxis.range
    assert low < log10(config.chance) < high
    assert [name.split(":")[0] for name in levels(figure)] == ["guessing", "finish"]
    assert len(figure.data) == 3, "the two levels, and the star in the legend"


def test_names_at_the_ends_of_lines_never_lie_on_each_other(adding):
    same = dict.fromkeys(RACING_CELLS, adding["lstm"])
    notes = [note for note in race_chart(ADDING, same, LIGHT).layout.annotations if note.text.startswith("<b>")]
    shifts = sorted(note.yshift for note in notes)
    assert len(shifts) == 3
    assert min(np.diff(shifts)) >= 18


def test_names_stay_clear_of_what_guessing_gives_and_stand_on_paper(adding):
    end = replace(adding["rnn"][-1], update=60, test_loss=ADDING.chance)
    long = {"lstm": adding["lstm"], "rnn": (*adding["rnn"][:-1], end)}
    figure = race_chart(replace(ADDING, updates=200), long, DARK)
    notes = [note for note in figure.layout.annotations if note.text.startswith("<b>")]
    guessing = next(note for note in notes if "RNN" in note.text)
    assert abs(guessing.yshift) >= LEVEL_ROOM
    assert {note.bgcolor for note in notes} == {DARK.paper}


def test_a_name_leaves_the_end_of_a_line_beside_it_in_sight(adding):
    ahead = (*adding["rnn"][:-1], replace(adding["rnn"][-1], update=65, test_loss=0.06))
    behind = (*adding["lstm"][:-1], replace(adding["lstm"][-1], update=60, test_loss=0.06))
    figure = race_chart(replace(ADDING, updates=200), {"lstm": behind, "rnn": ahead}, LIGHT)
    shifts = {note.text: note.yshift for note in figure.layout.annotations}
    assert shifts["<b>LSTM</b>"] >= LEVEL_ROOM


@pytest.mark.parametrize("at", range(0, 80, 7))
def test_a_name_finds_the_lowest_place_that_is_free(at):
    names, levels = [20, 40, 61], [50, 5]
    place = above(at, names, levels)
    assert place >= at
    assert all(abs(place - name) >= LABEL_HEIGHT for name in names)
    assert all(abs(place - level) >= LEVEL_ROOM for level in levels)


def test_axes_leap_seldom_and_hold_everything(adding):
    stages = [stage_of(RaceConfig(), update) for update in range(0, 1501, 10)]
    assert sorted(set(stages)) == [100, 200, 300, 500, 1000, 1500]
    assert stages == sorted(stages)
    assert all(stage >= update for stage, update in zip(stages, range(0, 1501, 10), strict=True))
    low, high = loss_range(ADDING, adding)
    losses = [record.test_loss for history in adding.values() for record in history]
    assert low < min(losses) <= max(losses) < high


@pytest.mark.parametrize("loss", [0.0, 1e-300, 3e38])
def test_extreme_losses_do_not_fail(adding, loss):
    broken = {"lstm": (*adding["lstm"][:-1], replace(adding["lstm"][-1], test_loss=loss))}
    assert np.isfinite(race_chart(ADDING, broken, LIGHT).layout.yaxis.range).all()


def test_reach_is_the_newest_known_gradient_by_step(adding):
    lost = {**adding, "rnn": (*adding["rnn"][:-1], replace(adding["rnn"][-1], gradient_by_step=None))}
    figure = reach_chart(ADDING, lost, LIGHT)
    for cell, place in (("lstm", -1), ("gru", -1), ("rnn", -2)):
        (line,) = traces(figure, label_of(cell))
        assert list(line.x) == list(ADDING.gradient_steps)
        assert list(line.y) == list(adding[cell][place].gradient_by_step)


def test_a_vanished_gradient_lies_on_the_floor_and_keeps_its_number(adding):
    vanished = (-330.0, -120.0, -60.0, -30.0, -10.0, 0.0)
    history = (replace(adding["rnn"][-1], gradient_by_step=vanished),)
    figure = reach_chart(ADDING, {"rnn": history}, LIGHT)
    (line,) = traces(figure, "RNN")
    assert list(line.y)[:3] == [LOWEST] * 3
    assert list(line.customdata) == list(vanished)
    assert figure.layout.yaxis.range[0] <= LOWEST
    assert any("≤" in text for text in figure.layout.yaxis.ticktext)


def test_what_must_be_remembered_is_shaded_where_it_always_stands(easy):
    assert "to be remembered" in " ".join(words(reach_chart(EASY, easy, LIGHT)))
    assert words(reach_chart(ADDING, {}, LIGHT)) == []


def test_map_has_a_column_for_each_record_and_a_row_for_each_step(adding):
    (map_,) = reach_map(ADDING, "gru", adding["gru"], DARK).data
    assert np.asarray(map_.z).shape == (6, 6)
    assert list(np.asarray(map_.z)[:, -1]) == list(adding["gru"][-1].gradient_by_step)
    assert (map_.zmin, map_.zmax) == (-MAP_DEPTH, 0)


def test_map_of_a_long_race_stays_small_and_one_of_none_is_empty(adding):
    (map_,) = reach_map(ADDING, "gru", adding["gru"] * 200, LIGHT).data
    assert len(map_.x) <= MAX_COLUMNS
    (empty,) = reach_map(ADDING, "gru", (), LIGHT).data
    assert len(empty.x) == 0
