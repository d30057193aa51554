"""A folder is looked after by one server at a time, and by the next one once that server is dead, on whatever machine."""

import os
import signal
import threading

import pytest

from lstm_viz.errors import RunNotFound
from lstm_viz.runs import leases
from lstm_viz.runs.folders import FolderStore
from lstm_viz.runs.leases import Leases, newest_lease
from tests.runs.holding import holding
from tests.runs.waiting import wait_until

pytestmark = pytest.mark.slow


@pytest.fixture
def folders(tmp_path) -> FolderStore:
    return FolderStore(tmp_path, 100, 10**9)


@pytest.fixture
def key(folders) -> str:
    return folders.add({"file": b"x"})


@pytest.fixture
def soon(monkeypatch):
    """Let leases run out, and be renewed, within tests."""
    monkeypatch.setattr(leases, "LEASE_SECONDS", 0.5)
    monkeypatch.setattr(leases, "RENEW_EVERY", 0.05)


def test_one_of_two_servers_has_a_folder_until_it_lets_go(folders, key):
    one, other = Leases(folders), Leases(folders)
    assert one.take(key)
    assert one.take(key), "it has it already"
    assert not other.take(key)
    one.release(key)
    assert other.take(key), "at once"
    assert not one.take(key)
    other.release_all()


def test_a_lease_that_is_renewed_never_runs_out(folders, key, soon):
    one, other = Leases(folders), Leases(folders)
    assert one.take(key)
    assert other.standing(key) == "unsure", "nothing is known of its holder yet"
    wait_until(lambda: other.standing(key) == "held")
    first = (folders.folder(key) / "lease-1").stat().st_mtime_ns
    wait_until(lambda: (folders.folder(key) / "lease-1").stat().st_mtime_ns > first + 10**9)
    assert other.standing(key) == "held"
    one.release_all()


def test_a_killed_server_leaves_its_folder_once_the_lease_has_run_out(folders, key, soon):
    with holding(folders.root, key) as process:
        process.kill()
    other = Leases(folders)
    assert not other.take(key)
    wait_until(lambda: other.take(key))
    other.release_all()


@pytest.mark.parametrize("then", [1.0, 4e9])
def test_wrong_clocks_neither_take_a_lease_nor_keep_it(folders, key, soon, then):
    folder = folders.folder(key)
    (folder / "lease-7").touch()
    os.utime(folder / "lease-7", (then, then))
    other = Leases(folders)
    assert not other.take(key)
    os.utime(folder / "lease-7", (then - 0.5, then - 0.5))  # renewed by a clock that was set back
    assert other.standing(key) == "held"
    wait_until(lambda: other.take(key))
    assert newest_lease(folder) == 8
    other.release_all()


def test_of_many_that_wait_for_a_dead_server_one_takes_its_folder(folders, key, soon):
    with holding(folders.root, key) as process:
        process.kill()
    servers, taken, together = [Leases(folders) for _ in range(8)], [], threading.Barrier(8)

    def wait_for(server: Leases) -> None:
        together.wait()
        while server.standing(key) == "unsure":
            pass
        together.wait()
        if server.take(key):
            taken.append(server)

    threads = [threading.Thread(target=wait_for, args=(server,)) for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 1
    taken[0].release_all()


def test_of_many_that_want_folders_at_once_one_gets_each(folders):
    keys = [folders.add({}) for _ in range(60)]
    for key in keys:
        free_lease(folders, key, 5)
    servers, taken, together = [Leases(folders) for _ in range(6)], [], threading.Barrier(6)

    def take(server: Leases) -> None:
        for key in keys:
            together.wait()
            if server.take(key):
                taken.append(key)

    threads = [threading.Thread(target=take, args=(server,)) for server in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for server in servers:
        server.release_all()
    assert taken == keys


def free_lease(folders: FolderStore, key: str, number: int) -> None:
    (folders.folder(key) / f"lease-{number}").touch()
    os.utime(folders.folder(key) / f"lease-{number}", (0, 0))


def test_a_lease_that_was_found_free_too_long_ago_is_not_taken(folders, key):
    folder = folders.folder(key)
    free_lease(folders, key, 7)
    assert not leases.create_lease(folder, after=5), "somebody had the sixth, and somebody the seventh"
    assert [path.name for path in folder.glob("lease-*")] == ["lease-7"]


def test_a_server_that_was_held_up_finds_out_that_another_has_its_folder(folders, key, soon):
    with holding(folders.root, key) as process:
        process.send_signal(signal.SIGSTOP)
        other = Leases(folders)
        wait_until(lambda: other.take(key))
        process.send_signal(signal.SIGCONT)
        assert process.stdout.readline() == f"lost {key}\n"
        assert other.standing(key) == "held"
        other.release_all()


def test_what_nobody_has_is_taken_up_at_once_and_what_somebody_has_is_left(folders, soon):
    nobodys, somebodys, dead = (folders.add({}) for _ in range(3))
    taken: list[str] = []
    with holding(folders.root, dead) as process:
        process.kill()
    owner, other = Leases(folders), Leases(folders)
    owner.take(somebodys)
    other.take_up(lambda key: True, taken.append)
    assert taken == [nobodys]
    assert other.standing(dead) == "unsure"
    wait_until(lambda: len(taken) == 2)
    assert taken == [nobodys, dead]
    wait_until(lambda: not other._waiting)
    assert taken == [nobodys, dead]
    owner.release_all()


def test_nothing_is_renewed_where_nothing_is_held(folders, key, soon):
    server = Leases(folders)
    server.take(key)
    assert server._thread
    server.release(key)
    wait_until(lambda: server._thread is None)
    assert server.take(key)
    assert server._thread
    folders.remove(key)
    wait_until(lambda: server._thread is None)


def test_renewing_makes_no_folder_new(folders, key, soon):
    os.utime(folders.folder(key), (1, 1))
    server = Leases(folders)
    server.take(key)
    taken = folders.folder(key).stat().st_mtime_ns
    first = (folders.folder(key) / "lease-1").stat().st_mtime_ns
    wait_until(lambda: (folders.folder(key) / "lease-1").stat().st_mtime_ns > first)
    assert folders.folder(key).stat().st_mtime_ns == taken
    server.release_all()


@pytest.mark.parametrize("key", ["", "..", "../../etc", "0" * 24])
def test_hostile_and_unknown_keys_are_refused(folders, key):
    with pytest.raises(RunNotFound):
        Leases(folders).take(key)
