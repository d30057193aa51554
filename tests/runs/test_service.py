"""Training in real worker processes: progress, stop, queue, death, and going on."""

import gc
import json
import os
import threading
import time
from dataclasses import asdict, replace

import numpy as np
import psutil
import pytest
from distributed.deploy.subprocess import SubprocessCluster

from lstm_viz.errors import RunNotFound
from lstm_viz.forecasting.config import suggest_config
from lstm_viz.forecasting.experiment import ForecastExperiment
from lstm_viz.runs import leases
from lstm_viz.runs.epoch_service import Submission
from lstm_viz.runs.forecast_store import RunStore, UploadStore
from lstm_viz.runs.jobs import TrainingJob, history_of, train
from lstm_viz.runs.records import RunSpec, RunState, Source
from lstm_viz.runs.services import TrainingService
from lstm_viz.runs.worker import Silence
from lstm_viz.training.snapshots import save_snapshots
from tests.runs.holding import holding
from tests.runs.waiting import ended, wait_until

pytestmark = pytest.mark.slow


class Patient(Silence):
    """Let training go to its end."""

    def should_stop(self):
        return False


def make_service(folder):
    return TrainingService(RunStore(folder / "runs"), UploadStore(folder / "uploads"))


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    service = make_service(tmp_path_factory.mktemp("data"))
    service.start()
    wait_until(lambda: service.ready)
    yield service
    service.close()


@pytest.fixture
def new_run(service, airline):
    def create(store=service.store, members=1, origins=1, **training):
        config = replace(suggest_config(144, 12), members=members, origins=origins, hidden_size=8)
        config = replace(config, training=replace(config.training, **training))
        spec = RunSpec(Source("sample", "airline_passengers", "Airline"), "month", "passengers", config, "2026-01-01")
        return store.create(spec, airline)

    return create


def losses(history):
    return [(r.member, r.epoch, r.train_loss, r.learning_rate, r.gradient_norm) for r in history]


def worker_process():
    for process in psutil.Process().children(recursive=True):
        if "spawn_main" in " ".join(process.cmdline()):
            return process
    raise AssertionError("no worker process")


def test_worker_gives_the_same_numbers_as_this_process_bit_for_bit(service, new_run, airline):
    key = new_run(members=3, origins=2, epochs=12)
    service.submit(key)
    view = ended(service, key)
    here = train(TrainingJob(airline, view.spec.config), Patient())
    assert view.state.status == "finished"
    assert losses(view.history) == losses(here.history)
    np.testing.assert_array_equal(view.forecast.future["yhat"], here.forecast.future["yhat"])
    assert (service.store.weights(key), service.store.recipe(key)) == (here.weights, here.recipe)
    assert service.store.snapshots(key) == here.snapshots


def test_progress_arrives_while_training_goes_on(service, new_run):
    key = new_run(epochs=400)
    service.submit(key)
    seen = set()

    def watch():
        view = service.view(key)
        if view.state.active:
            seen.add(len(view.history))
        return not view.state.active

    wait_until(watch)
    assert len(seen) > 5
    assert len(service.view(key).history) == 400


def test_stop_keeps_the_best_and_train_further_goes_on_from_there(service, new_run):
    key = new_run(epochs=5000)
    service.submit(key)
    wait_until(lambda: len(service.view(key).history) > 20)
    service.stop(key)
    stopped = ended(service, key)
    assert stopped.state.status == "stopped"
    assert stopped.forecast is not None
    done = len(stopped.history)
    assert 20 < done < 5000
    service.submit(key, more_epochs=30)
    further = ended(service, key)
    assert further.state.status == "finished"
    assert losses(further.history)[:done] == losses(stopped.history)
    assert [record.epoch for record in further.history] == list(range(1, done + 31))


def test_second_run_waits_and_says_how_many_are_before_it(service, new_run):
    first, second, third = new_run(epochs=5000), new_run(epochs=3), new_run(epochs=3)
    for key in (first, second, third):
        service.submit(key)
    wait_until(lambda: service.view(first).state.status == "running")
    assert service.view(second).state.status == "queued"
    assert service.view(second).ahead == 1
    assert service.view(third).ahead == 2
    wait_until(lambda: service._entries[third].parts)
    service.stop(third)
    taken_out = ended(service, third)
    assert taken_out.state.status == "stopped"
    assert "queue" in taken_out.state.message
    service.stop(first)
    assert ended(service, second).state.status == "finished"


@pytest.mark.parametrize("delay", [0.0, 0.01, 0.02, 0.05, 0.1])
def test_run_stopped_while_it_begins_does_not_keep_the_worker(service, new_run, delay):
    first, second = new_run(epochs=5000), new_run(epochs=2)
    service.submit(first)
    wait_until(lambda: service._entries[first].parts)
    time.sleep(delay)
    service.stop(first)
    assert ended(service, first).state.status == "stopped"
    service.submit(second)
    wait_until(
        lambda: not service.view(second).state.active, 30
    )  # the first one would keep it for longer on any machine
    assert service.view(second).state.status == "finished"


def test_same_run_submitted_twice_trains_once(service, new_run):
    key = new_run(epochs=8)
    service.submit(key)
    service.submit(key)
    assert [record.epoch for record in ended(service, key).history] == list(range(1, 9))


def test_killed_worker_is_told_within_seconds_and_the_run_goes_on_from_its_checkpoint(service, new_run, airline):
    key = new_run(epochs=800)
    service.submit(key)
    wait_until(lambda: service.store.checkpoint(key) is not None)
    worker_process().kill()
    killed = time.monotonic()
    lost = ended(service, key)
    assert time.monotonic() - killed < 60
    assert lost.state.status == "interrupted"
    assert "Train further" in lost.state.message
    assert len(lost.history) > 0
    service.submit(key)
    whole = ended(service, key)
    assert whole.state.status == "finished"
    assert whole.forecast is not None
    assert [record.epoch for record in whole.history] == list(range(1, 801))
    unbroken = ForecastExperiment(airline, whole.spec.config)
    assert losses(unbroken.epochs()) == losses(whole.history)
    assert service.store.snapshots(key) == save_snapshots(unbroken.trainer.path)


def test_members_of_a_lost_worker_go_on_from_where_each_of_them_stood(service, new_run, airline):
    key = new_run(members=3, epochs=500)
    service.submit(key)
    wait_until(lambda: service.store.checkpoint(key) is not None)
    worker_process().kill()
    assert ended(service, key).state.status == "interrupted"
    service.submit(key)
    whole = ended(service, key)
    epochs = {number: [r.epoch for r in whole.history if r.member == number] for number in range(3)}
    assert epochs == {0: list(range(1, 501)), 1: list(range(1, 501)), 2: list(range(1, 201))}
    unbroken = ForecastExperiment(airline, whole.spec.config)
    list(unbroken.epochs())
    assert losses(history_of(unbroken.members)) == losses(whole.history)


def test_run_that_waits_is_not_lost_with_the_worker_of_another(service, new_run):
    running, waiting = new_run(epochs=5000), new_run(epochs=4)
    service.submit(running)
    service.submit(waiting)
    wait_until(lambda: len(service.view(running).history) > 3)
    worker_process().kill()
    assert ended(service, running).state.status == "interrupted"
    assert ended(service, waiting).state.status == "finished"


def test_stop_is_heard_while_a_run_is_being_prepared(service, new_run, monkeypatch):
    prepare = service.task_of

    def slowly(key, more_epochs):
        time.sleep(0.5)
        return prepare(key, more_epochs)

    monkeypatch.setattr(service, "task_of", slowly)
    key = new_run(epochs=5000)
    service.submit(key)
    time.sleep(0.2)
    service.stop(key)
    assert ended(service, key).state.status == "stopped"


def test_end_that_cannot_be_written_holds_nobody_up(service, new_run, monkeypatch):
    write = service.store.write_state

    def full(key, state):
        if state.status == "finished":
            raise OSError("no space left on device")
        write(key, state)

    monkeypatch.setattr(service.store, "write_state", full)
    key = new_run(epochs=3)
    service.submit(key)
    wait_until(lambda: service.state(key).status == "interrupted")
    monkeypatch.undo()
    another = new_run(epochs=3)
    service.submit(another)
    assert service.view(another).ahead == 0
    assert ended(service, another).state.status == "finished"
    service.submit(key, more_epochs=2)
    assert len(ended(service, key).history) == 5


def test_request_to_train_further_outlives_a_worker_that_dies_before_its_first_checkpoint(service, new_run):
    key = new_run(epochs=5)
    service.submit(key)
    before = ended(service, key)
    service.submit(key, more_epochs=300)
    wait_until(lambda: service.state(key).status == "running")
    worker_process().kill()
    lost = ended(service, key)
    assert lost.state.status == "interrupted"
    assert service.store.checkpoint(key) is not None
    assert lost.state.more_epochs == 300
    service.submit(key)
    whole = ended(service, key)
    assert [record.epoch for record in whole.history] == list(range(1, 306))
    assert losses(whole.history[:5]) == losses(before.history)
    assert whole.state.more_epochs == 0


def test_nothing_is_kept_of_a_run_that_has_ended_so_that_a_new_worker_does_not_train_it_again(service, new_run):
    client = service.dispatcher.connected().client
    key = new_run(epochs=3)
    service.submit(key)
    assert ended(service, key).state.status == "finished"
    wait_until(lambda: not client.run_on_scheduler(lambda dask_scheduler: list(dask_scheduler.tasks)))
    wait_until(lambda: not alive(Submission))


def alive(kind):
    gc.collect()
    return [thing for thing in gc.get_objects() if type(thing) is kind]


def test_what_follows_training_is_told_stage_by_stage(service, new_run):
    key = new_run(origins=3, epochs=40)
    service.submit(key)
    stages = set()
    wait_until(lambda: stages.add(service.view(key).state.stage) or not service.view(key).state.active)
    assert {stage.split(":")[0] for stage in stages} & {"Back-test 1 of 2", "Back-test 2 of 2"}
    assert ended(service, key).state.stage == ""
    assert service.view(key).forecast.origins == 3


def test_divergence_is_told_and_the_weights_before_it_are_kept(service, new_run):
    wild = {"optimizer": "sgd", "learning_rate": 10.0, "gradient_clip": 0.0, "loss": "mse", "schedule": "constant"}
    key = new_run(epochs=100, batch_size=16, keep="best", **wild)
    service.submit(key)
    view = ended(service, key)
    assert view.state.status == "diverged"
    assert "diverged" in view.state.message
    assert np.isfinite([record.train_loss for record in view.history]).all()


def test_unknown_run_is_refused(service):
    with pytest.raises(RunNotFound):
        service.view("0" * 24)
    with pytest.raises(RunNotFound):
        service.submit("../../etc")


def test_runs_of_servers_that_died_are_taken_up_at_the_next_start_whatever_they_were_called(tmp_path, new_run):
    store = RunStore(tmp_path / "runs")
    old, new = new_run(store, epochs=6), new_run(store, epochs=6)
    state = {**asdict(RunState("running", 6)), "owner": {"host": "another-container", "pid": 1, "started": 1.5}}
    store.folders.write(old, "state.json", json.dumps(state).encode())
    store.write_state(new, RunState("running", 6))
    service = make_service(tmp_path)
    assert service.view(old).state.status == service.view(new).state.status == "interrupted"
    service.start()
    try:
        assert ended(service, old).state.status == ended(service, new).state.status == "finished"
    finally:
        service.close()


def test_run_of_a_killed_server_waits_for_its_lease_and_is_taken_up(tmp_path, new_run, monkeypatch):
    monkeypatch.setattr(leases, "LEASE_SECONDS", 1.0)
    store = RunStore(tmp_path / "runs")
    key, unwanted = new_run(store, epochs=6), new_run(store, epochs=6)
    for each in (key, unwanted):
        store.write_state(each, RunState("running", 6))
        with holding(store.folders.root, each) as process:
            process.kill()
    service = make_service(tmp_path)
    assert service.view(key).state.status == "queued", "as long as its server may still live"
    service.stop(unwanted)
    service.start()
    try:
        assert ended(service, key).state.status == "finished"
        assert ended(service, unwanted).state.status == "stopped"
    finally:
        service.close()


def test_closed_server_leaves_its_runs_to_the_next_at_once(tmp_path, new_run):
    first, second = make_service(tmp_path), make_service(tmp_path)
    key = new_run(first.store, epochs=5000)
    first.submit(key)
    wait_until(lambda: len(first.view(key).history) > 3)
    second.submit(key)
    assert key not in second._entries, "the first one looks after it"
    first.close()
    assert second.view(key).state.status == "interrupted"
    second.submit(key)
    wait_until(lambda: len(second.view(key).history) > 6)
    second.close()


def test_run_that_another_server_took_up_is_left_to_it(service, new_run, monkeypatch):
    key = new_run(epochs=5000)
    service.submit(key)
    wait_until(lambda: len(service.view(key).history) > 3)
    folder, number = service.store.folders.folder(key), leases.newest_lease(service.store.folders.folder(key))
    leases.lease_file(folder, number + 1).touch()  # as another server does that saw this one asleep
    state = (folder / "state.json").read_bytes()
    wait_until(lambda: key not in service._entries)
    another = new_run(epochs=3)
    service.submit(another)
    assert ended(service, another).state.status == "finished", "the worker is free again"
    assert (folder / "state.json").read_bytes() == state


def test_run_of_a_living_server_is_left_alone(tmp_path, new_run):
    store = RunStore(tmp_path / "runs")
    key = new_run(store)
    store.write_state(key, RunState("running", 6))
    service = make_service(tmp_path)
    with holding(store.folders.root, key):
        service.start()
        try:
            wait_until(lambda: service.view(key).state.status == "running")
            service.submit(key)
            assert key not in service._entries
        finally:
            service.close()


def test_a_start_leaves_the_order_in_which_runs_are_cleared_away(service, new_run):
    folders, now = service.store.folders, time.time()
    hours = {new_run(): 30, new_run(): 5, new_run(): 0.5}
    for key, ago in hours.items():
        service.store.write_state(key, RunState("finished", 6))
        os.utime(folders.folder(key), (now - 3600 * ago,) * 2)
    service.start()
    assert [key for key in folders.keys() if key in hours] == list(hours)  # noqa: SIM118
    service.view(next(iter(hours)))
    assert folders.keys()[-1] == next(iter(hours)), "the one that was shown goes last"


def test_no_process_is_left_after_closing(tmp_path):
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    service = make_service(tmp_path)
    service.start()
    started = {process.pid for process in psutil.Process().children(recursive=True)} - before
    assert started
    service.close()
    wait_until(lambda: not any(psutil.pid_exists(pid) and is_running(pid) for pid in started))


def is_running(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_an_existing_cluster_is_used_when_its_address_is_given(tmp_path, new_run, monkeypatch):
    with SubprocessCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        monkeypatch.setenv("LSTM_VIZ_SCHEDULER", cluster.scheduler_address)
        service = make_service(tmp_path)
        try:
            key = new_run(service.store, epochs=5)
            service.submit(key)
            assert ended(service, key).state.status == "finished"
        finally:
            service.close()


def test_cluster_that_does_not_answer_is_told_in_one_sentence(tmp_path, new_run, monkeypatch):
    monkeypatch.setenv("LSTM_VIZ_SCHEDULER", "tcp://127.0.0.1:9")
    monkeypatch.setattr("lstm_viz.runs.cluster.CONNECT_SECONDS", 1)
    service = make_service(tmp_path)
    key = new_run(service.store, epochs=5)
    service.submit(key)
    view = ended(service, key)
    service.close()
    assert view.state.status == "interrupted"
    assert "tcp://127.0.0.1:9" in view.state.message
    assert "LSTM_VIZ_SCHEDULER" in view.state.message


def newer(name, before):
    processes = [p for p in psutil.Process().children() if name in " ".join(p.cmdline())]
    return next(process for process in processes if process.pid not in before)


def test_workers_that_cannot_come_back_are_replaced_and_what_waited_is_trained(tmp_path, new_run):
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    service = make_service(tmp_path)
    service.start()
    running, waiting = new_run(service.store, epochs=5000), new_run(service.store, epochs=4)
    service.submit(running)
    service.submit(waiting)
    wait_until(lambda: len(service.view(running).history) > 3)
    newer("distributed.Nanny", before).kill()
    try:
        assert ended(service, running).state.status == "interrupted"
        assert ended(service, waiting).state.status == "finished"
    finally:
        service.close()


def test_a_scheduler_that_does_not_answer_holds_up_no_page(tmp_path, new_run):
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    service = make_service(tmp_path)
    service.start()
    key = new_run(service.store, epochs=5000)
    service.submit(key)
    wait_until(lambda: len(service.view(key).history) > 3)
    scheduler = newer("distributed.Scheduler", before)
    scheduler.suspend()
    try:
        asking = [threading.Thread(target=service.stop, args=(key,), daemon=True)]
        asking.append(threading.Thread(target=lambda: service.ready, daemon=True))
        for thread in asking:
            thread.start()
        wait_until(lambda: not any(thread.is_alive() for thread in asking))
        assert not service.ready
        scheduler.resume()
        assert ended(service, key).state.status == "stopped"
    finally:
        scheduler.resume()
        service.close()


def test_dead_scheduler_is_told_and_the_next_training_starts_a_new_one(tmp_path, new_run):
    before = {process.pid for process in psutil.Process().children(recursive=True)}
    service = make_service(tmp_path)
    service.start()
    key = new_run(service.store, epochs=5000)
    service.submit(key)
    wait_until(lambda: len(service.view(key).history) > 3)
    newer("distributed.Scheduler", before).kill()
    try:
        assert ended(service, key).state.status == "interrupted"
        another = new_run(service.store, epochs=4)
        service.submit(another)
        assert ended(service, another).state.status == "finished"
    finally:
        service.close()
    wait_until(lambda: {p.pid for p in psutil.Process().children(recursive=True) if is_running(p.pid)} <= before)
