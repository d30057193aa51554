"""Folders appear whole or not at all, under names that nobody guesses, and never fill the disk."""

import errno
import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_viz.errors import RunNotFound
from lstm_viz.runs.folders import KEY_PATTERN, FolderStore, replace_file

FILES = {"a": b"first" * 1000, "b": b"second" * 1000}


@pytest.fixture
def store(tmp_path) -> FolderStore:
    return FolderStore(tmp_path / "store", max_folders=5, max_bytes=10**9)


def age(store: FolderStore, key: str, seconds: int) -> None:
    """Make a folder look as if nothing had been written to it for so long."""
    then = store.folder(key).stat().st_mtime - seconds
    os.utime(store.folder(key), (then, then))


def fill(store: FolderStore, count: int, size: int = 10) -> list[str]:
    """Add folders, the first one the oldest."""
    keys = []
    for _ in range(count):
        for key in keys:
            if key in store.keys():  # noqa: SIM118
                age(store, key, 100)
        keys.append(store.add({"file": bytes(size)}))
    return keys


def test_what_is_added_is_read_back(store):
    key = store.add(FILES)
    assert {name: store.read(key, name) for name in FILES} == FILES
    assert store.read(key, "never written") is None


def test_what_is_written_replaces_what_was_there(store):
    key = store.add(FILES)
    store.write(key, "a", b"new")
    store.write(key, "c", b"more")
    assert [store.read(key, name) for name in "abc"] == [b"new", FILES["b"], b"more"]


def test_another_process_finds_the_same_folders(store):
    key = store.add(FILES)
    assert FolderStore(store.root, 5, 10**9).read(key, "a") == FILES["a"]


def test_keys_hold_96_bits_and_never_repeat(tmp_path):
    store = FolderStore(tmp_path, max_folders=5, max_bytes=10**9)
    keys = {store.add({}) for _ in range(1000)}
    assert len(keys) == 1000
    assert all(KEY_PATTERN.fullmatch(key) and len(key) * 4 == 96 for key in keys)
    digits = "".join(keys)
    counts = [digits.count(digit) for digit in "0123456789abcdef"]
    assert min(counts) > 1300, "each digit comes about 1500 times in 24,000"
    assert max(counts) < 1700, "each digit comes about 1500 times in 24,000"


@pytest.mark.parametrize(
    "key",
    ["", ".", "..", "../x", "/etc", "a" * 23, "a" * 25, "A" * 24, "g" * 24, "é" * 24, "a" * 24 + "\n", "a" * 23 + "\0"],
)
def test_malformed_keys_lead_nowhere(store, key):
    for look in (store.folder, lambda key: store.read(key, "a"), lambda key: store.write(key, "a", b"")):
        with pytest.raises(RunNotFound, match="Start again from a file"):
            look(key)


@given(key=st.text(max_size=40))
def test_no_text_reads_a_file_outside(key, tmp_path_factory):
    store = FolderStore(tmp_path_factory.getbasetemp() / "any-text", 5, 10**9)
    with pytest.raises(RunNotFound):
        store.read(key, "a")


def test_a_well_formed_key_of_nothing_is_told_so(store):
    with pytest.raises(RunNotFound):
        store.folder("0" * 24)


def test_a_reader_sees_whole_files_while_a_writer_replaces_them(store):
    key = store.add({"file": b"0" * 50_000})
    seen, done = set(), threading.Event()

    def read() -> None:
        while not done.is_set():
            data = store.read(key, "file")
            seen.add((len(data), len(set(data))))

    reader = threading.Thread(target=read)
    reader.start()
    for digit in b"123456789" * 20:
        store.write(key, "file", bytes([digit]) * 50_000)
    done.set()
    reader.join()
    assert seen == {(50_000, 1)}


def test_a_lister_sees_only_whole_folders(store):
    seen, done = [], threading.Event()

    def watch() -> None:
        while not done.is_set():
            for key in store.keys():  # noqa: SIM118
                if (store.root / key).is_dir():
                    seen.append({path.name for path in (store.root / key).iterdir()})

    watcher = threading.Thread(target=watch)
    watcher.start()
    for _ in range(5):
        store.add(FILES)
    done.set()
    watcher.join()
    assert all(names == set(FILES) for names in seen)


def test_what_a_crash_leaves_half_written_is_no_folder(store):
    key = store.add(FILES)
    (store.root / ".new-0123456789abcdef01234567").mkdir()
    (store.root / ".new-0123456789abcdef01234567" / "a").write_bytes(b"half")
    (store.root / key / ".a.1234abcd").write_bytes(b"half")
    assert store.keys() == [key]
    assert store.read(key, "a") == FILES["a"]


def test_what_is_half_written_has_another_name_until_it_is_whole(tmp_path, monkeypatch):
    path = tmp_path / "state.json"
    path.mkdir()
    (path / "old").write_bytes(b"old")
    written = []
    monkeypatch.setattr(Path, "write_bytes", lambda half, data: written.append(half.name) or half.touch())
    with pytest.raises(OSError):
        replace_file(path, b"the rename fails, since a folder with files stands there")
    assert (path / "old").read_bytes() == b"old"
    (half,) = written
    assert half.startswith(".state.json.")
    assert [*tmp_path.iterdir()] == [path]


def test_a_full_disk_leaves_what_was_there_and_nothing_else(store, monkeypatch):
    key, write = store.add(FILES), Path.write_bytes

    def full(path: Path, data: bytes) -> None:
        write(path, data[: len(data) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", full)
    for fill_up in (lambda: store.write(key, "a", b"new" * 1000), lambda: store.add(FILES)):
        with pytest.raises(OSError, match="No space left"):
            fill_up()
    assert [path.name for path in store.root.iterdir()] == [key]
    assert {path.name: path.read_bytes() for path in store.folder(key).iterdir()} == FILES


def test_the_oldest_go_when_there_are_too_many(store):
    keys = fill(store, 8)
    assert set(store.keys()) == set(keys[-5:])


def test_the_oldest_go_when_they_take_too_much_room(tmp_path):
    store = FolderStore(tmp_path, max_folders=100, max_bytes=35_000)
    keys = fill(store, 6, size=10_000)
    assert set(store.keys()) == set(keys[-3:])
    assert sum(path.stat().st_size for path in tmp_path.rglob("file")) <= 35_000


def test_the_newest_stays_even_alone_above_the_limit(tmp_path):
    store = FolderStore(tmp_path, max_folders=100, max_bytes=100)
    fill(store, 2)
    key = store.add({"file": bytes(1000)})
    assert store.keys() == [key]


def test_a_folder_written_to_again_counts_as_new(store):
    keys = fill(store, 5)
    store.write(keys[0], "file", b"touched")
    store.add({})
    assert keys[0] in store.keys()  # noqa: SIM118
    assert keys[1] not in store.keys()  # noqa: SIM118


def test_a_folder_that_is_looked_at_stays(store):
    first, *others = fill(store, 5)
    age(store, first, 10_000)
    assert store.read(first, "file")
    fill(store, 1)
    assert first in store.keys()  # noqa: SIM118
    assert others[0] not in store.keys()  # noqa: SIM118


def test_a_folder_that_is_shown_from_memory_stays(store):
    first, *others = fill(store, 5)
    age(store, first, 10_000)
    assert store.changed(first, "file")
    fill(store, 1)
    assert first in store.keys()  # noqa: SIM118
    assert others[0] not in store.keys()  # noqa: SIM118


def test_what_the_server_reads_for_itself_makes_no_folder_new(store):
    first, *others = fill(store, 5)
    age(store, first, 10_000)
    assert store.peek(first, "file")
    fill(store, 1)
    assert store.keys()[:-1] == others


@pytest.mark.slow
def test_a_reader_finds_a_folder_whole_or_not_at_all_while_it_is_cleared_away(tmp_path):
    store = FolderStore(tmp_path, max_folders=1, max_bytes=10**9)
    names = [f"{number:02}" for number in range(40)]
    newest, seen, done = [store.add(dict.fromkeys(names, b"x"))], set(), threading.Event()

    def read() -> None:
        while not done.is_set():
            key = newest[-1]
            for name in names:
                try:
                    seen.add(store.read(key, name))
                except RunNotFound:
                    break

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(150):
        newest.append(store.add(dict.fromkeys(names, b"x")))
    done.set()
    for reader in readers:
        reader.join()
    assert seen == {b"x"}, "None would be a file that is missing from a folder that is there"
    assert [path.name for path in tmp_path.iterdir()] == [newest[-1]]


def test_what_is_in_use_stays(tmp_path):
    used: set[str] = set()
    store = FolderStore(tmp_path, 3, 10**9, in_use=used.__contains__)
    used.update(fill(store, 3))
    last = store.add({})
    assert set(store.keys()) == used | {last}
    newest = store.add({})
    assert set(store.keys()) == used | {newest}
    used.clear()
    store.add({})
    assert len(store.keys()) == 3


def test_many_threads_may_add_at_once(tmp_path):
    store, keys = FolderStore(tmp_path, 4, 10**9), []

    def add() -> None:
        for _ in range(10):
            keys.append(store.add(FILES))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(keys)) == 40
    assert 0 < len(store.keys()) <= 8
    store.add({})
    assert len(store.keys()) == 4
    assert [path for path in Path(tmp_path).iterdir() if path.name.startswith(".")] == []


def test_what_a_crash_left_half_written_is_removed_once_it_is_old(tmp_path):
    old, new = tmp_path / ".new-old", tmp_path / ".new-new"
    for folder in (old, new):
        folder.mkdir()
    os.utime(old, (0, 0))
    FolderStore(tmp_path, 10, 10**6)
    assert not old.exists()
    assert new.exists()
