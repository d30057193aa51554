"""Weights as people bring them: where each part stands is told by them, assumed and said, or refused as unknown."""

import contextlib
import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save
from safetensors.torch import save_model
from torch import nn
from torch.optim.swa_utils import AveragedModel

from lstm_viz.codegen.source import answers_of
from lstm_viz.errors import WeightsError
from lstm_viz.recurrent.specification import ModelConfig
from lstm_viz.weights.read_arrays import OF_PICKLE, OF_TORCH, TO_NPZ
from lstm_viz.weights.read_model import ForeignModel, UnknownSettings, read_foreign
from tests.anatomy.many import worst

EVERY = UnknownSettings("every")
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")


class Made(nn.Module):
    """A module of named parts; it runs `order` one after the other, each on every state of the one before."""

    def __init__(self, order: str = "", **parts: nn.Module):
        super().__init__()
        self.order = order.split()
        for name, part in parts.items():
            self.add_module(name, part)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for name in self.order:
            x = self.get_submodule(name)(x)
            x = x[0] if isinstance(x, tuple) else x
        return x


def lstm(inputs: int = 8, units: int = 8, **options) -> nn.LSTM:
    return nn.LSTM(inputs, units, batch_first=True, **options)


def arrays(module: nn.Module, prefix: str = "") -> dict[str, np.ndarray]:
    return {prefix + name: tensor.detach().numpy().copy() for name, tensor in module.state_dict().items()}


def npz(named: dict[str, np.ndarray]) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **named)
    return buffer.getvalue()


def files(state: dict[str, np.ndarray]) -> list[bytes]:
    return [save(state), npz(state)]


def tokens() -> torch.Tensor:
    return torch.randint(0, 8, (2, 5))


def require_same(foreign: ForeignModel, module: nn.Module, batch: torch.Tensor) -> None:
    with torch.no_grad():
        torch.testing.assert_close(foreign.model(batch), module.eval()(batch))


def refused(data: bytes, sentence: str) -> None:
    with pytest.raises(WeightsError, match=sentence) as refusal:
        read_foreign(data)
    assert refusal.value.args[0].rstrip()[-1] in ".)", "what to do comes last"


def tied(*shapes: int, bias: bool = True) -> Made:
    table, head = nn.Embedding(*shapes), nn.Linear(shapes[1], shapes[0], bias=bias)
    head.weight = table.weight
    return Made("encoder rnn decoder", encoder=table, rnn=lstm(shapes[1], shapes[1]), decoder=head)


LANGUAGE = {
    "word_language_model": Made(
        "encoder rnn decoder", encoder=nn.Embedding(20, 8), rnn=lstm(), decoder=nn.Linear(8, 20)
    ),
    "tied": tied(20, 8),
    "tied_without_bias": tied(20, 8, bias=False),
    "as_many_tokens_as_units": tied(8, 8),
    "no_bias_at_all": Made(
        "wte core.rnn lm_head", wte=nn.Embedding(20, 8), core=Made(rnn=lstm()), lm_head=nn.Linear(8, 20, bias=False)
    ),
    "narrow": Made("lookup rnn fc", lookup=nn.Embedding(20, 3), rnn=lstm(3), fc=nn.Linear(8, 2)),
    "vectors_alone": Made("word_vectors gru", word_vectors=nn.Embedding(20, 8), gru=nn.GRU(8, 8, batch_first=True)),
    "nothing_told_by_names": Made("a b c", a=nn.Embedding(20, 8), b=lstm(), c=nn.Linear(8, 4)),
    "in_sequences": Made(
        "encoder rnn fc",
        encoder=nn.Sequential(nn.Embedding(20, 8)),
        rnn=lstm(),
        fc=nn.Sequential(nn.Linear(8, 20, bias=False)),
    ),
    "embedding_of_the_output": Made(
        "in_embed rnn out_embed", in_embed=nn.Embedding(20, 8), rnn=lstm(), out_embed=nn.Linear(8, 20, bias=False)
    ),
    "two_ways": Made("tok rnn out", tok=nn.Embedding(20, 16), rnn=lstm(16, bidirectional=True), out=nn.Linear(16, 20)),
}


@pytest.mark.parametrize("name", LANGUAGE)
def test_an_embedding_of_any_name_is_told_from_the_head(name):
    module, batch = LANGUAGE[name], tokens()
    for state in (arrays(module), arrays(nn.DataParallel(module))):
        for data in files(state):
            foreign = read_foreign(data, EVERY)
            require_same(foreign, module, batch)
            assert any("is taken to be the embedding: " in note for note in foreign.notes)


@pytest.mark.parametrize("name", ["tied", "tied_without_bias", "as_many_tokens_as_units"])
def test_tied_weights_that_save_model_keeps_once_are_found_under_both_names(name, tmp_path):
    save_model(LANGUAGE[name], str(tmp_path / "weights.safetensors"))
    data = (tmp_path / "weights.safetensors").read_bytes()
    assert b"__metadata__" in data
    require_same(read_foreign(data, EVERY), LANGUAGE[name], tokens())


def test_a_bias_without_a_weight_shares_that_of_the_embedding_or_is_refused():
    state = arrays(LANGUAGE["tied"])
    del state["decoder.weight"]
    foreign = read_foreign(save(state), EVERY)
    require_same(foreign, LANGUAGE["tied"], tokens())
    assert any("“decoder” has no weight of its own" in note for note in foreign.notes)
    del state["encoder.weight"]
    refused(save(state), "`decoder` has a bias and no weight")


def matrix(rows: int, columns: int) -> np.ndarray:
    return np.random.default_rng(rows).normal(size=(rows, columns)).astype(np.float32)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"a.weight": matrix(20, 8), "b.weight": matrix(21, 8)}, "`a`, `b` have the same form"),
        ({"word_emb.weight": matrix(20, 8), "pos_emb.weight": matrix(9, 8)}, "look like 2 embeddings"),
        ({"a.weight": matrix(5, 8), "b.weight": matrix(2, 5), "b.bias": np.zeros(2, "f4")}, "2 linear layers"),
        ({"a.weight": matrix(8, 8), "b.weight": matrix(20, 8)}, "2 linear layers"),
        ({"a.weight": matrix(20, 8), "head.a.weight": matrix(8, 8)}, "2 linear layers"),
    ],
)
def test_matrices_that_could_be_either_are_not_guessed(more, sentence):
    refused(save(arrays(lstm(), "rnn.") | more), sentence)


FRONT = {
    "narrow": ({"fc1": nn.Linear(5, 3), "rnn": lstm(3), "fc2": nn.Linear(8, 2)}, "`fc1` gives 3 numbers"),
    "alone": ({"proj": nn.Linear(5, 3), "rnn": lstm(3)}, "`proj` gives 3 numbers"),
    "fits_behind_too": ({"fc_in": nn.Linear(8, 3), "rnn": lstm(3)}, "`fc_in` gives 3 numbers"),
    "all_of_one_size": ({"fcIn": nn.Linear(8, 8), "rnn": lstm(), "fc": nn.Linear(8, 8)}, "`fcIn` gives 8 numbers"),
    "no_bias": ({"input_proj": nn.Linear(8, 8, bias=False), "rnn": lstm()}, "`input_proj` gives 8"),
    "behind_an_embedding": (
        {"embed": nn.Embedding(9, 5), "project": nn.Linear(5, 3), "rnn": lstm(3), "head": nn.Linear(8, 2)},
        "`project` gives 3",
    ),
    "norm": ({"norm_in": nn.LayerNorm(8), "rnn": lstm()}, "`norm_in` seems to stand in front"),
    "narrow_norm": ({"bn": nn.BatchNorm1d(3), "rnn": lstm(3)}, "`bn` seems to stand in front"),
}


@pytest.mark.parametrize("name", FRONT)
def test_a_layer_in_front_of_the_recurrent_one_is_not_put_behind_it(name):
    parts, sentence = FRONT[name]
    for data in files(arrays(Made(**parts))):
        refused(data, sentence)


def test_a_layer_that_fits_in_front_and_behind_is_put_behind_and_that_is_said():
    module = Made("rnn fc", rnn=lstm(1, 8), fc=nn.Linear(8, 1))
    foreign = read_foreign(save(arrays(module)), EVERY)
    require_same(foreign, module, torch.randn(2, 5, 1))
    assert any("would fit in front of one as well" in note for note in foreign.notes)
    table = read_foreign(save(arrays(Made(rnn=lstm(), fc=nn.Linear(8, 20, bias=False)))))
    assert any("would fit in front of one as well" in note for note in table.notes)
    sure = read_foreign(save(arrays(Made(rnn=lstm(1, 8), head=nn.Linear(8, 1)))))
    assert not any("in front" in note for note in sure.notes)


def test_norms_are_put_where_their_numbers_say_and_that_is_said():
    order = "lstm1 ln1 lstm2 ln2 fc"
    parts = {"lstm1": lstm(), "lstm2": lstm(), "ln1": nn.LayerNorm(8), "ln2": nn.LayerNorm(8), "fc": nn.Linear(8, 2)}
    for part in ("ln1", "ln2"):
        nn.init.normal_(parts[part].weight)
    foreign = read_foreign(save(arrays(Made(**parts))), EVERY)
    require_same(foreign, Made(order, **parts), torch.randn(2, 5, 8))
    assert any("norms “ln1”, “ln2” are taken to stand behind" in note for note in foreign.notes)
    unknown = {"lstm1": lstm(), "lstm2": lstm(), "low_norm": nn.LayerNorm(8), "after_norm": nn.LayerNorm(8)}
    refused(save(arrays(Made(**unknown))), "norms `after_norm`, `low_norm` belongs to is ambiguous")


@pytest.mark.parametrize(
    "names",
    [
        "rnn_in rnn_hidden",
        "lstm_a lstm_b",
        "question answer",
        "bottom top",
        "online target",
        "fw.lstm bw.lstm",
        "x y z",
    ],
)
def test_layers_of_one_size_whose_names_give_no_order_are_not_stacked_by_the_alphabet(names):
    state = {name: array for part in names.split() for name, array in arrays(lstm(), f"{part}.").items()}
    for data in files(state):
        refused(data, "could stand on each other in [26] orders")


@pytest.mark.parametrize(
    "names",
    [
        "lstm1 lstm2",
        "lstm_9 lstm_10",
        "layers.0 layers.1",
        "lstm lstm_1 lstm_2",
        "blocks.0.rnn blocks.1.rnn",
        "m.rnn m.rnn2",
    ],
)
def test_numbers_in_names_give_the_order_and_that_is_said(names):
    layers = [lstm() for _ in names.split()]
    state = {}
    for part, layer in reversed(list(zip(names.split(), layers, strict=True))):
        state |= arrays(layer, f"{part}.")
    for data in files(state):
        foreign = read_foreign(data, EVERY)
        require_same(
            foreign,
            Made(" ".join("abc"[: len(layers)]), **dict(zip("abc", layers, strict=False))),
            torch.randn(2, 5, 8),
        )
        assert any("in the order of their numbers" in note for note in foreign.notes)


def test_the_only_order_that_fits_is_said_to_be_assumed():
    state = arrays(lstm(2, 7), "zlower.") | arrays(lstm(7, 4), "upper.")
    notes = " ".join(read_foreign(save(state)).notes)
    assert "“zlower”, “upper” are taken to be a stack, each reading every state of the one before" in notes


def test_layers_of_one_module_are_all_there_or_refused():
    state = {name: array for name, array in arrays(lstm(num_layers=3)).items() if "_l1" not in name}
    refused(save(state), "`weight_ih_l1` is missing")
    refused(save({name: array for name, array in state.items() if "_l2" in name}), "`weight_ih_l0` is missing")


@pytest.mark.parametrize(
    "names",
    [
        "encoder decoder",
        "enc_rnn dec_rnn",
        "lstmEncoder lstmDecoder",
        "seq.encoder.lstm seq.decoder.lstm",
        "actor critic",
        "left.rnn right.rnn",
        "user_tower item_tower",
    ],
)
@pytest.mark.parametrize("inputs", [3, 8])
def test_encoder_and_decoder_are_no_stack(names, inputs):
    first, second = names.split()
    state = arrays(lstm(inputs), f"{first}.") | arrays(lstm(), f"{second}.") | arrays(nn.Linear(8, 3), "out.")
    refused(save(state), "are no stack")


def test_towers_of_keras_are_no_stack_in_the_order_of_the_file_either(keras):
    named = {weight.path: np.array(weight) for weight in made(keras, 8, keras.layers.LSTM(8, name="left")).weights}
    named |= {path.replace("left", "right"): array + 1 for path, array in named.items()}
    refused(npz(named), "are no stack")


def keras_files(model) -> tuple[bytes, bytes, bytes]:
    """By path in order, by path without one, and without names."""
    named = {weight.path: np.array(weight) for weight in model.weights}
    buffer = io.BytesIO()
    np.savez(buffer, *model.get_weights())
    return npz(named), save(named), buffer.getvalue()


def answers(model, batch: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        return model(batch, training=False).numpy()


def made(keras, inputs: int, *layers):
    model = keras.Sequential([keras.Input((None, inputs)), *layers])
    rng = np.random.default_rng(0)
    model.set_weights([rng.normal(size=weight.shape) for weight in model.weights])
    return model


@pytest.mark.parametrize(("inputs", "name"), [(16, "backwards"), (3, "reverse"), (8, None), (16, "backward_own")])
@pytest.mark.parametrize("headed", [True, False])
def test_a_backward_layer_with_a_name_of_its_own_is_the_backward_one(inputs, name, headed, keras):
    kind = keras.layers.GRU if inputs == 3 else keras.layers.LSTM
    both = keras.layers.Bidirectional(kind(8), backward_layer=kind(8, go_backwards=True, name=name))
    model = made(keras, inputs, both, *([keras.layers.Dense(2)] if headed else []))
    batch = np.random.default_rng(1).normal(size=(2, 5, inputs)).astype(np.float32)
    for data in keras_files(model)[: 3 if headed or inputs == 3 else 2]:
        foreign = read_foreign(data)
        assert foreign.config.bidirectional
        assert worst(answers_of(foreign.model, batch), answers(model, batch)) < 1e-5
        assert any("`output[:, -1]`" in note for note in foreign.notes)


@pytest.mark.parametrize(("inputs", "headed"), [(3, True), (3, False), (8, True)])
def test_directions_are_found_when_saving_and_loading_dropped_what_wraps_them(inputs, headed, keras, tmp_path):
    def both(sequences: bool):
        kind, way = keras.layers.LSTM, {"units": 8, "return_sequences": sequences}
        return keras.layers.Bidirectional(kind(**way), backward_layer=kind(**way, go_backwards=True))

    batch = np.random.default_rng(1).normal(size=(2, 5, inputs)).astype(np.float32)
    for layers in ([both(False)], [both(True), both(False)]):
        model = made(keras, inputs, *layers, *([keras.layers.Dense(2)] if headed else []))
        model.save(tmp_path / "model.keras")
        loaded = keras.saving.load_model(tmp_path / "model.keras")
        assert not any("bidirectional" in weight.path for weight in loaded.weights)
        foreign = read_foreign(keras_files(loaded)[0])
        assert foreign.config.bidirectional
        assert worst(answers_of(foreign.model, batch), answers(model, batch)) < 1e-5
    single = made(keras, 8, both(False))
    single.save(tmp_path / "model.keras")
    for data in keras_files(keras.saving.load_model(tmp_path / "model.keras"))[:2]:
        refused(data, "could be the backward direction of `forward_lstm")


def test_two_bidirectional_layers_with_names_of_their_own_stand_on_each_other(keras):
    def both(sequences: bool, name: str):
        way = {"units": 4, "return_sequences": sequences}
        return keras.layers.Bidirectional(
            keras.layers.LSTM(**way, name=f"f{name}"),
            backward_layer=keras.layers.LSTM(**way, go_backwards=True, name=f"b{name}"),
            name=f"bi{name}",
        )

    model = made(keras, 8, both(True, "1"), both(False, "2"), keras.layers.Dense(2))
    batch = np.random.default_rng(1).normal(size=(2, 5, 8)).astype(np.float32)
    for data in keras_files(model):
        assert worst(answers_of(read_foreign(data).model, batch), answers(model, batch)) < 1e-5


@pytest.mark.parametrize("names", ["bi.forward_lstm.cell. bi.backward_lstm.cell.", "lstm_forward/ lstm_backward/"])
def test_directions_are_paired_by_their_names_wherever_the_words_stand(names):
    rng = np.random.default_rng(0)
    shapes = {"kernel": (8, 32), "recurrent_kernel": (8, 32), "bias": (32,)}
    state = {
        owner + word: rng.normal(size=shape).astype(np.float32)
        for owner in names.split()
        for word, shape in shapes.items()
    }
    for data in files(state):
        assert read_foreign(data).config.bidirectional
    refused(save({name: array for name, array in state.items() if "backward" in name}), "no forward partner")


def test_layers_of_keras_without_names_and_head_that_could_be_directions_are_not_guessed(keras):
    model = made(keras, 8, keras.layers.LSTM(8, return_sequences=True), keras.layers.LSTM(8))
    refused(keras_files(model)[2], "could stand on each other, or be the two directions")
    headed = made(keras, 8, *model.layers, keras.layers.Dense(2))
    batch = np.random.default_rng(1).normal(size=(2, 5, 8)).astype(np.float32)
    for data in keras_files(headed):
        assert worst(answers_of(read_foreign(data).model, batch), answers(headed, batch)) < 1e-5


def test_layers_of_keras_with_names_of_their_own_run_in_the_order_of_the_file(keras):
    layers = [keras.layers.LSTM(8, return_sequences=True, name="reader"), keras.layers.LSTM(8, name="keeper")]
    model = made(keras, 8, *layers, keras.layers.Dense(2))
    by_path, without_order, by_number = keras_files(model)
    batch = np.random.default_rng(1).normal(size=(2, 5, 8)).astype(np.float32)
    for data in (by_path, by_number):
        assert worst(answers_of(read_foreign(data).model, batch), answers(model, batch)) < 1e-5
    assert any("in the order of the file" in note for note in read_foreign(by_path).notes)
    refused(without_order, "2 orders")


def test_what_stands_in_front_of_a_recurrent_layer_of_keras_is_not_put_behind_it(keras):
    kinds = keras.layers
    for inputs, before in ((5, [kinds.Dense(8)]), (8, [kinds.Dense(8)]), (8, [kinds.Dense(8, use_bias=False)])):
        model = made(keras, inputs, *before, kinds.LSTM(8), kinds.Dense(2))
        for data in keras_files(model)[:2]:
            refused(data, "in front of it|2 linear layers")
    for norm in (kinds.LayerNormalization, kinds.BatchNormalization):
        for inputs in (3, 8):
            model = made(keras, inputs, norm(), kinds.LSTM(8), kinds.Dense(2))
            refused(keras_files(model)[0], "in front of a recurrent layer")
            refused(keras_files(model)[2], "in front of a recurrent layer")
    between = made(keras, 3, kinds.LSTM(8, return_sequences=True), kinds.Dense(8), kinds.LSTM(8))
    for data in (keras_files(between)[0], keras_files(between)[2]):
        refused(data, "in front of it")
    behind = made(keras, 3, kinds.LSTM(8), kinds.Dense(8), kinds.LayerNormalization())
    for data in (keras_files(behind)[0], keras_files(behind)[2]):
        refused(data, "behind the linear layer")


@pytest.mark.parametrize(
    "shapes", [[(5, 4), (4,), (4, 2), (2,)], [(5, 4)], [(4,), (4,)], [(3, 3), (3,)], [()], [(0, 3)]]
)
def test_numbered_arrays_without_a_recurrent_layer_are_refused_as_that(shapes):
    buffer = io.BytesIO()
    np.savez(buffer, *(np.zeros(shape, np.float32) for shape in shapes))
    refused(buffer.getvalue(), "No recurrent layer was found|fits no layer")


def test_of_a_bidirectional_layer_both_kinds_of_last_can_be_had_and_it_is_said_which_is_which():
    rnn, fc, batch = lstm(3, num_layers=2, bidirectional=True), nn.Linear(16, 2), torch.randn(2, 5, 3)
    data = save(arrays(Made(rnn=rnn, fc=fc)))
    with torch.no_grad():
        output, (h_n, _) = rnn(batch)
        ends, at_the_end = fc(torch.cat([h_n[-2], h_n[-1]], dim=1)), fc(output[:, -1])
        torch.testing.assert_close(read_foreign(data).model(batch), ends)
        torch.testing.assert_close(read_foreign(data, EVERY).model(batch)[:, -1], at_the_end)
    assert any("`h_n`" in note and "`output[:, -1]`" in note for note in read_foreign(data).notes)
    assert not any("`h_n`" in note for note in read_foreign(data, EVERY).notes)


def twice(first: str, second: str, **parts: nn.Module) -> dict[str, np.ndarray]:
    module = Made(**parts)
    return arrays(module, first) | arrays(module, second)


def test_a_model_that_is_held_twice_is_read_once_and_that_is_said(tmp_path):
    rnn, fc, batch = lstm(), nn.Linear(8, 2), torch.randn(2, 5, 8)
    module = Made("rnn fc", rnn=rnn, fc=fc)
    shared = Made("body.rnn fc", rnn=rnn, body=Made(rnn=rnn), fc=fc)
    save_model(shared, str(tmp_path / "shared.safetensors"))
    states = [
        twice("", "module.", rnn=rnn, fc=fc),
        twice("model.", "ema.", rnn=rnn, fc=fc),
        twice("models.0.", "models.1.", rnn=rnn, fc=fc),
        arrays(shared),
        arrays(module, "a.") | arrays(module, "b.") | arrays(module, "c."),
    ]
    for data in (*(file for state in states for file in files(state)), (tmp_path / "shared.safetensors").read_bytes()):
        foreign = read_foreign(data, EVERY)
        require_same(foreign, module, batch)
        assert foreign.config.num_layers == 1
        assert any("holds the same numbers as" in note for note in foreign.notes)


def test_a_model_of_keras_that_is_held_twice_is_read_once(keras):
    model = made(keras, 8, keras.layers.Bidirectional(keras.layers.LSTM(4)), keras.layers.Dense(2))
    named = {weight.path.partition("/")[2]: np.array(weight) for weight in model.weights}
    both = {f"{owner}/{name}": array for owner in ("online", "target") for name, array in named.items()}
    batch = np.random.default_rng(1).normal(size=(2, 5, 8)).astype(np.float32)
    for data in files(both):
        assert worst(answers_of(read_foreign(data).model, batch), answers(model, batch)) < 1e-5


def test_one_module_under_two_names_is_read_once_where_it_cannot_run_on_itself():
    layer, batch = lstm(3), torch.randn(2, 5, 3)
    for first, second in (("lstm.", "rnn."), ("layers.0.", "layers.1."), ("", "cell.")):
        foreign = read_foreign(save(arrays(layer, first) | arrays(layer, second)), EVERY)
        require_same(foreign, Made("a", a=layer), batch)


def test_an_embedding_and_a_head_under_two_names_are_read_once():
    table, rnn, fc = nn.Embedding(20, 3), lstm(3), nn.Linear(8, 2)
    module = Made("embed rnn fc", embed=table, embedding=table, rnn=rnn, fc=fc, head=fc)
    foreign = read_foreign(save(arrays(module)), EVERY)
    require_same(foreign, module, tokens())
    assert sum("holds the same numbers as" in note for note in foreign.notes) == 2


def test_whether_a_layer_runs_twice_is_not_guessed():
    layer = lstm()
    state = arrays(nn.ModuleList([layer, layer]), "layers.") | arrays(nn.Linear(8, 2), "fc.")
    refused(save(state), "`layers.0`, `layers.1` hold the same numbers")
    refused(save(arrays(layer, "reader.") | arrays(layer, "keeper.")), "`keeper`, `reader` hold the same numbers")


@pytest.mark.parametrize(
    "owners", ["model. ema_model.module.", "online. target.", "model. teacher. student.", "x.0. x.1."]
)
@pytest.mark.parametrize("inputs", [3, 8])
def test_two_models_of_one_form_are_no_stack(owners, inputs):
    state = {}
    for owner in owners.split():
        state |= arrays(Made(rnn=lstm(inputs), fc=nn.Linear(8, 2)), owner)
    for data in files(state):
        refused(data, f"holds {len(owners.split())} models of the same form")


def test_what_only_counts_is_left_out_of_an_average_and_that_is_said():
    module = Made("rnn norm fc", rnn=lstm(3), norm=nn.LayerNorm(8), fc=nn.Linear(8, 2))
    average = AveragedModel(module)
    for step in range(3):
        with torch.no_grad():
            module.fc.weight.add_(step)
        average.update_parameters(module)
    counted = arrays(average) | {"num_updates": np.array(7), "ema.initted": np.array(True)}
    for state in (arrays(average), counted, arrays(average, "swa_model.")):
        for data in files(state):
            foreign = read_foreign(data, EVERY)
            require_same(foreign, average, torch.randn(2, 5, 3))
            assert any("n_averaged” counts (3)" in note for note in foreign.notes)
    refused(save(arrays(average, "swa_model.") | arrays(module, "model.")), "2 models of the same form")
    refused(save(arrays(average) | {"temperature": np.array(2.0)}), "no part of a model here")


def test_one_weight_under_two_spellings_is_refused(keras):
    cell = arrays(nn.LSTMCell(3, 4))
    refused(save(cell | {"weight_hh_l0": cell["weight_hh"]}), "there twice, with and without `_l0`")
    model = made(keras, 3, keras.layers.LSTM(4))
    named = {weight.path: np.array(weight) for weight in model.weights}
    refused(npz(named | {f"{name}:0": array for name, array in named.items()}), "there twice, with and without `:0`")


DEFINED = """
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.rnn, self.decoder = nn.Embedding(20, 8), nn.LSTM(8, 8), nn.Linear(8, 20)
        self.decoder.weight = self.encoder.weight


class Settings:
    weight_decay = 0.1

"""
CHECKPOINTS = {
    "state": "net.state_dict()",
    "lightning": '{"epoch": 3, "hyper_parameters": Settings(), "optimizer_states": [adam], "state_dict": net.state_dict()}',
    "nested": '{"model_state_dict": net.state_dict(), "optimizer_state_dict": adam}',
    "listed": '[{"epoch": 3}, (net.state_dict(), adam)]',
    "deeper": '{"class_weights": torch.ones(3), "checkpoint": {"optimizer": adam, "net": net.state_dict()}}',
    "whole": "net",
    "whole_inside": '{"optimizer": optimizer, "model": net}',
    "parallel": "nn.DataParallel(net).state_dict()",
    "average": "torch.optim.swa_utils.AveragedModel(net).state_dict()",
    "parameters": "dict(net.named_parameters(remove_duplicate=False))",
    "arrays": "{k: v.numpy() for k, v in net.state_dict().items()}",
    "turned": "{k: v.t().contiguous().t() if v.ndim == 2 else v for k, v in net.state_dict().items()}",
}


SHAPES = [
    (),
    (0,),
    (4,),
    (16,),
    (12,),
    (2, 12),
    (4, 4),
    (4, 12),
    (4, 16),
    (16, 4),
    (12, 4),
    (3, 4),
    (4, 3),
    (0, 4),
    (2, 2, 2),
]
OWNERS = ["", "a.", "lstm1.", "lstm2.", "encoder.", "fc.", "emb.", "norm.", "attention.project."]
PATHS = ["x/", "bi/forward_x/cell/", "bi/y/cell/", "bi/backward_x/cell/", "lstm_1/cell/", "dense/"]
LAYER = ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0", "weight", "bias", "running_mean", "weight_hh_l1"]
VARIABLES = ["kernel", "recurrent_kernel", "bias", "gamma", "beta", "embeddings"]
NAMES = [
    st.tuples(st.sampled_from(OWNERS), st.sampled_from(LAYER)).map("".join),
    st.tuples(st.sampled_from(PATHS), st.sampled_from(VARIABLES)).map("".join),
    st.integers(0, 9).map("arr_{}".format),
]


@given(st.one_of(*(st.dictionaries(names, st.sampled_from(SHAPES), min_size=1, max_size=10) for names in NAMES)))
def test_any_names_with_any_shapes_give_a_sentence_or_a_model_and_never_a_crash(shapes):
    rng = np.random.default_rng(0)
    torch_layer = {"lstm1.weight_ih_l0": (16, 4), "lstm1.weight_hh_l0": (16, 4)}
    keras_layer = {"lstm_1/cell/kernel": (4, 16), "lstm_1/cell/recurrent_kernel": (4, 16)}
    for start in ({}, torch_layer, keras_layer):
        state = {name: rng.normal(size=shape).astype(np.float32) for name, shape in (start | shapes).items()}
        with contextlib.suppress(WeightsError):
            assert read_foreign(npz(state)).notes


def advice(text: str, path: Path) -> str:
    """The lines of code that an error shows, as they are copied, with the name of a file put in."""
    return text.partition("\n")[2].replace("\n    ", "\n").strip().replace("FILE", path.name)


@pytest.mark.slow
def test_the_lines_that_turn_a_checkpoint_into_safetensors_work_when_they_are_copied(tmp_path):
    lines = "".join(
        f"torch.save({what}, '{name}.pt')\ntorch.save({what}, '{name}.old', _use_new_zipfile_serialization=False)\n"
        f"pickle.dump({what}, open('{name}.pkl', 'wb'))\n"
        for name, what in CHECKPOINTS.items()
    )
    start = "import pickle\nfrom defined import *\nnet = Net()\noptimizer = torch.optim.Adam(net.parameters())\n"
    start += "adam = optimizer.state_dict()\n"
    (tmp_path / "defined.py").write_text(DEFINED, encoding="utf-8")
    (tmp_path / "make.py").write_text(start + lines + "torch.save(net.state_dict(), 'truth.pt')\n", encoding="utf-8")
    run(tmp_path, "make.py")
    made = sorted(path for path in tmp_path.iterdir() if path.suffix in (".pt", ".old", ".pkl"))
    assert len(made) == 3 * len(CHECKPOINTS) + 1
    script = ""
    for path in made:
        with pytest.raises(WeightsError, match="carry code") as refusal:
            read_foreign(path.read_bytes())
        script += advice(refusal.value.args[0], path).replace("weights.safetensors", f"{path.name}.safetensors") + "\n"
    (tmp_path / "convert.py").write_text("import torch\n" + script, encoding="utf-8")
    run(tmp_path, "convert.py")
    batch = tokens()
    truth = read_foreign((tmp_path / "truth.pt.safetensors").read_bytes(), EVERY)
    assert isinstance(truth.config, ModelConfig)
    assert truth.config.vocabulary_size == 20
    for path in made:
        foreign = read_foreign((tmp_path / f"{path.name}.safetensors").read_bytes(), EVERY)
        require_same(foreign, truth.model, batch)


@pytest.mark.slow
@pytest.mark.parametrize("ending", [".keras", ".h5"])
def test_the_lines_that_turn_a_keras_model_into_npz_work_when_they_are_copied(ending, tmp_path, keras):
    model = made(keras, 3, keras.layers.LSTM(8, dropout=0.2), keras.layers.Dense(2))
    model.save(tmp_path / f"whole{ending}")
    with pytest.raises(WeightsError, match=r"np\.savez") as refusal:
        read_foreign((tmp_path / f"whole{ending}").read_bytes())
    (tmp_path / "convert.py").write_text(advice(refusal.value.args[0], tmp_path / f"whole{ending}"), encoding="utf-8")
    run(tmp_path, "convert.py")
    batch = np.random.default_rng(1).normal(size=(2, 5, 3)).astype(np.float32)
    foreign = read_foreign((tmp_path / "weights.npz").read_bytes())
    assert worst(answers_of(foreign.model, batch), answers(model, batch)) < 1e-5


def run(folder: Path, script: str) -> None:
    done = subprocess.run([sys.executable, script], cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


def test_advice_is_python_and_says_first_that_opening_runs_what_is_held():
    for text in (OF_TORCH, OF_PICKLE, TO_NPZ):
        compile(advice(text, Path("x")), "advice", "exec")
    assert OF_TORCH.startswith("Where you trust the file (opening it runs what it holds)")
