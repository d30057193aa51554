#!/usr/bin/env bash
# distributed 2026.8.0: what is handed over by Variable, Queue or an event comes back with its lists turned into tuples.
#
# Results of tasks are pickled and come back as they were. Small values of the coordination primitives travel inside the message
# itself, in msgpack, which is read with tuples for arrays. Seen:
#     submit(identity, [1, 2])              [1, 2]
#     Variable.set([1, 2]); get()           (1, 2)
#     Queue.put({"a": [1, [2]]}); get()     {'a': (1, (2,))}
#     log_event("topic", [1, 2])            (1, 2)
#     Variable.set(2**64)                   OverflowError, although a task hands 2**64 back
# So `value == [1, 2]`, `value + [3]` or json that is compared later fail on one side only. An array of NumPy, a set or a
# Timestamp in the same place goes through unharmed, since msgpack cannot hold it and pickle takes over.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet dask==2026.8.0 distributed==2026.8.0 numpy==2.4.6
cd "$place"
"$place/venv/bin/python" - <<'EOF'
import logging
import numpy as np
from distributed import Client, LocalCluster, Queue, Variable


def identity(value: object) -> object:
    return value


def main() -> None:
    options = {"processes": False, "protocol": "tcp", "dashboard_address": ":0"}  # tcp: what stays in one process is not packed
    with LocalCluster(n_workers=1, threads_per_worker=1, **options) as cluster, Client(cluster) as client:
        variable, queue = Variable("v"), Queue("q")
        assert client.submit(identity, [1, 2], pure=False).result() == [1, 2]
        variable.set([1, 2])
        queue.put({"a": [1, [2]]})
        client.log_event("topic", [1, 2])
        seen = variable.get(), queue.get(timeout=10), client.get_events("topic")[-1][1]
        print(*seen)
        assert seen == ((1, 2), {"a": (1, (2,))}, (1, 2)), seen
        variable.set({3})
        assert variable.get() == {3}
        variable.set(np.array([1, 2]))
        assert isinstance(variable.get(), np.ndarray)
        assert client.submit(identity, 2**64, pure=False).result() == 2**64
        logging.disable(logging.CRITICAL)
        try:
            variable.set(2**64)
        except OverflowError as error:
            print("2**64:", error)
        else:
            raise SystemExit("a Variable takes 2**64 now")


main()
EOF
