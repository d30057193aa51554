"""A cache that is limited by the memory it takes, not by how many things are in it."""

from collections.abc import Callable, Hashable
from threading import Condition
from typing import Generic, TypeVar

from cachetools import LRUCache, cached

Value = TypeVar("Value")

MOST_BYTES = 256 * 1024**2
LEAST_BYTES = 1024  # of anything, so that what has no size is limited too


class ByteCache(Generic[Value]):
    """Make each value once for all threads that ask for it; beyond the limit, those unused for longest go first.

    A value must not be changed by anybody who gets it. The newest one stays, however large it is. An error is not kept.

    Args:
        size_of: bytes that a value takes.
        most_bytes: what all of them may take together.
    """

    def __init__(self, size_of: Callable[[Value], int], most_bytes: int = MOST_BYTES) -> None:
        kept = LRUCache[Hashable, Value](most_bytes, lambda value: min(most_bytes, max(LEAST_BYTES, size_of(value))))

        @cached(kept, key=lambda key, make: key, condition=Condition())
        def get(key: Hashable, make: Callable[[], Value]) -> Value:
            return make()

        self._get = get

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return the value of a key; who asks while it is being made waits for it."""
        return self._get(key, make)

    def clear(self) -> None:
        """Forget everything."""
        self._get.cache_clear()
