"""What watching costs: our loop in a worker process, with events and checkpoints, against a bare torch loop in one."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import torch
from distributed import get_worker
from torch import nn

from lstm_viz.forecasting.config import ForecastConfig, one_network, suggest_config
from lstm_viz.forecasting.experiment import ForecastExperiment
from lstm_viz.runs.forecast_store import RunStore, UploadStore
from lstm_viz.runs.records import RunSpec, RunState, Source
from lstm_viz.runs.services import TrainingService
from lstm_viz.tables import Series, load_sample, make_series
from tests.benchmarks.rounds import QUICK, rounds

ROUNDS = 5
EPOCHS = {"airline_passengers": 400, "sunspots": 40}
FEW_EPOCHS = 4


def bare_loop(series: Series, config: ForecastConfig) -> float:
    """Train the network of `one_network` on the same windows with nothing around it; give the seconds that it took."""
    torch.set_num_threads(1)
    experiment = ForecastExperiment(series, config)
    model, windows = experiment.trainer.model, experiment.trainer.training
    held = experiment.trainer.validation
    assert held is not None
    optimizer = torch.optim.Adam(model.parameters(), config.training.learning_rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, config.training.epochs)
    torch.manual_seed(config.training.seed)
    started = time.perf_counter()
    for _ in range(config.training.epochs):
        model.train()
        for indices in torch.split(torch.randperm(len(windows)), config.training.batch_size):
            inputs, targets = windows.batch(indices)
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(model(inputs), targets)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), config.training.gradient_clip)
            optimizer.step()
        schedule.step()
        model.eval()
        with torch.no_grad():
            inputs, targets = held.batch(torch.arange(len(held)))
            nn.functional.mse_loss(model(inputs), targets)
    return time.perf_counter() - started


def bare_loop_in_worker(series: Series, config: ForecastConfig) -> float:
    """Run the bare loop where ours runs."""
    get_worker()
    return bare_loop(series, config)


def overhead_of_watching() -> Iterator[tuple[str, float, str, dict[str, object]]]:
    """Train in turn with and without being watched, in the same worker process; give the ratio of the medians."""
    with tempfile.TemporaryDirectory() as folder:
        service = TrainingService(RunStore(Path(folder) / "runs"), UploadStore(Path(folder) / "uploads"))
        service.start()
        try:
            for sample, epochs in EPOCHS.items():
                yield measure(service, sample, min(epochs, FEW_EPOCHS) if QUICK else epochs)
        finally:
            service.close()


def measure(service: TrainingService, sample: str, epochs: int) -> tuple[str, float, str, dict[str, object]]:
    """Measure one series."""
    series = make_series(load_sample(sample))
    config = one_network(suggest_config(len(series.y), series.frequency.season_length))
    config = replace(config, origins=1, training=replace(config.training, epochs=epochs, patience=0))
    client = service.dispatcher.connected().client
    bare, watched = [], []
    for turn in range(rounds(ROUNDS)):
        bare.append(client.submit(bare_loop_in_worker, series, config, key=f"bare-{sample}-{turn}").result())
        watched.append(watched_loop(service, series, config))
    ratio = statistics.median(w / b for w, b in zip(watched, bare, strict=True))
    seconds = {"watched_s": round(statistics.median(watched), 3), "bare_s": round(statistics.median(bare), 3)}
    return f"watched_training_over_bare_loop_{sample}", ratio, "ratio", {**seconds, "epochs": epochs, "goal": 1.10}


def watched_loop(service: TrainingService, series: Series, config: ForecastConfig) -> float:
    """Train as the app does; give the seconds from the start to the last epoch. What would follow is stopped."""
    spec = RunSpec(Source("sample", "bench", "bench"), series.time or "", series.name, config, "")
    key = service.store.create(spec, series)
    service.submit(key)
    begun = when(service, key, lambda state: state.status != "queued")
    ended = when(service, key, lambda state: bool(state.stage) or not state.active)
    assert len(service.view(key).history) == config.training.epochs
    service.stop(key)
    when(service, key, lambda state: not state.active)
    return ended - begun


def when(service: TrainingService, key: str, reached: Callable[[RunState], bool]) -> float:
    """Wait for a state of a run, and give the moment when it was seen."""
    while not reached(service.view(key).state):
        time.sleep(0.005)
    return time.perf_counter()
