"""*Memory race* runs for every address; its races are real."""

import json
import time
from dataclasses import replace

import pytest
import torch

from lstm_viz.codegen.source import source_of
from lstm_viz.paths import ROOT
from lstm_viz.racing.config import RACE_TASKS, TASKS, RaceConfig, usual_config
from lstm_viz.racing.race import held_out_batch, race_loss
from lstm_viz.runs.opened import open_racer
from lstm_viz.runs.race_service import race_service
from lstm_viz.runs.services import discard_service
from lstm_viz.ui.race.words import hint_of
from lstm_viz.ui.shell.navigation import LETTERS

pytestmark = pytest.mark.slow

TINY = {"length": "6", "hidden_size": "4", "batch_size": "8", "updates": "20"}
TINY_CONFIG = RaceConfig(length=6, hidden_size=4, batch_size=8, updates=20)


@pytest.fixture(autouse=True, scope="module")
def data_directory(tmp_path_factory):
    """One for all tests, with the worker that the first race starts: every race has a key of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LSTM_VIZ_DATA", str(tmp_path_factory.mktemp("races")))
        discard_service()
        yield
        discard_service()


def said(app):
    return [error.value.replace("\\", "") for error in app.error]


def words(app):
    return " ".join(text.value.replace("\\", "") for text in app.markdown)


def charts(app):
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def enabled(app):
    return {button.label for button in app.button if not button.disabled}


def address_of(app):
    return {name: value[0] if isinstance(value, list) else value for name, value in app.query_params.items()}


def press(app, label):
    return next(button for button in app.button if button.label == label).click().run()


def halted(key, seconds=120.0):
    end = time.monotonic() + seconds
    while race_service().view(key).state.active:
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)
    return race_service().view(key)


def raced(config):
    key = race_service().create(config)
    race_service().submit(key)
    halted(key)
    return key


@pytest.mark.parametrize("task", TASKS)
def test_every_task_opens_cold_and_is_explained(open_page, task):
    app = open_page("memory_race", task=task)
    assert not app.exception
    assert said(app) == []
    assert any(text.value.replace("\\", "") == RACE_TASKS[task].meaning for text in app.markdown)
    assert RACE_TASKS[task].finish in words(app)
    assert enabled(app) == {"Start race", "One step"}
    assert len(charts(app)) == 1


def test_usual_settings_leave_the_address_empty_and_others_stand_in_it(open_page):
    app = open_page("memory_race")
    assert address_of(app) == {}
    app.slider(key="race-forget_bias--2.0-5.0").set_value(3.0).run()
    app.number_input(key="race-seed").set_value(7).run()
    assert address_of(app) == {"forget_bias": "3.0", "seed": "7"}
    app.slider(key="race-forget_bias--2.0-5.0").set_value(1.0).run()
    assert address_of(app) == {"seed": "7"}


def test_another_task_begins_with_what_is_usual_for_it_and_keeps_the_rest(open_page):
    app = open_page("memory_race", length="4", learning_rate="0.02", seed="7", forget_bias="2")
    app.button_group(key="race-task").set_value("copy").run()
    assert not app.exception
    assert said(app) == []
    assert address_of(app) == {"task": "copy", "seed": "7", "forget_bias": "2"}
    assert app.slider(key="race-length-11-500").value == 20
    app.button_group(key="race-task").set_value("adding").run()
    assert address_of(app) == {"seed": "7", "forget_bias": "2"}
    assert app.slider(key="race-length-2-500").value == 50


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"length": "9999"}, "Sequence length (=9999) must lie between 2 and 500."),
        ({"length": "ten"}, "Sequence length (=ten) must be a whole number."),
        ({"task": "copy", "length": "5"}, "Sequence length (=5) must lie between 11 and 500."),
        ({"task": "<b>no</b>"}, "Task (=<b>no</b>) is not known. Use one of adding, recall, copy, counting, digits."),
        ({"forget_bias": "nan"}, "Forget bias (=nan) must lie between -10.0 and 10.0."),
        ({"learning_rate": "-1"}, "Learning rate (=-1.0) must lie between 1e-06 and 10.0."),
        ({"cells": "lstm-transformer"}, "Competitors (=transformer) is not known. Use one of rnn, gru, lstm."),
        ({"cells": "lstm-lstm"}, "Competitors (=lstm, lstm) must name one or more, each once. Use rnn, gru, lstm."),
        (
            {"race": "0" * 24},
            "Nothing is stored under this address: it may be mistyped, or older than what this server ",
        ),
        ({"race": "../../etc/passwd"}, "Nothing is stored under this address"),
    ],
    ids=str,
)
def test_a_wrong_value_gets_one_sentence_and_everything_stays(open_page, parameters, sentence):
    app = open_page("memory_race", **parameters)
    assert not app.exception
    (told,) = said(app)
    assert sentence in told
    assert len(charts(app)) == 1
    assert ("Start race" in enabled(app)) == ("race" in parameters)


def test_charts_have_the_letters_of_projector_mode_so_that_their_room_is_measured_right(open_page):
    pages = [open_page("memory_race", **mode) for mode in ({}, {"projector": "1"})]
    sizes = [charts(page)[0]["layout"]["legend"]["font"]["size"] for page in pages]
    assert sizes == [14, LETTERS]


def test_several_wrong_values_each_get_their_sentence(open_page):
    app = open_page("memory_race", length="1", seed="-3", batch_size="x", updates="9" * 200, gradient_clip="inf")
    assert not app.exception
    assert len(said(app)) == 5


@pytest.mark.slow
def test_a_race_starts_ends_and_opens_again_by_its_key(open_page):
    app = press(open_page("memory_race", **TINY), "Start race")
    assert not app.exception
    key = address_of(app)["race"]
    assert race_service().view(key).config == TINY_CONFIG
    halted(key)
    app.run()
    assert not app.exception
    assert "Finished after update 20" in words(app)
    assert enabled(app) == {"Start race", "One step", "Open race 1"}
    assert "?length=6&hidden_size=4&batch_size=8&updates=20" in app.table[0].value["Address"].iloc[0].replace(
        "seed", ""
    )
    other = open_page("memory_race", race=key)
    assert said(other) == []
    assert [value.value for value in other.metric] == [value.value for value in app.metric]
    assert other.number_input(key="race-hidden_size").value == 4
    race_line = next(trace for trace in charts(other)[0]["data"] if trace.get("name") == "LSTM")
    assert len(race_line["x"]) == 2


@pytest.mark.slow
@pytest.mark.parametrize("task", TASKS)
def test_networks_are_offered_as_code_as_far_as_they_have_trained(open_page, task):
    config = replace(usual_config(task), hidden_size=4, batch_size=8, updates=20, cells=("rnn", "lstm"))
    key = raced(config)
    app = open_page("memory_race", race=key)
    app.session_state["fold-race-code"] = True
    app.run()
    app.segmented_control(key="race-code-lane").set_value("lstm").run()
    assert not app.exception
    model = open_racer(key, "lstm")
    assert [each.value for each in app.code] == [
        source_of(model.config, language).strip() for language in ("torch", "keras", "numpy")
    ]
    test = held_out_batch(config)
    with torch.no_grad():
        loss = race_loss(model.eval()(test.inputs), test.targets).item()
    assert loss == race_service().view(key).racers["lstm"].history[-1].test_loss


@pytest.mark.slow
def test_a_changed_setting_leaves_the_race_on_screen_and_starts_from_it(open_page):
    key = raced(TINY_CONFIG)
    app = open_page("memory_race", race=key)
    app.number_input(key="race-hidden_size").set_value(5).run()
    assert address_of(app) == {"race": key, "hidden_size": "5"}
    assert "You changed settings since this race" in words(app)
    assert "Finished after update 20" in words(app)
    press(app, "Start race")
    newer = address_of(app)["race"]
    assert newer != key
    assert race_service().view(newer).config.hidden_size == 5
    assert race_service().view(newer).config.updates == 20
    halted(newer)
    app.run()
    assert list(app.table[0].value["Hidden units"]) == ["5", "4"]
    press(app, "Open race 1")
    assert address_of(app) == {"race": key}


@pytest.mark.slow
def test_one_step_trains_ten_updates_and_pauses_until_resumed(open_page):
    app = press(open_page("memory_race", **{**TINY, "updates": "30"}), "One step")
    key = address_of(app)["race"]
    for update in (10, 20):
        halted(key)
        app.run()
        assert f"Paused at update {update} of 30" in words(app)
        assert {"Resume", "One step", "Stop"} <= enabled(app)
        if update == 10:
            press(app, "One step")
    press(app, "Stop")
    assert "Stopped at update 20 of 30" in words(app)
    assert not {"Resume", "Stop"} & enabled(app)


@pytest.mark.slow
def test_page_keeps_its_race_while_another_page_is_open(open_page):
    key = raced(TINY_CONFIG)
    app = open_page("memory_race", race=key)
    app.switch_page(str(ROOT / "pages" / "home.py")).run()
    app.query_params.clear()
    app.switch_page(str(ROOT / "pages" / "memory_race.py")).run()
    assert not app.exception
    assert address_of(app) == {"race": key}
    assert "Finished after update 20" in words(app)


@pytest.mark.slow
def test_an_lstm_that_forgot_gets_a_hint_that_starts_a_race(open_page):
    config = RaceConfig(task="recall", length=60, hidden_size=4, batch_size=8, updates=20, cells=("lstm",))
    key = raced(config)
    app = open_page("memory_race", race=key)
    hints = [text.value.replace("\\", "") for text in app.markdown if "Why did the LSTM" in text.value]
    assert hints == [hint_of(race_service().view(key))]
    assert "0.73^59 ≈ 9·10⁻⁹" in hints[0]
    press(app, "Race again with forget bias 3")
    newer = address_of(app)["race"]
    assert race_service().view(newer).config.forget_bias == 3.0
    halted(newer)
    app.run()
    assert not any("Why did the LSTM" in text.value for text in app.markdown)
