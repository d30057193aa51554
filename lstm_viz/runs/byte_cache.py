"""A cache that is limited by the memory it takes, not by how many things are in it."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

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
        self.size_of, self.most_bytes = size_of, most_bytes
        self._kept: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self._making: dict[Hashable, Lock] = {}
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return the value of a key; who asks while it is being made waits for it."""
        with self._lock:
            if key in self._kept:
                return self._use(key)
            making = self._making.setdefault(key, Lock())
        with making:
            with self._lock:
                if key in self._kept:
                    return self._use(key)
            try:
                value = make()
                self._keep(key, value, max(LEAST_BYTES, self.size_of(value)))
            finally:
                with self._lock:
                    self._making.pop(key, None)
        return value

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()

    def _use(self, key: Hashable) -> Value:
        self._kept.move_to_end(key)
        return self._kept[key][0]

    def _keep(self, key: Hashable, value: Value, size: int) -> None:
        with self._lock:
            self._kept[key] = value, size
            taken = sum(each for _, each in self._kept.values())
            while taken > self.most_bytes and len(self._kept) > 1:
                taken -= self._kept.popitem(last=False)[1][1]
