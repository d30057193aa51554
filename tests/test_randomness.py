"""The same request gives the same bytes, whoever else draws in the process: no state that threads share is read or set."""

import ast
import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import astuple
from functools import partial
from itertools import product
from pathlib import Path
from threading import Event

import numpy as np
import pytest
import torch
from torch import nn

from lstm_viz.forecasting.series_group import GlobalModel
from lstm_viz.lessons import misconceptions
from lstm_viz.recurrent import initialization
from lstm_viz.recurrent.initialization import RandomSource, has_dropout, initialize
from lstm_viz.recurrent.models import (
    Attention,
    SequenceModel,
    StackedModel,
    build_embedding,
    build_model,
    build_rnn,
    build_stack,
)
from lstm_viz.recurrent.specification import CELLS, INITIALIZATIONS, NORMALIZATIONS, ModelConfig, StackConfig
from lstm_viz.scenes.gradient_bytes import flow_bytes
from lstm_viz.scenes.gradient_request import FlowRequest
from lstm_viz.scenes.step_bytes import scene_bytes
from lstm_viz.scenes.step_request import StepRequest
from lstm_viz.scenes.step_scene import build_scene

ROOT = Path(__file__).parents[1]
MODULES = {
    path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted([*(ROOT / "lstm_viz").rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"])
}
THREADS, REQUESTS = 8, 200

GLOBAL_STATE = {"fork_rng", "get_rng_state", "set_rng_state", "default_generator", "initial_seed", "RandomState"}
DRAWS = {"rand", "randn", "randint", "randperm", "bernoulli", "multinomial", "rand_like", "randn_like", "randint_like"}
CONSTRUCTORS = {"LSTM", "GRU", "RNN", "LSTMCell", "GRUCell", "RNNCell", "Linear", "Bilinear", "Embedding", "Conv1d"}
BUILDERS = {
    *("SequenceModel", "StackedModel", "GlobalModel", "Attention", "_Carrying"),
    *("build_rnn", "build_embedding", "build_layer", "set_start", "initialize", "reset_parameters"),
}
SOURCES = {"RandomSource", "own_source", "drawn"}
SETTERS = {
    *("set_default_dtype", "set_default_device", "set_flush_denormal", "use_deterministic_algorithms"),
    *("setlocale", "seterr", "set_printoptions", "set_option", "setcontext", "chdir", "putenv", "setrecursionlimit"),
}
OPTIONS = ("pd.options.", "templates.default", "os.environ[", "rcParams[")


def dotted(node: ast.expr) -> str:
    return f"{dotted(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def shared_draws(tree: ast.AST, safe: bool = False) -> Iterator[tuple[int, str]]:
    """Find what reads or sets the random state of the process: line and name.

    Builders draw, so each must be called within a block that has a source of its own, or by another builder.
    """
    for node in ast.iter_child_nodes(tree):
        inside = safe
        if isinstance(node, ast.With):
            inside = safe or any(dotted(getattr(item.context_expr, "func", node)) in SOURCES for item in node.items)
        elif isinstance(node, ast.ClassDef | ast.FunctionDef):
            inside = safe or node.name in BUILDERS
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = {alias.name for alias in node.names} | {getattr(node, "module", "")}
            yield from ((node.lineno, name) for name in names & {"random", "secrets"} if name == "random")
        elif isinstance(node, ast.Attribute) and node.attr in GLOBAL_STATE:
            yield node.lineno, node.attr
        elif isinstance(node, ast.Call) and is_shared(node, safe):
            yield node.lineno, ast.unparse(node.func)
        yield from shared_draws(node, inside)


def is_shared(call: ast.Call, safe: bool) -> bool:
    name, last = dotted(call.func), dotted(call.func).rpartition(".")[2]
    if isinstance(call.func, ast.Attribute) and call.func.attr == "manual_seed":
        return not ast.unparse(call.func.value).endswith("Generator()")
    if name.startswith(("np.random.", "numpy.random.")):
        return last != "default_rng" or not call.args
    function = name.startswith("torch.") and last in DRAWS
    constructor = name.startswith(("nn.", "torch.nn.")) and last in CONSTRUCTORS
    drawn = function or constructor or last in BUILDERS
    return drawn and not safe and not any(keyword.arg == "generator" for keyword in call.keywords)


def test_no_module_draws_from_what_all_threads_share():
    assert not [(name, *found) for name, tree in MODULES.items() for found in shared_draws(tree)]


@pytest.mark.parametrize(
    "line",
    [
        "torch.manual_seed(1)",
        "with torch.random.fork_rng(devices=[]): pass",
        "np.random.seed(1)",
        "np.random.default_rng()",
        "import random",
        "torch.randperm(4)",
        "nn.LSTM(1, 2)",
        "build_rnn(config)",
        "def build(config): return SequenceModel(config)",
    ],
)
def test_what_draws_from_shared_state_is_found(line):
    assert list(shared_draws(ast.parse(line)))
    sheltered = f"with RandomSource(0):\n    {line}"
    state = {"manual_seed", "fork_rng", "np.random", "import random"}
    assert bool(list(shared_draws(ast.parse(sheltered)))) == any(word in line for word in state)


def test_no_module_lets_a_warning_decide():
    """The filters of warnings belong to the process: another thread may take away what one has just set."""
    for name, tree in MODULES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and dotted(node.func).startswith("warnings."):
                assert not node.keywords or node.keywords[0].arg != "record", (name, node.lineno)
                filters = dotted(node.func).endswith(("simplefilter", "filterwarnings"))
                assert not filters or ast.literal_eval(node.args[0]) == "ignore", (name, node.lineno)


def process_settings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Find what sets an option of the whole process: line and name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in SETTERS:
            yield node.lineno, ast.unparse(node.func)
        elif isinstance(getattr(node, "ctx", None), ast.Store) and any(name in ast.unparse(node) for name in OPTIONS):
            yield node.lineno, ast.unparse(node)


def test_no_module_sets_what_all_threads_share():
    found = [(name, *one) for name, tree in MODULES.items() for one in process_settings(tree)]
    for_workers = "lstm_viz/runs/cluster.py"  # for the processes that it starts
    assert not [one for one in found if one[0] != for_workers or "os.environ" not in one[2]]


@pytest.mark.parametrize(
    "line",
    [
        "torch.set_default_dtype(torch.float64)",
        "locale.setlocale(locale.LC_ALL, '')",
        "np.seterr(all='ignore')",
        "pd.set_option('display.precision', 3)",
        "pd.options.display.precision = 3",
        "pio.templates.default = 'none'",
        "os.environ['TZ'] = 'UTC'",
    ],
)
def test_what_sets_an_option_of_the_process_is_found(line):
    assert list(process_settings(ast.parse(line)))


def stacks() -> list[StackConfig]:
    kinds = product(CELLS, INITIALIZATIONS, ((4,), (6, 3)), NORMALIZATIONS, ("last", "attention"))
    return [
        StackConfig(cell, 5, sizes, 3, initialization=start, normalization=norm, pooling=pooling)
        for cell, start, sizes, norm, pooling in kinds
    ]


def models() -> list[ModelConfig]:
    kinds = product(CELLS, INITIALIZATIONS, (1, 2), (False, True), ("none", "one_hot", "learned"))
    return [
        ModelConfig(
            cell,
            5,
            7,
            layers,
            initialization=start,
            bidirectional=ways,
            embedding=tokens,
            vocabulary_size=0 if tokens == "none" else 5,
        )
        for cell, start, layers, ways, tokens in kinds
    ]


def drawn_as_torch_does(build: Callable[[], nn.Module], seed: int) -> nn.Module:
    """Build with what torch itself draws after its own seed; models have no source of their own meanwhile."""
    with pytest.MonkeyPatch.context() as patch, torch.random.fork_rng(devices=[]):
        patch.setattr(initialization, "RandomSource", nullcontext)
        torch.manual_seed(seed)
        return build()


def assert_equal_weights(one: nn.Module, other: nn.Module) -> None:
    weights, others = one.state_dict(), other.state_dict()
    assert weights.keys() == others.keys()
    assert all(torch.equal(weights[name], others[name]) for name in weights)


def test_weights_of_a_seed_are_those_that_follow_torchs_own_seed():
    for config in models():
        assert_equal_weights(build_model(config, 3), drawn_as_torch_does(lambda of=config: SequenceModel(of), 3))
    for config in stacks():
        assert_equal_weights(build_stack(config, 3), drawn_as_torch_does(lambda of=config: StackedModel(of), 3))


def test_weights_of_a_global_model_are_those_that_follow_torchs_own_seed():
    def build() -> GlobalModel:
        return GlobalModel(ModelConfig("lstm", 3, 4, output_size=2), count=3, size=2)

    with RandomSource(5):
        model = build()
    assert_equal_weights(model, drawn_as_torch_does(build, 5))


def test_a_model_made_without_a_source_leaves_torchs_state_alone_and_is_that_of_seed_0():
    before = torch.get_rng_state()
    for config in models():
        assert_equal_weights(SequenceModel(config), build_model(config, 0))
    for config in stacks():
        assert_equal_weights(StackedModel(config), build_stack(config, 0))
    assert torch.equal(torch.get_rng_state(), before)


def started(name: str) -> nn.Module:
    with RandomSource(1):
        layer = nn.LSTM(2, 3)
    initialize(layer, name)
    return layer


@pytest.mark.parametrize(
    "make",
    [
        *(partial(started, name) for name in INITIALIZATIONS),
        lambda: Attention(4),
        lambda: GlobalModel(ModelConfig("gru", 3, 4), 3, 2),
        lambda: build_rnn(ModelConfig("rnn", 3, 4)),
        lambda: build_embedding(ModelConfig(embedding="learned", vocabulary_size=5, input_size=3)),
    ],
)
def test_a_part_of_a_model_leaves_torchs_state_alone_and_is_the_same_twice(make):
    before = torch.get_rng_state()
    assert_equal_weights(make(), make())
    assert torch.equal(torch.get_rng_state(), before)


def test_a_model_made_within_a_source_goes_on_where_it_stands():
    config = ModelConfig("gru", 2, 3)
    with RandomSource(4):
        first, second = SequenceModel(config), SequenceModel(config)
    assert_equal_weights(first, build_model(config, 4))
    assert not torch.equal(first.head.weight, second.head.weight)


@pytest.mark.parametrize("cell", CELLS)
def test_dropout_inside_torchs_own_layers_draws_from_the_source(cell):
    model = build_model(ModelConfig(cell, 3, 8, num_layers=2, dropout=0.5), 0).train()
    inputs = torch.randn(4, 6, 3, generator=torch.Generator().manual_seed(0))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(9)
        expected = model(inputs)
    before = torch.get_rng_state()
    with RandomSource(9):
        assert torch.equal(model(inputs), expected)
    assert torch.equal(torch.get_rng_state(), before)


def test_a_source_goes_on_where_its_generator_stands():
    generator = torch.Generator().manual_seed(1)
    with RandomSource(generator):
        first = torch.rand(3)
    with RandomSource(generator):
        second = torch.rand(3)
    assert torch.equal(torch.cat([first, second]), torch.rand(6, generator=torch.Generator().manual_seed(1)))


def test_a_generator_that_is_named_is_used():
    with RandomSource(1):
        named = torch.rand(3, generator=torch.Generator().manual_seed(2))
    assert torch.equal(named, torch.rand(3, generator=torch.Generator().manual_seed(2)))


@pytest.mark.parametrize("draw", [lambda: torch.rand_like(torch.ones(3)), lambda: torch.randint(5, (3,))])
def test_all_forms_of_a_draw_take_the_source(draw):
    with RandomSource(1):
        one = draw()
    with RandomSource(1):
        assert torch.equal(draw(), one)


def test_a_draw_without_any_form_that_takes_a_generator_is_refused():
    with RandomSource(0), pytest.raises(NotImplementedError, match="no generator"):
        torch.ops.aten.native_dropout(torch.ones(3), 0.5, True)


def test_only_models_that_zero_something_have_dropout():
    assert has_dropout(build_model(ModelConfig("gru", 1, 2, num_layers=2, dropout=0.1), 0))
    assert has_dropout(build_stack(StackConfig("lstm", 1, (2,), 1, dropout=0.1), 0))
    assert not has_dropout(build_model(ModelConfig("gru", 1, 2, num_layers=2), 0))
    assert not has_dropout(build_stack(StackConfig("lstm", 1, (2,), 1), 0))


def requests() -> list[Callable[[], bytes]]:
    """What visitors ask for, each with weights of its own."""
    jobs: list[Callable[[], bytes]] = []
    for seed, cell in product(range(4), CELLS):
        step = StepRequest("untrained", "I love noodles", cells=(cell,), seed=seed, hidden_size=6)
        jobs.append(lambda request=step: scene_bytes(build_scene(request)))
        flow = FlowRequest(length=8, hidden_size=4, seeds=2, seed=10 * seed + len(cell))
        jobs.append(lambda request=flow: flow_bytes(request))
        jobs.append(lambda config=StackConfig(cell, 5, (6, 3), 3), seed=seed: weights_of(build_stack(config, seed)))
    measured = (
        misconceptions.last_output_is_not_h_n,
        misconceptions.dropout_needs_two_layers,
        misconceptions.padding_is_read,
    )
    jobs += [lambda of=of, seed=seed: repr(astuple(of(seed))).encode() for of in measured for seed in range(3)]
    jobs.append(lambda: repr(misconceptions.score(misconceptions.passengers(), 36, (0.0, 700.0), 1)).encode())
    return jobs


def weights_of(model: nn.Module) -> bytes:
    return b"".join(value.numpy().tobytes() for value in model.state_dict().values())


def digest(job: Callable[[], bytes]) -> str:
    return hashlib.sha256(job()).hexdigest()


def disturb(until: Event) -> None:
    """Do to the random state of the process what any library in it may do."""
    while not until.wait(0.0005):
        torch.manual_seed(77)
        torch.rand(3)


@pytest.mark.slow
def test_no_answer_moves_the_random_state_of_the_process():
    torch.manual_seed(7)
    before = torch.get_rng_state()
    for job in requests():
        job()
        assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.slow
def test_eight_threads_get_the_bytes_that_one_gets_alone():
    jobs = requests()
    alone = [digest(job) for job in jobs]

    def ask(thread: int) -> list[int]:
        asked = np.random.default_rng(thread).integers(len(jobs), size=REQUESTS)
        return [number for number in asked if digest(jobs[number]) != alone[number]]

    over = Event()
    with ThreadPoolExecutor(THREADS + 1) as pool:
        disturbing = pool.submit(disturb, over)
        differing = [pool.submit(ask, thread) for thread in range(THREADS)]
        different = [number for asked in differing for number in asked.result()]
        over.set()
        disturbing.result()
    assert len(different) == 0, f"{len(different)} of {THREADS * REQUESTS} answers differ from the same request alone"


@pytest.mark.slow
def test_the_server_gives_each_session_one_thread_for_arithmetic():
    script = """
import threading, app, torch
threading.Thread(target=lambda: print(torch.get_num_threads())).start()
"""
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.stdout.split() == ["1"], done.stderr
