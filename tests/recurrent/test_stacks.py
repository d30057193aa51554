"""Stacks of layers: torch's own, whatever the lengths of the sequences in a batch."""

import itertools

import pytest
import torch
from torch import nn

from lstm_viz.errors import SettingsError
from lstm_viz.recurrent.models import StackedModel, build_model, build_stack, last_states
from lstm_viz.recurrent.specification import CELLS, NORMALIZATIONS, POOLINGS, ModelConfig, StackConfig

LENGTHS = torch.tensor([9, 1, 4, 7, 9])


@pytest.fixture
def sequences():
    return torch.randn(5, 9, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def used_for_a_while(model: StackedModel, sequences) -> StackedModel:
    """A model whose batch norms have seen something, so that they do not pass everything on as it is."""
    model.train()
    model(sequences * 3 + 1)
    return model.eval()


@pytest.mark.parametrize(
    ("cell", "bidirectional", "normalization", "pooling"),
    [*itertools.product(CELLS, (False, True), NORMALIZATIONS, POOLINGS)],
)
def test_a_batch_of_different_lengths_answers_like_one_sequence_at_a_time(
    cell, bidirectional, normalization, pooling, sequences
):
    config = StackConfig(cell, 3, (7, 5), 6, bidirectional, normalization=normalization, pooling=pooling)
    model = used_for_a_while(build_stack(config, seed=0).double(), sequences)
    with torch.no_grad():
        together = model(sequences, LENGTHS)
        for number, length in enumerate(LENGTHS):
            alone = model(sequences[number : number + 1, :length])[0]
            shared = together[number, :length] if pooling == "every" else together[number]
            torch.testing.assert_close(shared, alone, rtol=0, atol=1e-12)


@pytest.mark.parametrize("cell", CELLS)
def test_single_precision_keeps_six_digits(cell, sequences):
    model = build_stack(StackConfig(cell, 3, (32, 16), 6), seed=0).eval()
    values = sequences.float()
    with torch.no_grad():
        together = model(values, LENGTHS)
        alone = torch.cat([model(values[n : n + 1, :length]) for n, length in enumerate(LENGTHS)])
    torch.testing.assert_close(together, alone, rtol=0, atol=1e-6)


def test_what_is_behind_the_end_changes_neither_answer_nor_gradient_nor_statistics(sequences):
    config = StackConfig("gru", 3, (4, 4), 2, bidirectional=True, normalization="batch", pooling="attention")
    told = []
    for behind in (0.0, 1e6):
        model = build_stack(config, seed=0).double().train()
        padded = sequences.clone()
        for number, length in enumerate(LENGTHS):
            padded[number, length:] = behind
        model(padded, LENGTHS).square().sum().backward()
        told.append([*(weight.grad for weight in model.parameters()), *model.buffers()])
    for first, second in zip(*told, strict=True):
        torch.testing.assert_close(first, second, rtol=0, atol=0)


@pytest.mark.parametrize(("cell", "bidirectional"), [*itertools.product(CELLS, (False, True))])
def test_equal_sizes_without_anything_between_are_the_layers_that_every_page_knows(cell, bidirectional, sequences):
    known = build_model(ModelConfig(cell, 3, 6, 2, output_size=4, bidirectional=bidirectional), seed=3).double().eval()
    stack = build_stack(StackConfig(cell, 3, (6, 6), 4, bidirectional), seed=0).double().eval()
    for number, layer in enumerate(stack.layers):
        of_layer = {name: value for name, value in known.rnn.state_dict().items() if f"_l{number}" in name}
        layer.load_state_dict({name.replace(f"_l{number}", "_l0"): value for name, value in of_layer.items()})
    stack.head.load_state_dict(known.head.state_dict())
    with torch.no_grad():
        torch.testing.assert_close(stack(sequences), known(sequences), rtol=0, atol=1e-12)


def test_the_last_state_of_a_bidirectional_layer_is_its_h_n(sequences):
    layer = nn.LSTM(3, 4, bidirectional=True, batch_first=True).double()
    output, (h_n, _) = layer(sequences)
    real = torch.ones(5, 9, dtype=torch.bool)
    torch.testing.assert_close(last_states(output, real, 4), torch.cat([h_n[0], h_n[1]], dim=1))


def test_attention_weighs_real_steps_alone_and_its_weights_add_up_to_one(sequences):
    model = build_stack(StackConfig("lstm", 3, (5,), 2, pooling="attention"), seed=0).double()
    real = torch.arange(9)[None] < LENGTHS[:, None]
    weights = model.attention(torch.randn(5, 9, 5, dtype=torch.float64), real)
    torch.testing.assert_close(weights.sum(dim=1), torch.ones(5, dtype=torch.float64))
    assert (weights[~real] == 0).all()
    assert (weights[real] > 0).all()


def test_a_single_step_is_normalised_by_what_was_seen_before_and_teaches_weights_alone(sequences):
    model = used_for_a_while(build_stack(StackConfig("gru", 3, (4,), 2, normalization="batch"), 0).double(), sequences)
    step, before = sequences[:1, :1], [buffer.clone() for buffer in model.buffers()]
    expected = model(step)
    answer = model.train()(step)
    torch.testing.assert_close(answer, expected)
    answer.square().sum().backward()
    assert all(weight.grad is not None and weight.grad.any() for weight in model.norms.parameters())
    assert all(torch.equal(buffer, kept) for buffer, kept in zip(model.buffers(), before, strict=True))
    assert all(module.training for module in model.modules())


def test_norms_add_to_the_variance_what_the_config_says_and_what_torch_adds_where_it_says_nothing():
    for normalization in ("batch", "layer"):
        for said, epsilon in (({}, 1e-5), ({"epsilon": 1e-3}, 1e-3)):
            (norm,) = build_stack(StackConfig(sizes=(4,), normalization=normalization, **said), 0).norms
            assert norm.eps == epsilon


def test_dropout_acts_in_training_alone(sequences):
    model = build_stack(StackConfig("rnn", 3, (20, 20), 2, dropout=0.5), seed=0).double()
    assert not torch.equal(model.train()(sequences), model(sequences))
    assert torch.equal(model.eval()(sequences), model(sequences))


def test_start_weights_depend_on_the_seed_alone():
    config = StackConfig(sizes=(4, 3), initialization="keras")
    first, again, other = (build_stack(config, seed).state_dict() for seed in (1, 1, 2))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["layers.0.weight_ih_l0"], other["layers.0.weight_ih_l0"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"sizes": ()},
        {"sizes": (4,) * 5},
        {"sizes": (0,)},
        {"dropout": 1.0},
        {"pooling": "max"},
        {"cell": "x"},
        {"epsilon": 0.0},
    ],
)
def test_what_cannot_be_built_is_refused(wrong):
    with pytest.raises(SettingsError, match=r"`\w+`"):
        StackConfig(**wrong)
