"""Races in real worker processes: progress, pause, death, the queue, and going on with the same numbers."""

import json
import time
from dataclasses import replace

import psutil
import pytest

from lstm_viz.errors import RunError, RunNotFound
from lstm_viz.racing.config import RaceConfig
from lstm_viz.racing.race import Racer, line_up, race
from lstm_viz.runs import leases
from lstm_viz.runs.cluster import Dispatcher
from lstm_viz.runs.race_service import RaceService, race_service, shared_out
from lstm_viz.runs.race_store import RaceStore
from lstm_viz.runs.records import Outcome, RaceState
from lstm_viz.runs.services import discard_service, training_service
from tests.racing.test_race import break_weights, numbers
from tests.runs.holding import holding
from tests.runs.waiting import ended, wait_until

pytestmark = pytest.mark.slow

LONG = RaceConfig(length=20, hidden_size=8, batch_size=16, updates=20_000, cells=("rnn", "lstm"))
SHORT = replace(LONG, updates=60)


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    dispatcher = Dispatcher()
    service = RaceService(RaceStore(tmp_path_factory.mktemp("data") / "races"), dispatcher)
    dispatcher.connected()
    wait_until(lambda: dispatcher.ready)
    yield service
    dispatcher.close()


def counts(view):
    return {cell: len(racer.history) for cell, racer in view.racers.items()}


def alone(config, records=0):
    """The same race in this process."""
    racers = line_up(config)
    for _ in race(racers, records):
        pass
    return {racer.cell: numbers(racer.history) for racer in racers}


def told(view):
    return {cell: numbers(racer.history) for cell, racer in view.racers.items()}


def test_worker_gives_the_same_numbers_as_this_process_bit_for_bit(service):
    key = service.create(SHORT)
    assert service.view(key).state.status == "paused"
    service.submit(key)
    view = ended(service, key)
    assert view.state.status == "finished"
    assert told(view) == alone(SHORT)
    assert {racer.status for racer in view.racers.values()} == {"unsolved"}
    assert view.racers["lstm"].message == "Not solved within 60 updates."
    assert told(view) == {cell: numbers(service.store.history(key, cell)) for cell in SHORT.cells}
    with pytest.raises(RunError, match="over"):
        service.submit(key)


def test_one_step_trains_ten_updates_of_each_and_pauses(service):
    key = service.create(SHORT)
    for step in (1, 2):
        service.submit(key, records=1)
        view = ended(service, key)
        assert view.state.status == "paused"
        assert counts(view) == {"rnn": step, "lstm": step}
    service.submit(key)
    assert told(ended(service, key)) == alone(SHORT)


def test_list_of_races_reads_no_records_of_those_that_have_halted(service):
    key = service.create(SHORT)
    assert [outcome.status for outcome in service.summary(key).outcomes.values()] == ["racing", "racing"]
    service.submit(key, records=3)
    assert ended(service, key).state.status == "paused"
    assert [outcome.status for outcome in service.summary(key).outcomes.values()] == ["racing", "racing"]
    service.submit(key)
    view = ended(service, key)
    standing = {cell: Outcome(racer.status, racer.solved_at) for cell, racer in view.racers.items()}
    assert service.summary(key).outcomes == standing
    old = {name: value for name, value in service.store.state(key).to_dict().items() if name != "outcomes"}
    service.store.folders.write(key, "state.json", json.dumps(old).encode())
    assert service.summary(key).outcomes == standing, "worked out from the records of a race from before"
    for cell in SHORT.cells:
        (service.store.folders.folder(key) / f"{cell}.jsonl").unlink()
    assert service.summary(key).outcomes == standing
    assert service.summary(key).state.status == "finished"


def test_paused_race_frees_the_worker_and_goes_on_with_the_same_numbers(service):
    key, other = service.create(LONG), service.create(SHORT)
    service.submit(key)
    wait_until(lambda: counts(service.view(key))["lstm"] > 3)
    service.submit(other)
    assert service.view(other).state.status == "queued"
    assert service.view(other).ahead == 1
    service.pause(key)
    paused = ended(service, key)
    assert paused.state.status == "paused"
    assert ended(service, other).state.status == "finished"
    done = counts(paused)
    service.submit(key, records=5)
    further = ended(service, key)
    assert counts(further) == {cell: count + 5 for cell, count in done.items()}
    unbroken = alone(LONG, max(counts(further).values()))
    assert told(further) == {cell: unbroken[cell][: count + 5] for cell, count in done.items()}


def test_progress_arrives_while_the_race_goes_on_and_stop_ends_it_for_good(service):
    key = service.create(LONG)
    service.submit(key)
    service.submit(key)
    seen = set()
    wait_until(lambda: len(seen) > 4 or seen.add(counts(service.view(key))["rnn"]))
    service.stop(key)
    view = ended(service, key)
    assert view.state.status == "stopped"
    assert counts(view)["rnn"] >= max(seen)
    with pytest.raises(RunError, match="over"):
        service.submit(key)
    service.pause(key)
    assert service.view(key).state.status == "stopped"


def test_paused_race_can_be_stopped(service):
    key = service.create(SHORT)
    service.stop(key)
    assert service.view(key).state.status == "stopped"


@pytest.mark.parametrize("delay", [0.0, 0.02, 0.1])
def test_race_paused_while_it_begins_does_not_keep_the_worker(service, delay):
    first, second = service.create(LONG), service.create(replace(SHORT, updates=10))
    service.submit(first)
    time.sleep(delay)
    service.pause(first)
    assert ended(service, first).state.status == "paused"
    service.submit(second)
    assert ended(service, second).state.status == "finished"


def test_killed_worker_is_told_within_seconds_and_the_race_goes_on_from_its_checkpoint(service):
    key = service.create(LONG)
    service.submit(key)
    wait_until(lambda: service.store.start(key, "lstm").checkpoint is not None)
    worker_process().kill()
    killed = time.monotonic()
    lost = ended(service, key)
    assert time.monotonic() - killed < 60
    assert lost.state.status == "interrupted"
    assert "Resume" in lost.state.message
    kept = {cell: len(Racer(LONG, cell, service.store.start(key, cell)).history) for cell in LONG.cells}
    service.submit(key, records=2)
    further = ended(service, key)
    assert counts(further) == {cell: count + 2 for cell, count in kept.items()}
    unbroken = alone(LONG, max(counts(further).values()))
    assert told(further) == {cell: unbroken[cell][: count + 2] for cell, count in kept.items()}


def test_race_that_waits_is_not_lost_with_the_worker_of_another(service):
    going, waiting = service.create(LONG), service.create(SHORT)
    service.submit(going)
    wait_until(lambda: service.view(going).state.status == "running")
    service.submit(waiting)
    worker_process().kill()
    assert ended(service, going).state.status == "interrupted"
    assert ended(service, waiting).state.status == "finished"


def worker_process():
    for process in psutil.Process().children(recursive=True):
        if "spawn_main" in " ".join(process.cmdline()):
            return process
    raise AssertionError("no worker process")


def test_divergence_ends_one_network_and_is_still_known_after_a_restart(service):
    key, broken = service.create(SHORT), Racer(SHORT, "rnn")
    broken.advance()
    break_weights(broken)
    service.store.write_history(key, "rnn", broken.history)
    service.store.write_checkpoint(key, "rnn", broken.checkpoint())
    service.submit(key)
    ended(service, key)
    for view in (service.view(key), RaceService(service.store, Dispatcher()).view(key)):
        assert view.state.status == "finished"
        assert {cell: racer.status for cell, racer in view.racers.items()} == {"rnn": "diverged", "lstm": "unsolved"}
        assert view.racers["rnn"].message == "The loss left the range of numbers after update 10."
        assert counts(view) == {"rnn": 1, "lstm": 6}


@pytest.mark.parametrize("key", ["", "0" * 24, "../../etc", "..", "A" * 24, "0" * 23 + "\n", "𝟘" * 24])
def test_hostile_and_unknown_keys_are_refused(service, key):
    for ask in (service.view, service.submit, service.pause, service.stop):
        with pytest.raises(RunNotFound, match="new race"):
            ask(key)


def test_damaged_race_is_told_in_one_sentence(service):
    key = service.create(SHORT)
    service.store.folders.write(key, "race.json", b'{"task": "chess"}')
    with pytest.raises(RunError, match=r"race\.json"):
        service.view(key)


def test_race_of_a_server_that_died_is_taken_up_at_the_next_start(service):
    key = service.store.create(SHORT)
    owned = {**RaceState("running").to_dict(), "owner": {"host": "another-container", "pid": 1, "started": 1.5}}
    service.store.folders.write(key, "state.json", json.dumps(owned).encode())
    assert service.view(key).state.status == "interrupted"
    service.start()
    view = ended(service, key)
    assert view.state.status == "finished"
    assert told(view) == alone(SHORT)


def test_race_of_a_living_server_is_left_alone(service):
    key = service.store.create(SHORT)
    service.store.write_state(key, RaceState("running"))
    with holding(service.store.folders.root, key):
        assert service.view(key).state.status == "queued", "as long as nothing was seen of its server"
        service.start()
        service.submit(key)
        wait_until(lambda: service.view(key).state.status == "running")
        service.submit(key)
        assert key not in service._entries


def test_race_of_a_killed_server_is_taken_up_or_stopped_as_was_asked_for_meanwhile(service, monkeypatch):
    monkeypatch.setattr(leases, "LEASE_SECONDS", 1.0)
    keys = [service.store.create(SHORT) for _ in range(2)]
    for key in keys:
        service.store.write_state(key, RaceState("running"))
        with holding(service.store.folders.root, key) as process:
            process.kill()
    assert {service.view(key).state.status for key in keys} == {"queued"}
    service.stop(keys[1])
    service.start()
    assert [ended(service, key).state.status for key in keys] == ["finished", "stopped"]


def test_networks_are_shared_out_over_the_free_workers():
    cells = ("rnn", "gru", "lstm")
    assert shared_out(cells, 0) == shared_out(cells, 1) == [cells]
    assert shared_out(cells, 2) == [("rnn", "lstm"), ("gru",)]
    assert shared_out(cells, 3) == shared_out(cells, 8) == [("rnn",), ("gru",), ("lstm",)]


def test_two_workers_share_the_networks_of_one_race(tmp_path, monkeypatch):
    monkeypatch.setenv("LSTM_VIZ_WORKERS", "2")
    dispatcher = Dispatcher()
    service = RaceService(RaceStore(tmp_path), dispatcher)
    try:
        dispatcher.connected()
        wait_until(lambda: dispatcher.free_workers() == 2)
        key = service.create(LONG)
        service.submit(key, records=3)
        wait_until(lambda: service._entries[key].parts)
        assert [part.share for part in service._entries[key].parts] == [("rnn",), ("lstm",)]
        paused = ended(service, key)
        assert paused.state.status == "paused"
        assert told(paused) == alone(LONG, records=3)
    finally:
        dispatcher.close()


def test_races_and_trainings_share_one_cluster_and_one_queue(tmp_path, monkeypatch):
    monkeypatch.setenv("LSTM_VIZ_DATA", str(tmp_path))
    discard_service()
    try:
        assert race_service() is race_service()
        assert race_service().dispatcher is training_service().dispatcher
        assert race_service().store.folders.root == tmp_path / "races"
        before = race_service()
        discard_service()
        assert race_service() is not before
    finally:
        discard_service()
