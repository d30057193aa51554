"""Generated code gives what the model gives, in three languages, for every option."""

import itertools
import re
import subprocess
import sys
import zipfile
from io import BytesIO

import numpy as np
import pytest
import torch

from lstm_viz.anatomy.weight_layouts import to_keras, torch_weights
from lstm_viz.codegen.source import LANGUAGES, answers_of, bundle, source_of
from lstm_viz.recurrent.specification import CELLS, NORMALIZATIONS, POOLINGS, ModelConfig, StackConfig
from tests.anatomy.many import (
    EVERYTHING,
    LENGTHS,
    SOME,
    STACKS,
    answers_alone,
    generated,
    make_batch,
    make_model,
    named,
    real_part,
    worst,
)

FROM_KERAS = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")


# `make check` runs every eleventh; `make test` runs all.
ALL = [
    pytest.param(config, id=named(config), marks=() if number % 11 == 0 else pytest.mark.slow)
    for number, config in enumerate(EVERYTHING)
]


def double(weights: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name: array.astype(np.float64) for name, array in weights.items()}


@pytest.mark.parametrize("config", ALL)
def test_generated_pytorch_equals_the_model_with_and_without_padding(config):
    model, batch = make_model(config), make_batch(config)
    code = generated(config, "torch").Model().eval()
    code.load_state_dict({name: torch.from_numpy(array) for name, array in torch_weights(model).items()})
    with torch.no_grad():
        whole = code(torch.from_numpy(batch)).numpy()
        padded = code(torch.from_numpy(batch), torch.tensor(LENGTHS)).numpy()
    assert worst(whole, answers_of(model, batch)) < 1e-5
    assert worst(real_part(padded, LENGTHS), answers_alone(model, batch, LENGTHS)) < 1e-5


@pytest.mark.parametrize("config", ALL)
def test_generated_numpy_equals_the_model_to_ten_digits_with_and_without_padding(config):
    model, batch = make_model(config), make_batch(config)
    code, weights = generated(config, "numpy"), torch_weights(model)
    assert worst(code.answer_all(batch, weights), answers_of(model, batch)) < 1e-5
    assert code.answer_all(batch, weights).dtype == np.float32

    model, weights = model.double(), double(weights)
    batch = batch.astype(np.float64) if batch.dtype.kind == "f" else batch
    assert worst(code.answer_all(batch, weights), answers_of(model, batch)) < 1e-10
    padded = code.answer_all(batch, weights, LENGTHS)
    assert worst(real_part(padded, LENGTHS), answers_alone(model, batch, LENGTHS)) < 1e-10


@pytest.mark.slow
@FROM_KERAS
@pytest.mark.parametrize("config", SOME, ids=named)
def test_generated_keras_equals_the_model_with_and_without_a_mask(config, keras):
    model, batch = make_model(config), make_batch(config)
    code, weights = generated(config, "keras"), list(to_keras(config, torch_weights(model)).values())
    whole = code.build_model()
    whole.set_weights(weights)
    assert worst(answered(whole, batch), answers_of(model, batch)) < 1e-5

    masked = code.build_model(masked=True)
    masked.set_weights(weights)
    mask = np.arange(batch.shape[1])[None] < np.array(LENGTHS)[:, None]
    answers = answered(masked, [batch, mask])
    assert worst(real_part(answers, LENGTHS), answers_alone(model, batch, LENGTHS)) < 1e-5


@pytest.mark.parametrize("tried", [SOME, EVERYTHING[::5]], ids=["in Keras", "in make check"])
def test_the_models_that_are_tried_have_every_pair_of_options(tried):
    names = ("cell", "sizes", "bidirectional", "normalization", "pooling", "bias")
    for first, second in itertools.combinations(names, 2):
        pairs = {(getattr(config, first), getattr(config, second)) for config in STACKS}
        assert pairs <= {(getattr(c, first), getattr(c, second)) for c in tried if isinstance(c, StackConfig)}


def answered(model, inputs) -> np.ndarray:
    with torch.no_grad():
        return model(inputs, training=False).numpy()


@FROM_KERAS
def test_a_batch_norm_trains_on_real_steps_alone_in_keras_as_in_pytorch(keras):
    config = StackConfig("gru", 3, (4, 5), 2, bidirectional=True, normalization="batch")
    model, batch = make_model(config), make_batch(config)
    code = generated(config, "keras").build_model(masked=True)
    code.set_weights(list(to_keras(config, torch_weights(model)).values()))
    mask = np.arange(batch.shape[1])[None] < np.array(LENGTHS)[:, None]
    with torch.no_grad():
        model.train()(torch.from_numpy(batch), torch.tensor(LENGTHS))
        code([batch, mask], training=True)
    learned = to_keras(config, torch_weights(model))
    for name, array in learned.items():
        if "moving_mean" in name:
            kept = next(weight for weight in code.weights if weight.path == name)
            assert np.abs(kept.numpy() - array).max() < 1e-5


def test_generated_code_reads_as_ruff_would_write_it(tmp_path):
    widest = [
        StackConfig(cell, 123456, sizes, 123456, True, 0.123456, norm, pooling, bias=False, activation="relu")
        for cell in CELLS
        for sizes in ((256,) * 4, (256, 255, 254, 253))
        for norm in NORMALIZATIONS
        for pooling in POOLINGS
    ]
    wordy = ModelConfig("rnn", 256, 256, 4, 0.1, 123456, 1.0, True, False, "relu", "learned", 1234567, "every")
    for number, config in enumerate([*EVERYTHING, *widest, wordy]):
        for language in LANGUAGES:
            (tmp_path / f"model_{language}_{number}.py").write_text(source_of(config, language), encoding="utf-8")
    rules = ["--isolated", "--line-length", "88"]
    lint = [
        "check",
        "--select",
        "E,W,F,I,B,UP,C4,SIM,RET,PIE,PLE,D2,D3",
        "--ignore",
        "D203,D213,D205,D212",
        "-q",
        "--output-format",
        "concise",
    ]
    for command in (["format", "--diff", "-q"], lint):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, *rules, str(tmp_path)], capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, done.stdout[:2000]


def test_one_size_with_nothing_between_is_one_module_and_sizes_that_differ_are_several():
    together = source_of(StackConfig("lstm", 28, (64, 64), 10, dropout=0.2), "torch")
    assert "nn.LSTM(28, 64, num_layers=2, dropout=0.2, batch_first=True)" in together
    apart = source_of(StackConfig("lstm", 28, (128, 64, 32), 10), "torch")
    assert [f"self.lstm_{n} = nn.LSTM(" in apart for n in (1, 2, 3, 4)] == [True, True, True, False]
    assert "self.norm_1 = nn.LayerNorm(64)" in source_of(StackConfig(sizes=(64, 64), normalization="layer"), "torch")


@pytest.mark.slow
def test_every_file_of_a_bundle_runs_by_itself_and_prints_the_same_answers(tmp_path):
    configs = (STACKS[140], ModelConfig("lstm", 4, 5, output_size=2, embedding="learned", vocabulary_size=7))
    folders = [tmp_path / str(number) for number in range(len(configs))]
    models = [make_model(config) for config in configs]
    for folder, model in zip(folders, models, strict=True):
        with zipfile.ZipFile(BytesIO(bundle(model))) as archive:
            archive.extractall(folder)
    printed = iter(ran(folders))
    for folder, model in zip(folders, models, strict=True):
        expected = answers_of(model, np.load(folder / "example_input.npy"))
        assert "model_numpy.py" in (folder / "README.txt").read_text(encoding="utf-8")
        for _ in LANGUAGES:
            text = next(printed)
            numbers = np.array([float(word) for word in re.findall(r"-?\d+\.\d*(?:e[+-]?\d+)?", text)])
            assert np.abs(numbers - expected.ravel()).max() < 1e-4, text


def ran(folders) -> list[str]:
    """What each script of each folder prints, run as `python <script>` would, all in one process."""
    code = (
        "import os, runpy, sys\n"
        "for folder in sys.argv[1:]:\n"
        "    os.chdir(folder)\n"
        "    for language in ('torch', 'keras', 'numpy'):\n"
        "        runpy.run_path(f'model_{language}.py', run_name='__main__')\n"
        "        print('END')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, folders)],
        capture_output=True,
        text=True,
        timeout=120,
        env={"KERAS_BACKEND": "torch", "KERAS_HOME": str(folders[0]), "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split("END")


def test_the_same_model_gives_the_same_bundle_and_stays_as_it_is():
    model = make_model(StackConfig("gru", 2, (3,), 2, dropout=0.5)).train()
    before = torch_weights(model)
    assert bundle(model) == bundle(model)
    assert model.training
    assert all(np.array_equal(array, before[name]) for name, array in torch_weights(model).items())
