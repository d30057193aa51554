"""Tours lead to places that exist, and models answer their questions."""

import re
from collections.abc import Mapping
from string import Formatter

import pytest

from lstm_viz.forecasting.experiment import ForecastExperiment
from lstm_viz.racing.config import RaceConfig
from lstm_viz.recurrent.models import build_model
from lstm_viz.scenes import gradient_subjects, sources
from lstm_viz.scenes.gradient_bytes import reached
from lstm_viz.scenes.gradient_measures import flow_lanes, untrained_lane
from lstm_viz.scenes.gradient_request import FlowRequest
from lstm_viz.scenes.step_request import StepRequest
from lstm_viz.scenes.step_scene import build_scene
from lstm_viz.tables import SAMPLES
from lstm_viz.tours.asking import ASKS, ask, counted_to_end, last_run, letters_right
from lstm_viz.tours.tours import COUNTED, TEXT, TOURS, UNIT, read_place, write_place
from lstm_viz.ui.shell.navigation import all_pages
from lstm_viz.zoo import models
from lstm_viz.zoo.catalogue import load_card

STOPS = [(f"{tour.key}.{place + 1}", stop) for tour in TOURS.values() for place, stop in enumerate(tour.stops)]
QUESTIONS = [(name, stop.question) for name, stop in STOPS if stop.question]
named = {"ids": lambda value: value if isinstance(value, str) else ""}


def step_request(parameters: Mapping[str, str]) -> StepRequest:
    return StepRequest(**{**parameters, "cells": tuple(parameters["cells"].split("-"))})


def flow_request(parameters: Mapping[str, str]) -> FlowRequest:
    kinds = {"length": int, "forget_bias": float}
    return FlowRequest(**{name: kinds[name](value) for name, value in parameters.items()})


def test_every_tour_is_a_walk_of_some_stops_with_guesses_on_the_way():
    for tour, least in (("gates", 2), ("forget", 2), ("forecast", 1)):
        stops = TOURS[tour].stops
        assert 5 <= len(stops) <= 8
        assert sum(stop.question is not None for stop in stops) >= least


@pytest.mark.parametrize(("name", "stop"), STOPS, **named)
def test_every_stop_opens_a_page_that_can_show_it(name, stop):
    assert stop.page in all_pages()
    assert stop.parameters != {}, "a page without parameters takes up the ones that it had"
    if stop.page in ("step", "gates"):
        scene = build_scene(step_request(stop.parameters))
        place = dict(part.split("=") for part in stop.place.split("&"))
        assert 1 <= int(place["step"]) <= len(scene.labels)
        units = scene.lanes[0].subject.model.config.hidden_size
        assert 1 <= int(place.get("unit", 1)) <= units
    elif stop.page == "flow":
        assert {lane.cell for lane in flow_lanes(flow_request(stop.parameters))} == {"rnn", "gru", "lstm"}
    elif stop.page == "race":
        RaceConfig(task=stop.parameters["task"], forget_bias=float(stop.parameters["forget_bias"]))
    elif stop.parameters:
        assert stop.parameters["data"] in [sample.key for sample in SAMPLES]


@pytest.mark.parametrize(("name", "stop"), STOPS, **named)
def test_words_are_short_and_whole(name, stop):
    sentences = re.findall(r"[^.?!]+[.?!]", stop.words)
    assert 2 <= len(sentences) <= 5
    assert len(stop.words) <= 340
    assert "{" not in stop.words + stop.title


@pytest.mark.parametrize(("name", "question"), QUESTIONS, **named)
def test_the_model_answers_with_one_of_the_choices_and_fills_the_sentence(name, question):
    found = ask(question.ask)
    assert found.choice in question.choices
    assert len(question.choices) >= 2, "a guess can go wrong"
    wanted = {field for _, field, _, _ in Formatter().parse(question.reveal) if field}
    assert wanted == set(found.numbers)
    assert "{" not in question.reveal.format(**found.numbers)


def test_no_question_is_left_out_and_none_is_asked_for_that_is_not_there():
    assert {question.ask for _, question in QUESTIONS} == set(ASKS)


# ── what the words claim ─────────────────────────────────────────────────────────────────────────


def test_the_lstm_counts_to_twenty_and_the_plain_network_does_not():
    assert counted_to_end("lstm") == COUNTED
    assert counted_to_end("rnn") != COUNTED


def test_the_unit_of_the_tour_keeps_writes_and_shows_as_the_words_say():
    _, run = last_run("counting", TEXT, "lstm")
    unit = {name: values[:, UNIT - 1] for name, values in run.layers[0].activations.items()}
    a, x, b = slice(1, COUNTED), COUNTED, slice(COUNTED + 1, None)
    assert unit["forget_gate"].min() > 0.99
    assert unit["candidate"][a].max() < -0.95
    assert unit["candidate"][b].min() > 0.9
    assert unit["input_gate"][x] < 0.1 < 0.9 < min(unit["input_gate"][a].min(), unit["input_gate"][b].min())
    assert unit["output_gate"][:COUNTED].max() < 0.01
    assert unit["output_gate"][x:].min() > 0.7
    assert abs(unit["cell_state"][-1]) < 1 < -unit["cell_state"][x]


def test_a_wider_gate_lets_the_gradient_through_and_torchs_own_does_not():
    def left(cell, bias):
        lanes = flow_lanes(FlowRequest(forget_bias=bias))
        return next(reached(lane.states[0]) for lane in lanes if lane.cell == cell)

    assert left("rnn", 0.0) == left("rnn", 3.0) < -20
    assert left("lstm", 3.0) > -1
    assert left("lstm", 0.0) < -15, "no magic"


def test_only_the_lstm_remembers_over_a_hundred_letters():
    assert (letters_right("lstm"), letters_right("rnn") < 4) == (4, True)


# ── another model gives other answers ────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["plain_count", "count_with_a_slip", "count_of_what_is_written", "long_memory"])
def test_other_weights_change_what_is_revealed(name, monkeypatch):
    before = ask(name)

    def unlearned(task, cell):
        return build_model(load_card(task, cell).model, seed=5).eval()

    monkeypatch.setattr(sources, "load_zoo_model", unlearned)
    assert ask(name).numbers != before.numbers


@pytest.mark.parametrize("name", ["gradient_of_a_long_way", "gradient_with_open_gates"])
def test_other_start_weights_change_the_gradients_told(name, monkeypatch):
    before = ask(name)
    untrained_lane.cache_clear()
    monkeypatch.setattr(gradient_subjects, "build_model", lambda config, seed: build_model(config, seed + 99))
    assert ask(name).numbers != before.numbers
    untrained_lane.cache_clear()


def test_an_untrained_forecaster_misses_by_another_number(monkeypatch):
    before = ask("last_year_or_lstm")
    shipped = models.load_forecast

    def unlearned(cell) -> ForecastExperiment:
        experiment = shipped(cell)
        for values in experiment.model.state_dict().values():
            values.mul_(0.5)
        return experiment

    monkeypatch.setattr(models, "load_forecast", unlearned)
    after = ask("last_year_or_lstm")
    assert after.numbers["lstm"] != before.numbers["lstm"]
    assert after.numbers["rule"] == before.numbers["rule"]


# ── places ───────────────────────────────────────────────────────────────────────────────────────


def test_a_place_is_read_as_it_is_written():
    for tour in TOURS.values():
        for stop in range(len(tour.stops)):
            assert read_place(write_place(tour, stop)) == (tour, stop)


@pytest.mark.parametrize(
    "text", [None, "", "gates", "gates.0", "gates.9", "gates.-1", "nothing.1", "gates.1.1", "<b>.1"]
)
def test_what_names_no_place_is_none(text):
    assert read_place(text) is None
