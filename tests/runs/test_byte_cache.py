"""What many people look at is made once, and kept by the memory it takes."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from lstm_viz.runs.folders import LEAST_BYTES, ByteCache

KILO = 1024


def bytes_of(size):
    return lambda: bytes(size * KILO)


def test_small_things_are_all_kept_however_many_they_are():
    cache = ByteCache(len, most_bytes=100 * KILO)
    first = [cache.get(place, bytes_of(1)) for place in range(100)]
    assert all(cache.get(place, bytes_of(1)) is value for place, value in enumerate(first))


def test_what_was_unused_for_longest_goes_first_and_the_newest_stays_however_large():
    cache = ByteCache(len, most_bytes=10 * KILO)
    one, two = cache.get("one", bytes_of(4)), cache.get("two", bytes_of(4))
    assert cache.get("one", bytes_of(4)) is one
    three = cache.get("three", bytes_of(4))
    assert cache.get("three", bytes_of(4)) is three
    assert cache.get("one", bytes_of(4)) is one
    assert cache.get("two", bytes_of(4)) is not two
    large = cache.get("large", bytes_of(99))
    assert cache.get("large", bytes_of(99)) is large
    assert cache.get("one", bytes_of(4)) is not one


def test_what_takes_no_memory_is_limited_too():
    cache = ByteCache(lambda value: 0, most_bytes=3 * LEAST_BYTES)
    first = [cache.get(place, object) for place in range(4)]
    assert cache.get(3, object) is first[3]
    assert cache.get(0, object) is not first[0]


def test_threads_that_ask_at_once_get_one_value_and_others_are_not_held_up():
    cache, asked, go_on = ByteCache(len), [], Event()

    def make():
        asked.append(1)
        assert go_on.wait(60)
        return bytes(KILO)

    with ThreadPoolExecutor(8) as threads:
        waiting = [threads.submit(cache.get, "slow", make) for _ in range(7)]
        assert threads.submit(cache.get, "quick", bytes_of(1)).result(60) == bytes(KILO)
        go_on.set()
        values = [each.result(60) for each in waiting]
    assert all(value is values[0] for value in values)
    assert len(asked) == 1


def test_an_error_is_not_kept():
    cache = ByteCache(len)
    with pytest.raises(ZeroDivisionError):
        cache.get("key", lambda: 1 // 0)
    assert cache.get("key", bytes_of(1)) == bytes(KILO)
