"""Many sessions on one server: each gets what its address says, whoever else is there."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import urlencode

import numpy as np

from lstm_viz.scenes.gradient_bytes import flow_bytes
from lstm_viz.scenes.gradient_request import FlowRequest
from lstm_viz.scenes.step_bytes import scene_bytes
from lstm_viz.scenes.step_request import StepRequest
from lstm_viz.scenes.step_scene import build_scene
from tests.browser.session import Session, session_on

SESSIONS, SEEDS = 8, 8
TEXT = "I love noodles"


def step_scene(seed: int) -> bytes:
    return scene_bytes(build_scene(StepRequest("untrained", TEXT, seed=seed, hidden_size=6)))


def gradient_flow(seed: int) -> bytes:
    return flow_bytes(FlowRequest(length=12, seeds=3, seed=seed, hidden_size=5))


def addresses() -> dict[tuple[str, str], bytes]:
    """Each address with what it shows, computed here, where nobody else is."""
    shown = {}
    for seed in range(SEEDS):
        step = {"source": "untrained", "text": TEXT, "seed": seed, "hidden_size": 6}
        shown["step_the_cell", urlencode(step)] = step_scene(seed)
        flow = {"length": 12, "seeds": 3, "seed": seed, "hidden_size": 5}
        shown["gradient_flow", urlencode(flow)] = gradient_flow(seed)
    return shown


def test_sessions_at_the_same_time_each_see_what_their_address_says(server):
    shown = addresses()
    places, together = list(shown), Barrier(SESSIONS)

    def visit(number: int) -> list[tuple[str, str]]:
        with session_on(server.url) as session:
            together.wait(timeout=120)
            order = np.random.default_rng(number).permutation(len(places))
            return [places[at] for at in order if not sees(session, places[at])]

    def sees(session: Session, place: tuple[str, str]) -> bool:
        return hashlib.sha256(shown[place]).hexdigest() in session.visit(*place).values()

    with ThreadPoolExecutor(SESSIONS) as pool:
        different = [place for places_of_one in pool.map(visit, range(SESSIONS)) for place in places_of_one]
    assert not different, f"{len(different)} of {SESSIONS * len(places)} pages differ from their address"
