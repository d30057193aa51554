"""An untrained cell reads any text, and a token keeps its numbers whatever stands around it."""

import numpy as np
import pytest
import torch

from lstm_viz.errors import SequenceError, SettingsError
from lstm_viz.recurrent.trace import trace_model
from lstm_viz.scenes.step_request import UNTRAINED, StepRequest
from lstm_viz.scenes.step_scene import build_scene
from lstm_viz.scenes.step_subject import untrained_model


def scene(text, **requested):
    return build_scene(StepRequest(source=UNTRAINED, text=text, **requested))


def test_a_common_beginning_gives_the_same_states_whatever_follows():
    one, other = (scene(text).lanes[0].trace.layer()["cell_state"] for text in ("red green blue", "red green seven x"))
    np.testing.assert_allclose(one[:2], other[:2], atol=1e-7)
    assert np.abs(one[2] - other[2]).max() > 1e-3


def test_another_seed_gives_other_weights_and_the_same_seed_the_same():
    first, again, other = (untrained_model("lstm", ("a", "b"), seed, 8, 1.0) for seed in (3, 3, 4))
    for one, same, different in zip(first.parameters(), again.parameters(), other.parameters(), strict=True):
        assert torch.equal(one, same)
        assert not torch.equal(one, different) or not one.any()


def test_the_forget_bias_is_what_the_slider_says():
    model = untrained_model("lstm", ("a",), 0, 5, 2.5)
    biases = model.rnn.bias_ih_l0 + model.rnn.bias_hh_l0
    np.testing.assert_allclose(biases.detach().numpy()[5:10], 2.5)


def test_a_larger_forget_bias_keeps_more():
    kept = [scene("a b c d e f", forget_bias=bias).lanes[0].trace.layer()["forget_gate"].mean() for bias in (-3, 0, 3)]
    assert kept == sorted(kept)
    assert kept[2] - kept[0] > 0.5


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("我爱北京天安门", tuple("我爱北京天安门")),
        ("I love Beijing", ("I", "love", "Beijing")),
        ("שלום עולם", ("שלום", "עולם")),
        ("👩‍👩‍👧 🇩🇪 ok", ("👩‍👩‍👧", "🇩🇪", "ok")),
        ("<b>x</b>", ("<", "b", ">", "x", "<", "/", "b", ">")),
        ("one", ("one",)),
    ],
)
def test_any_script_becomes_tokens_and_is_traced(text, tokens):
    splitting = "words" if " " in text else "characters" if text != "one" else "words"
    shown = scene(text, splitting=splitting)
    assert shown.labels == tokens
    assert shown.lanes[0].trace.layer()["hidden_state"].shape == (len(tokens), 16)
    assert shown.lanes[0].trace.difference < 1e-6


def test_it_is_asked_for_the_token_that_comes_next():
    subject = scene("a b a").lanes[0].subject
    assert subject.outputs == ("a", "b")
    assert subject.answers == ((1,), (0,), ())


@pytest.mark.parametrize("size", [1, 128])
def test_the_smallest_and_the_largest_cell_can_be_stepped(size):
    assert scene("a b c", hidden_size=size).lanes[0].trace.layer()["cell_state"].shape == (3, size)


@pytest.mark.parametrize("text", [" ", "a " * 1001, "x" * 30_000])
def test_nothing_and_too_much_are_refused(text):
    with pytest.raises(SequenceError):
        scene(text)


@pytest.mark.parametrize(
    "requested", [{"hidden_size": 0}, {"hidden_size": 129}, {"forget_bias": float("nan")}, {"seed": -1}, {"cells": ()}]
)
def test_settings_outside_their_range_are_refused(requested):
    with pytest.raises(SettingsError):
        StepRequest(source=UNTRAINED, **requested)


def test_more_numbers_than_a_browser_should_get_are_refused_with_what_works():
    with pytest.raises(SettingsError, match="at most 682 steps"):
        scene("a " * 1000, hidden_size=128, cells=("lstm", "gru", "rnn"))


def test_the_embedding_is_what_the_trace_calls_its_input():
    model = untrained_model("gru", ("a", "b"), 0, 4, 1.0)
    trace = trace_model(model, [1, 0, 1])
    np.testing.assert_array_equal(trace.layer().inputs, model.embed.weight.detach().numpy()[[1, 0, 1]])
