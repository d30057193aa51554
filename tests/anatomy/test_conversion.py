"""Weights in another layout are the same weights, there and back."""

import numpy as np
import pytest
import torch

from lstm_viz.anatomy.parts import NORM_WORDS, blueprint_of, parts_of, tensors_of, tensors_of_part
from lstm_viz.anatomy.weight_layouts import (
    COUNTER,
    load_weights,
    recurrent_to_torch,
    rows_in_keras,
    to_keras,
    torch_weights,
    turned,
)
from lstm_viz.codegen.source import answers_of
from lstm_viz.recurrent.models import build_model, build_stack
from lstm_viz.recurrent.specification import ModelConfig, StackConfig
from tests.anatomy.many import EVERYTHING, make_batch, make_model, named, worst


def to_torch(config, arrays):
    """Turn the arrays of a whole Keras model, in their order, into torch's weights."""
    blueprint, left, found = blueprint_of(config), list(arrays), {}
    for part in parts_of(blueprint):
        count = len(tensors_of_part(blueprint, part, "keras"))
        here, left = left[:count], left[count:]
        if part.kind == "recurrent":
            tensors = recurrent_to_torch(blueprint.stack.cell, here)
        elif part.kind == "norm":
            tensors = dict(zip(NORM_WORDS["torch"], here, strict=False))
            tensors |= {COUNTER: np.array(0)} if blueprint.stack.normalization == "batch" else {}
        else:
            first = here[0] if part.kind == "embedding" else turned(here[0])
            tensors = dict(zip(("weight", "bias"), (first, *here[1:]), strict=False))
        found |= {part.torch.format(word): array for word, array in tensors.items()}
    return found


def fresh(config):
    return build_model(config, 9) if isinstance(config, ModelConfig) else build_stack(config, 9)


def test_weights_come_back_from_keras_as_the_same_model():
    for config in EVERYTHING[::3]:
        weights = torch_weights(make_model(config).double())
        there = to_keras(config, weights)
        back = to_torch(config, list(there.values()))
        again = to_keras(config, back)
        assert all(np.array_equal(array, again[name]) for name, array in there.items()), named(config)
        for name, array in weights.items():
            if "bias_ih" in name:
                other = name.replace("bias_ih", "bias_hh")
                assert np.array_equal(back[name] + back[other], array + weights[other]), named(config)
                assert config.cell == "gru" or not back[other].any()
            elif "bias_hh" not in name and "num_batches" not in name:
                assert np.array_equal(back[name], array), named(config)


@pytest.mark.parametrize("config", EVERYTHING[::9], ids=named)
def test_a_model_with_weights_that_went_through_keras_answers_as_before(config):
    model, batch = make_model(config), make_batch(config)
    other = fresh(config)
    load_weights(other, to_torch(config, list(to_keras(config, torch_weights(model)).values())))
    assert worst(answers_of(other, batch), answers_of(model, batch)) < 1e-5


def test_a_gru_comes_back_to_the_last_bit():
    config = StackConfig("gru", 3, (5,), 2, bidirectional=True)
    weights = torch_weights(make_model(config))
    back = to_torch(config, list(to_keras(config, weights).values()))
    assert all(np.array_equal(array, back[name]) for name, array in weights.items())


def test_shapes_in_keras_are_those_that_are_told():
    for config in EVERYTHING[::5]:
        there = to_keras(config, torch_weights(make_model(config)))
        assert {name: array.shape for name, array in there.items()} == {
            fact.name: fact.shape for fact in tensors_of(config, "keras")
        }


def test_gates_of_an_lstm_stay_where_they_are_and_the_first_two_of_a_gru_change_places():
    assert rows_in_keras("lstm", 2).tolist() == [0, 1, 2, 3, 4, 5, 6, 7]
    assert rows_in_keras("gru", 2).tolist() == [2, 3, 0, 1, 4, 5]


def test_converted_weights_have_memory_of_their_own():
    model = make_model(StackConfig("lstm", 3, (4,), 2))
    weights = torch_weights(model)
    weights["lstm.weight_ih_l0"][:] = 0
    assert model.layers[0].weight_ih_l0.abs().max() > 0
    assert all(array.flags.c_contiguous for array in to_keras(model.config, torch_weights(model)).values())


def test_a_model_takes_weights_without_a_count_of_batches():
    config = StackConfig("rnn", 3, (4,), 2, normalization="batch")
    model, other = make_model(config), build_stack(config, 9).eval()
    weights = {name: array for name, array in torch_weights(model).items() if "num_batches" not in name}
    load_weights(other, weights)
    batch = torch.from_numpy(make_batch(config))
    torch.testing.assert_close(other(batch), model(batch))
