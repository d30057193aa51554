"""What gradients through time cost, against autograd through a loop of the plain cells that is asked for the same."""

import statistics
from collections.abc import Iterator

import numpy as np
import torch
from playwright.sync_api import Browser
from torch import Tensor

from lstm_viz.recurrent.cells import Values, run
from lstm_viz.recurrent.gradients import (
    LayerGradient,
    gradients_of,
    in_double,
    jacobians,
    log_spectra,
    sensitivity,
    trace_in_double,
    upstream_of,
)
from lstm_viz.recurrent.layers import layers_of
from lstm_viz.recurrent.models import SequenceModel, build_model
from lstm_viz.recurrent.specification import Cell, ModelConfig
from tests.benchmarks.rounds import MEASURED_CELLS, rounds
from tests.benchmarks.tracing import Figure, interleaved, ratio
from tests.browser.gradient_page import GradientPage
from tests.browser.server import Server

GOALS = {"lstm": 10}


def cost_of_gradients() -> Iterator[Figure]:
    """Measure gradients, Jacobians and the sensitivity matrix, each from the model and the sequence on."""
    torch.set_num_threads(1)
    for cell in MEASURED_CELLS:
        yield all_gradients(cell)
    for cell in MEASURED_CELLS:
        yield long_sequence(cell)
    for cell in MEASURED_CELLS:
        yield jacobian_norms(cell)
    for cell in MEASURED_CELLS:
        yield sensitivity_matrix(cell)


def all_gradients(cell: Cell) -> Figure:
    """500 steps, 32 units: dL/dh, dL/dc and dL/d(pre-activation) of every step."""
    model, sequence = model_and_sequence(cell, 500, 32)
    sides = {"walk": lambda: walk_back(model, sequence), "autograd": lambda: by_autograd(model, sequence)}
    times = interleaved(sides, rounds=15)
    more = {f"{side}_ms": round(statistics.median(taken), 2) for side, taken in times.items()}
    goal = {"goal": GOALS[cell]} if cell in GOALS else {}
    return f"autograd_over_gradients_{cell}", ratio(times, "autograd", "walk"), "ratio", {**more, "steps": 500, **goal}


def long_sequence(cell: Cell) -> Figure:
    """5,000 steps, 32 units."""
    model, sequence = model_and_sequence(cell, 5000, 32)
    times = interleaved({"walk": lambda: walk_back(model, sequence)}, rounds=7)
    return f"gradients_5000_steps_{cell}_ms", statistics.median(times["walk"]), "ms", {"units": 32}


def jacobian_norms(cell: Cell) -> Figure:
    """200 steps, 32 units: the spectral norm of dh_T/dh_t for every t."""
    model, sequence = model_and_sequence(cell, 200, 32)
    sides = {
        "walk": lambda: log_spectra(jacobians(walk_back(model, sequence).slopes)),
        "autograd": lambda: jacobians_by_autograd(model, sequence),
    }
    times = interleaved(sides, rounds=7)
    more = {f"{side}_ms": round(statistics.median(taken), 2) for side, taken in times.items()}
    goal = {"goal": 20} if cell == "lstm" else {}
    return f"autograd_over_jacobians_{cell}", ratio(times, "autograd", "walk"), "ratio", {**more, "steps": 200, **goal}


def sensitivity_matrix(cell: Cell) -> Figure:
    """100 × 100 steps, 32 units: the whole hidden state by every input, and the answer of one number."""
    model, sequence = model_and_sequence(cell, 100, 32)
    slopes, steps = walk_back(model, sequence).slopes, range(100)
    sides = {
        "state": lambda: sensitivity(slopes, np.eye(32)[None], steps, steps),
        "answer": lambda: sensitivity(slopes, model.head.weight.detach().numpy()[None], steps, steps),
    }
    times = interleaved(sides, rounds=7)
    answer = round(statistics.median(times["answer"]), 2)
    return f"sensitivity_100x100_{cell}_ms", statistics.median(times["state"]), "ms", {"of_one_answer_ms": answer}


def model_and_sequence(cell: Cell, steps: int, units: int) -> tuple[SequenceModel, np.ndarray]:
    """Build a float64 model and draw what it reads."""
    model = in_double(build_model(ModelConfig(cell, 8, units, reads="every"), seed=0))
    return model, np.random.default_rng(0).normal(size=(steps, 8))


def walk_back(model: SequenceModel, sequence: np.ndarray) -> LayerGradient:
    """Trace and backpropagate, as the app does."""
    trace = trace_in_double(model, sequence)
    (gradient,) = gradients_of([model], [trace], upstream_of(model, trace, last_answer)[None])
    return gradient


def by_autograd(model: SequenceModel, sequence: np.ndarray) -> None:
    """Unroll the plain cell and ask autograd for every state and pre-activation."""
    steps = unrolled(model, sequence)
    names = [name for name in steps[0] if name.endswith("_pre") or name in ("hidden_state", "cell_state")]
    nodes = [step[name] for step in steps for name in names]
    loss = last_answer(model.head(steps[-1]["hidden_state"])[None])
    torch.autograd.grad(loss, nodes, allow_unused=True, materialize_grads=True)


def jacobians_by_autograd(model: SequenceModel, sequence: np.ndarray) -> None:
    """Ask autograd for every row of every Jacobian, then take spectral norms."""
    steps = unrolled(model, sequence)
    nodes = [step["hidden_state"] for step in steps]
    rows = [torch.stack(torch.autograd.grad(unit, nodes, retain_graph=True)) for unit in nodes[-1]]
    torch.linalg.matrix_norm(torch.stack(rows, dim=1), ord=2)


def unrolled(model: SequenceModel, sequence: np.ndarray) -> list[Values]:
    """Run the plain cell so that every value can be asked for its gradient."""
    layer = next(layers_of(model.rnn))
    inputs = torch.tensor(sequence, requires_grad=True)
    start = {name: inputs.new_zeros(layer.hidden_size) for name in layer.states}
    return run(layer.as_cell(), inputs, start)


def last_answer(answers: Tensor) -> Tensor:
    """Judge the last answer."""
    return answers[-1].sum()


# Starts at the key that goes to the slider and ends with the frame in which the new numbers are drawn.
WATCH = """() => {
    const host = [...document.querySelectorAll("*")].find(one => one.shadowRoot?.querySelector(".flow"));
    const root = (host?.shadowRoot ?? document).querySelector(".flow");
    let started = 0;
    document.addEventListener("keydown", () => { started = performance.now(); }, { once: true, capture: true });
    window.drawn = new Promise(done => {
        const watch = new MutationObserver(() => requestAnimationFrame(() => {
            watch.disconnect();
            done(performance.now() - started);
        }));
        watch.observe(root, { attributes: true, attributeFilter: ["data-drawn"] });
    });
}"""
SLIDES = 14


def sliding(browser: Browser, server: Server) -> Iterator[Figure]:
    """Move the forget bias at 200 steps, 32 units and 5 seeds; every position is computed anew."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    GradientPage(page, server).open(length=200)
    slider = page.get_by_role("slider", name="Forget bias")
    slider.focus()
    version = GradientPage(page, server).version
    times = []
    for _ in range(rounds(SLIDES)):
        before = version()
        page.evaluate(WATCH)
        page.keyboard.press("ArrowRight")
        times.append(page.evaluate("() => window.drawn"))
        assert version() != before
        page.wait_for_timeout(500)
    more = {"steps": 200, "units": 32, "seeds": 5, "slowest": round(max(times)), "goal": 500}
    yield "forget_bias_to_drawn_ms", statistics.median(times), "ms", more
    page.context.close()
