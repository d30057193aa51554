"""Wait for what other processes do."""

import time

HANGS = 600  # seconds after which something hangs: how fast a machine is, is no defect


def wait_until(reached, seconds=HANGS):
    """Look until something is reached; fails where it takes too long."""
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


def ended(service, key):
    """Wait for a training to end and give its view."""
    wait_until(lambda: not service.view(key).state.active)
    return service.view(key)
