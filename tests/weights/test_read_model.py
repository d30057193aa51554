"""Weights from elsewhere: what they are is found, and whatever else comes gets its sentence."""

import contextlib
import io
import json
import pickle
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save
from torch import nn
from torch.nn.utils import prune

from lstm_viz.anatomy.weight_layouts import to_keras, torch_weights
from lstm_viz.codegen.source import answers_of, npy_of, npz_of, packed
from lstm_viz.errors import WeightsError
from lstm_viz.recurrent.models import SequenceModel
from lstm_viz.recurrent.specification import CELLS, KERAS_EPSILON, TORCH_EPSILON, ModelConfig, StackConfig
from lstm_viz.recurrent.trace import trace_model
from lstm_viz.weights import read_arrays
from lstm_viz.weights.read_model import UnknownSettings, read_foreign
from tests.anatomy.many import MODELS, NORMED, STACKS, make_batch, make_model, named, worst

READ = [config for config in (*STACKS[::5], *MODELS[::3], *NORMED) if getattr(config, "embedding", "none") != "one_hot"]


def unknown(config) -> UnknownSettings:
    return UnknownSettings(config.reads if isinstance(config, ModelConfig) else config.pooling, config.activation)


def npz(**arrays: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def numpy_state(module: nn.Module) -> dict[str, np.ndarray]:
    return {name: tensor.detach().numpy() for name, tensor in module.state_dict().items()}


@pytest.mark.parametrize("config", READ, ids=named)
def test_weights_of_a_bundle_and_of_a_model_here_are_read_as_the_same_model(config):
    model, batch = make_model(config), make_batch(config)
    weights = torch_weights(model)
    keras = to_keras(config, weights)
    expected = answers_of(model, batch)
    own = [] if config in NORMED else [save(numpy_state(model))]  # its names do not tell what its norms add
    for data in (save(weights), npz_of(weights), *own, npz_of(keras), save(keras)):
        foreign = read_foreign(data, unknown(config))
        assert worst(answers_of(foreign.model, batch), expected) < 1e-5
        assert not foreign.model.training


@pytest.mark.parametrize("config", READ, ids=named)
def test_keras_weights_without_names_are_told_apart_by_their_shapes(config):
    config = replace(config, epsilon=KERAS_EPSILON) if isinstance(config, StackConfig) else config  # as is usual there
    model, batch = make_model(config), make_batch(config)
    arrays = list(to_keras(config, torch_weights(model)).values())
    buffer = io.BytesIO()
    np.savez(buffer, *arrays)
    if getattr(config, "pooling", "") == "attention":  # three linear layers cannot be told apart without names
        with pytest.raises(WeightsError, match="linear layers"):
            read_foreign(buffer.getvalue(), unknown(config))
        return
    foreign = read_foreign(buffer.getvalue(), unknown(config))
    assert worst(answers_of(foreign.model, batch), answers_of(model, batch)) < 1e-5


class Tutorial(nn.Module):
    def __init__(self, kind, layers: int, bidirectional: bool):
        super().__init__()
        self.encoder = nn.Module()
        self.encoder.lstm = kind(3, 6, num_layers=layers, bidirectional=bidirectional, batch_first=True)
        self.fc = nn.Linear(12 if bidirectional else 6, 4)


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU, nn.RNN])
def test_a_state_of_a_tutorial_can_be_stepped(kind, layers, bidirectional):
    module = Tutorial(kind, layers, bidirectional)
    foreign = read_foreign(save(numpy_state(module)))
    assert isinstance(foreign.model, SequenceModel)
    batch = torch.randn(1, 5, 3)
    with torch.no_grad():
        output = module.encoder.lstm(batch)[0]
        last = torch.cat([output[:, -1, :6], output[:, 0, 6:]], dim=1)
        torch.testing.assert_close(foreign.model(batch), module.fc(last))
    trace = trace_model(foreign.model, batch[0].numpy())
    assert trace.difference < 1e-6
    assert any("“fc” is the head: 4 answers" in note for note in foreign.notes)
    assert foreign.framework == "torch"


def test_recurrent_layers_alone_answer_with_their_hidden_states_and_that_is_said():
    layer = nn.GRU(3, 5, batch_first=True)
    foreign = read_foreign(save(numpy_state(layer)), UnknownSettings(pooling="every"))
    batch = torch.randn(1, 6, 3)
    with torch.no_grad():
        torch.testing.assert_close(foreign.model(batch), layer(batch)[0])
    assert any("head: identity" in note for note in foreign.notes)
    assert foreign.config == ModelConfig("gru", 3, 5, output_size=5, reads="every")


def test_that_activations_of_keras_are_not_told_is_said():
    def notes(config):
        weights = torch_weights(make_model(config))
        data = (save(weights), npz_of(to_keras(config, weights)))
        return [
            any("activations are taken to be Keras' defaults" in note for note in read_foreign(d).notes) for d in data
        ]

    sizes = {"input_size": 3, "hidden_size": 4, "num_layers": 1, "output_size": 2}
    assert notes(ModelConfig(cell="lstm", **sizes)) == notes(ModelConfig(cell="gru", **sizes)) == [False, True]
    assert notes(ModelConfig(cell="rnn", **sizes)) == [False, False], "which activation it is is asked"


def test_a_cell_alone_is_a_layer_of_one():
    cell = nn.LSTMCell(3, 5)
    foreign = read_foreign(save(numpy_state(cell)))
    x = torch.randn(1, 3)
    with torch.no_grad():
        torch.testing.assert_close(foreign.model(x[:, None]), cell(x)[0])


def test_layers_that_are_named_in_another_order_are_put_on_each_other_by_their_shapes():
    first, second = nn.LSTM(2, 7, batch_first=True), nn.LSTM(7, 4, batch_first=True)
    state = {f"upper.{name}": value for name, value in numpy_state(second).items()}
    state |= {f"zlower.{name}": value for name, value in numpy_state(first).items()}
    foreign = read_foreign(save(state))
    assert isinstance(foreign.config, StackConfig)
    assert foreign.config.sizes == (7, 4)


def test_half_precision_becomes_single():
    layer = nn.LSTM(3, 4).half()
    foreign = read_foreign(save(numpy_state(layer)))
    assert foreign.model.head.weight.dtype == torch.float32


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")
def test_weights_of_a_real_keras_model_are_read_as_its_documentation_says(cell, bidirectional, keras):
    kind = {"lstm": keras.layers.LSTM, "gru": keras.layers.GRU, "rnn": keras.layers.SimpleRNN}[cell]
    layers = [kind(6, return_sequences=True), kind(4)]
    if bidirectional:
        layers = [keras.layers.Bidirectional(layer) for layer in layers]
    model = keras.Sequential([keras.Input((None, 3)), *layers, keras.layers.Dense(2)])
    model.set_weights([np.random.default_rng(0).normal(size=weight.shape) for weight in model.weights])
    batch = np.random.default_rng(1).normal(size=(2, 5, 3)).astype(np.float32)
    with torch.no_grad():
        expected = model(batch).numpy()
    buffer = io.BytesIO()
    np.savez(buffer, *model.get_weights())
    by_path = npz(**{weight.path: np.asarray(weight) for weight in model.weights})
    for data in (by_path, buffer.getvalue()):
        foreign = read_foreign(data)
        assert worst(answers_of(foreign.model, batch), expected) < 1e-5
        assert foreign.framework == "keras"


@pytest.mark.parametrize("kind", ["batch", "layer"])
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")
def test_norms_of_a_real_keras_model_add_what_is_usual_in_keras_even_to_a_small_variance(kind, keras):
    norm = {"batch": keras.layers.BatchNormalization, "layer": keras.layers.LayerNormalization}[kind]
    model = keras.Sequential(
        [keras.Input((None, 3)), keras.layers.GRU(4, return_sequences=True), norm(), keras.layers.Dense(2)]
    )
    rng = np.random.default_rng(0)
    for weight in model.weights:
        weight.assign(np.full(weight.shape, 4e-4) if "variance" in weight.path else 0.1 * rng.normal(size=weight.shape))
    batch = (0.1 * rng.normal(size=(2, 5, 3))).astype(np.float32)
    with torch.no_grad():
        expected = model(batch, training=False).numpy()
    buffer = io.BytesIO()
    np.savez(buffer, *model.get_weights())
    for data in (npz(**{weight.path: np.asarray(weight) for weight in model.weights}), buffer.getvalue()):
        foreign = read_foreign(data, UnknownSettings("every"))
        assert worst(answers_of(foreign.model, batch), expected) < 1e-5
        assert any("add 0.001 to the variance (epsilon), as in Keras" in note for note in foreign.notes)


def test_norms_of_pytorch_add_what_is_usual_there_and_it_is_said():
    rnn, norm = nn.RNN(3, 4, batch_first=True), nn.LayerNorm(4)
    state = numpy_state(rnn) | {f"norm.{name}": array for name, array in numpy_state(norm).items()}
    foreign, batch = read_foreign(save(state), UnknownSettings("every")), 0.01 * torch.randn(1, 5, 3)
    with torch.no_grad():
        torch.testing.assert_close(foreign.model(batch), norm(rnn(batch)[0]))
    assert any("add 1e-5 to the variance (epsilon), as in PyTorch" in note for note in foreign.notes)
    plain = read_foreign(lstm())
    assert not any("epsilon" in note for note in plain.notes)


def test_names_of_code_that_was_written_here_tell_what_its_norms_add():
    for epsilon in (TORCH_EPSILON, KERAS_EPSILON):
        config = StackConfig("gru", 3, (5, 4), 2, normalization="layer", epsilon=epsilon)
        weights = torch_weights(make_model(config))
        for data in (save(weights), npz_of(to_keras(config, weights))):
            assert read_foreign(data).config == config


@pytest.mark.parametrize(
    "kind", ["<f2", ">f2", ">f4", "<f8", ">f8", "|i1", ">i2", ">i4", ">i8", "<u2", ">u4", "<u8", "|b1"]
)
def test_numbers_of_every_kind_and_byte_order_are_read_as_they_are(kind):
    rng = np.random.default_rng(0)
    state = {name: rng.integers(0, 2, array.shape).astype(kind) for name, array in numpy_state(nn.LSTM(3, 4)).items()}
    batch = rng.normal(size=(2, 5, 3)).astype(np.float32)
    expected = answers_of(
        read_foreign(npz(**{name: array.astype("<f4") for name, array in state.items()})).model, batch
    )
    assert worst(answers_of(read_foreign(npz(**state)).model, batch), expected) == 0


def lstm(**changes: np.ndarray) -> bytes:
    """A small PyTorch LSTM of 4 units that reads 3 numbers, with changes."""
    return save({**numpy_state(nn.LSTM(3, 4)), **changes})


def torch_file(**options) -> bytes:
    buffer = io.BytesIO()
    torch.save(nn.LSTM(3, 4).state_dict(), buffer, **options)
    return buffer.getvalue()


def zeros(*shape: int) -> np.ndarray:
    return np.zeros(shape, np.float32)


def remade(make: Callable[..., object], **options) -> bytes:
    """An LSTM whose recurrent weights are made of others at each call."""
    module = nn.LSTM(3, 4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the older ways are deprecated, and their files are still about
        make(module, name="weight_hh_l0", **options)
    return save(numpy_state(module))


def cell_of_own(**more: np.ndarray) -> bytes:
    cell = {"cell.weight_ih": zeros(16, 3), "cell.weight_hh": zeros(16, 4), "fc.weight": zeros(2, 4)}
    return save(cell | {f"cell.{name}": array for name, array in more.items()})


def keras_gru(bias: np.ndarray) -> bytes:
    return npz(
        **{
            "gru/gru_cell/kernel": zeros(3, 12),
            "gru/gru_cell/recurrent_kernel": zeros(4, 12),
            "gru/gru_cell/bias": bias,
        }
    )


def member(name: str, data: bytes = b"") -> bytes:
    return packed({name: data})


def of_type(name: str, size: int) -> bytes:
    """Safetensors with four numbers of a type, `size` bytes in all."""
    header = json.dumps({"kernel": {"dtype": name, "shape": [4], "data_offsets": [0, size]}}).encode()
    return len(header).to_bytes(8, "little") + header + b"\x38" * size


HUGE = (
    b"\x93NUMPY\x01\x00\x76\x00"
    + b"{'descr': '<f4', 'fortran_order': False, 'shape': (100000000000,), }".ljust(117)
    + b"\n"
)
REFUSED = {
    "empty": (b"", "is empty"),
    "pt": (torch_file(), r"torch.save.*carry code.*\n.*save_file"),
    "old_pt": (torch_file(_use_new_zipfile_serialization=False), "pickle, which can carry code"),
    "pickle": (pickle.dumps({"a": 1}), "pickle"),
    "h5": (b"\x89HDF\r\n\x1a\n" + b"\0" * 100, r"HDF5(.|\n)*np.savez"),
    "keras": (member("model.weights.h5"), r"\.keras(.|\n)*np.savez"),
    "npy": (npy_of(zeros(3, 3)), "single array"),
    "text": (b"ds,y\n1,2\n", "neither safetensors nor npz"),
    "cut_safetensors": (lstm()[:-10], "damaged"),
    "four_bits": (of_type("F4", 2), "numbers of the type F4, which PyTorch cannot read"),
    "scales": (of_type("F8_E8M0", 4), "type F8_E8M0.*as float32"),
    "cut_npz": (npz(kernel=zeros(3, 16))[:-30], "damaged"),
    "other_zip": (member("readme.txt", b"hello"), "no array of its own"),
    "no_arrays": (save({}), "holds no arrays"),
    "objects": (member("a.npy", npy_of(np.array([{}], dtype=object))), "Python objects"),
    "words": (npz(kernel=np.array(["a"])), "no weights"),
    "huge_shape": (member("kernel.npy", HUGE), "says that its shape"),
    "climbing_name": (member("../../etc/x.npy", npy_of(zeros(1))), "no name of a weight"),
    "rooted_name": (member("/etc/x.npy", npy_of(zeros(1))), "no name of a weight"),
    "nan": (lstm(weight_hh_l0=np.full((16, 4), np.nan, np.float32)), "64 of 64 numbers that are not finite"),
    "infinite": (lstm(bias_ih_l0=np.full(16, np.inf, np.float32)), "not finite"),
    "unknown": (save({"conv.weight": zeros(3, 3, 3)}), "No recurrent layer was found among `conv.weight`"),
    "other_part": (lstm(**{"conv.weight": zeros(3, 3, 3)}), "no part of a model here"),
    "other_word": (lstm(**{"fc.scale": zeros(3)}), "no part of a model here"),
    "two_heads": (lstm(**{"a.weight": zeros(2, 4), "b.weight": zeros(2, 2)}), "2 linear layers"),
    "wide_head": (lstm(**{"fc.weight": zeros(2, 9), "fc.bias": zeros(2)}), r"`fc \(weight\)`.*\(any, 4\)"),
    "long_bias": (lstm(**{"fc.weight": zeros(2, 4), "fc.bias": zeros(3)}), r"`fc \(bias\)`"),
    "no_cell": (lstm(weight_hh_l0=zeros(20, 4)), "Recurrent weights of u units"),
    "other_rows": (lstm(weight_ih_l0=zeros(12, 3)), r"should be \(16, any\)"),
    "half_a_bias": (
        save({"weight_ih_l0": zeros(16, 3), "weight_hh_l0": zeros(16, 4), "bias_ih_l0": zeros(16)}),
        "both of",
    ),
    "projected": (save(numpy_state(nn.LSTM(3, 4, proj_size=2))), "proj_size"),
    "no_chain": (lstm(**{f"up.{k}": v for k, v in numpy_state(nn.LSTM(5, 6)).items()}), "do not fit on each other"),
    "two_kinds": (lstm(**{f"up.{k}": v for k, v in numpy_state(nn.GRU(4, 6)).items()}), "different kinds: gru, lstm"),
    "too_wide": (save(numpy_state(nn.RNN(3, 300))), "up to 4 layers of 256"),
    "many_inputs": (lstm(weight_ih_l0=zeros(16, 4097)), "reads 4,097 and gives 4 numbers per step; up to 4,096"),
    "many_answers": (lstm(**{"fc.weight": zeros(4097, 4)}), "reads 3 and gives 4,097 numbers per step; up to 4,096"),
    "many_tokens": (lstm(**{"embed.weight": zeros(100_001, 3)}), "knows 100,001 tokens; up to 100,000"),
    "too_deep": (save(numpy_state(nn.RNN(3, 4, 5))), "5 layers"),
    "half_normed": (
        save({**numpy_state(nn.RNN(3, 4, 2)), "norm.weight": zeros(4), "norm.bias": zeros(4)}),
        "1 norm for 2 recurrent layers",
    ),
    "no_attention": (
        lstm(**{"attention.project.weight": zeros(4, 4), "attention.project.bias": zeros(4)}),
        "is missing",
    ),
    "no_input": (lstm(weight_ih_l0=zeros(16, 0)), "reads 0 numbers"),
    "no_answer": (lstm(**{"fc.weight": zeros(0, 4)}), "gives 0"),
    "long_name": (lstm(**{"9" * 5000: zeros(1)}), "no name of a weight"),
    "infinite_turned_round": (
        npz(weight_hh_l0=np.full((16, 4), np.inf, ">f8")),
        "64 of 64 numbers that are not finite",
    ),
    "too_large_a_number": (npz(kernel=np.full((3, 16), 1e300)), "not finite"),
    "odd_header": (member("a.npy", b"\x93NUMPY\x01\x00\x10\x00" + b"{'descr': (((((\n"), "damaged"),
    "weight_norm": (remade(nn.utils.weight_norm), "makes one of it at each call"),
    "parametrized": (remade(nn.utils.parametrizations.weight_norm), "makes one of it at each call"),
    "spectral": (remade(nn.utils.parametrizations.spectral_norm), "makes one of it at each call"),
    "pruned": (remade(prune.l1_unstructured, amount=0.5), "makes one of it at each call"),
    "dropped": (lstm(weight_hh_l0_raw=zeros(16, 4)), "`weight_hh_l0_raw` is no weight.*weight drop"),
    "bias_of_equinox": (cell_of_own(bias=zeros(16)), "`cell.bias`.*inside of `cell`"),
    "norm_in_a_cell": (cell_of_own(**{"ln.weight": zeros(4), "ln.bias": zeros(4)}), r"`cell\.ln.*inside of `cell`"),
    "onnx": (b"\x08\x08\x12\x07pytorch\x1a\x052.9.0", "ONNX"),
    "rnn_by_number": (
        npz(arr_0=zeros(4, 4), arr_1=zeros(4, 4), arr_2=zeros(4), arr_3=zeros(4)),
        "both biases of PyTorch or",
    ),
    "cudnn": (keras_gru(zeros(24)), "24 numbers, as a layer of CuDNN"),
    "cudnn_by_number": (
        npz(arr_0=zeros(3, 16), arr_1=zeros(4, 16), arr_2=zeros(32)),
        "32 numbers, as a layer of CuDNN",
    ),
    "old_gru": (keras_gru(zeros(12)), "reset_after=False"),
    "odd_bias": (keras_gru(zeros(2, 9)), r"should be \(2, 12\)"),
    "no_kernel": (npz(**{"lstm/recurrent_kernel": zeros(4, 16)}), "needs `kernel`"),
    "odd_word": (
        npz(**{"l/kernel": zeros(3, 16), "l/recurrent_kernel": zeros(4, 16), "l/alpha": zeros(4)}),
        "no variable",
    ),
    "odd_order": (
        npz(arr_0=zeros(3, 16), arr_1=zeros(4, 16), arr_2=zeros(16), arr_3=zeros(2, 2, 2)),
        "Array 3 has the shape",
    ),
    "no_forward": (
        npz(**{"b/backward_lstm/kernel": zeros(3, 16), "b/backward_lstm/recurrent_kernel": zeros(4, 16)}),
        "no forward partner",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_gets_its_sentence(name):
    data, sentence = REFUSED[name]
    with pytest.raises(WeightsError, match=sentence) as refusal:
        read_foreign(data)
    assert refusal.value.args[0].rstrip()[-1] in ".)", "what to do comes last"


def test_more_bytes_than_are_read_are_refused_before_they_are_unpacked(monkeypatch):
    monkeypatch.setattr(read_arrays, "MAX_BYTES", 100_000)
    with pytest.raises(WeightsError, match="MB are read"):
        read_foreign(bytes(100_001))
    bomb = npz_of({"kernel": zeros(3, 100_000)})
    assert len(bomb) < 100_000
    monkeypatch.setattr(read_arrays, "_read_member", None)  # would fail if it were called
    with pytest.raises(WeightsError, match="MB are read"):
        read_foreign(bomb)


def test_a_zip_that_lies_about_a_size_is_unpacked_no_further_than_it_says():
    honest = bytearray(member("kernel.npy", npy_of(zeros(1000, 1000))))
    for place in (22, honest.rindex(b"PK\x01\x02") + 24):  # the size unpacked, in both headers
        honest[place : place + 4] = (500).to_bytes(4, "little")
    with pytest.raises(WeightsError, match=r"damaged|says that its shape"):
        read_foreign(bytes(honest))


def test_two_arrays_of_one_name_and_unusual_packing_are_refused():
    for packing, names, sentence in (
        (zipfile.ZIP_STORED, ("a.npy", "a.npy"), "no array of its own"),
        (zipfile.ZIP_LZMA, ("a.npy",), "unusual way"),
    ):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", packing) as archive, pytest.MonkeyPatch.context() as patch:
            patch.setattr("warnings.warn", lambda *_, **__: None)
            for name in names:
                archive.writestr(name, npy_of(zeros(2)))
        with pytest.raises(WeightsError, match=sentence):
            read_foreign(buffer.getvalue())


def test_a_name_from_a_file_stands_in_a_sentence_as_plain_short_text():
    with pytest.raises(WeightsError) as refusal:
        read_foreign(save({"x`" * 90: zeros(2)}))
    assert "``" not in refusal.value.args[0]
    assert len(refusal.value.args[0]) < 600


WHOLE = [lstm(), npz_of(to_keras(STACKS[0], torch_weights(make_model(STACKS[0])))), torch_file()]


@given(st.sampled_from(WHOLE), st.integers(0, 3000), st.binary(min_size=1, max_size=8), st.booleans())
def test_damage_anywhere_gives_a_sentence_or_a_model_and_never_a_crash(whole, place, damage, cut):
    place %= len(whole)
    data = whole[:place] if cut else whole[:place] + damage + whole[place + len(damage) :]
    with contextlib.suppress(WeightsError):
        assert read_foreign(data).notes
