"""What *Step the cell* and *Gates over time* show, from their address."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import streamlit as st

from lstm_viz.errors import LSTMVizError, SequenceError
from lstm_viz.recurrent.specification import CELLS
from lstm_viz.scenes.sources import find_source
from lstm_viz.scenes.step_request import StepRequest
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.session import current_session
from lstm_viz.ui.step.sources import open_surveys

LONGEST_TEXT = 20_000
LONGEST_CHANGES = 4_000
CACHED_SCENES, CACHED_OVERVIEWS = 24, 12
Request = TypeVar("Request")
Number = TypeVar("Number", int, float)
Pack = Callable[[StepRequest], bytes]


@dataclass(frozen=True)
class StepPage:
    """The request of the address, what is shown of it, and what is wrong, by the control that caused it."""

    requested: StepRequest
    shown: StepRequest
    scene: bytes
    text_error: LSTMVizError | None = None
    source_error: LSTMVizError | None = None
    change_error: LSTMVizError | None = None


def open_step_page(address: Address, pack: Pack | None = None) -> StepPage:
    """Read the address and make what the page shows; `pack` makes the bytes for the browser, by default the scene."""
    pack = pack or packed
    session = current_session()
    try:
        requested = _read_request(address)
    except LSTMVizError as error:
        shown, scene = last_good(session.good_step, StepRequest(), pack)
        return StepPage(shown, shown, scene, source_error=error)
    try:
        scene = pack(requested)
    except LSTMVizError as error:
        return _shown_instead(requested, error, pack)
    session.good_step = requested
    return StepPage(requested, requested, scene)


def _shown_instead(requested: StepRequest, error: LSTMVizError, pack: Pack) -> StepPage:
    """Show what is possible instead, and assign the error to its control."""
    if requested.what_if:
        shown = replace(requested, what_if="")
        try:
            return StepPage(requested, shown, pack(shown), change_error=error)
        except LSTMVizError as deeper:
            error = deeper
    shown, scene = last_good(current_session().good_step, StepRequest(), pack)
    if isinstance(error, SequenceError):
        return StepPage(requested, shown, scene, text_error=error)
    return StepPage(requested, shown, scene, source_error=error)


def last_good(good: Request | None, first: Request, pack: Callable[[Request], bytes]) -> tuple[Request, bytes]:
    """Return the last good view, or the first one where there is none, or where it shows a run that is gone."""
    try:
        return good or first, pack(good or first)
    except LSTMVizError:
        return first, pack(first)


def packed(request: StepRequest) -> bytes:
    """Make a scene, or take it from the cache."""
    return _packed(request, find_source(request).version())


@st.cache_data(show_spinner=False, max_entries=CACHED_SCENES)
def _packed(request: StepRequest, version: str) -> bytes:
    from lstm_viz.scenes.overview import guide_to
    from lstm_viz.scenes.step_bytes import scene_bytes
    from lstm_viz.scenes.step_scene import build_scene

    scene = build_scene(request)
    known = find_source(request).known  # where nothing is known of what it learned, nobody is led
    return scene_bytes(scene, guide_to(open_surveys(request)[scene.lanes[0].cell]) if known else None)


def _read_request(address: Address) -> StepRequest:
    """Read the address; a number that cannot be read is ignored."""
    lanes = (address.get("cells") or "").split("-")
    named: dict[str, Any] = {
        "source": address.get("source"),
        "text": address.get("text", LONGEST_TEXT),
        "splitting": address.get("splitting"),
        "cells": tuple(cell for cell in CELLS if cell in lanes) or None,
        "layer": None if (layer := _read(int, address.get("layer"))) is None else layer - 1,
        "seed": _read(int, address.get("seed")),
        "hidden_size": _read(int, address.get("hidden_size")),
        "forget_bias": _read(float, address.get("forget_bias")),
        "what_if": address.get("what_if", LONGEST_CHANGES),
        "pooling": address.get("pooling"),
        "activation": address.get("activation"),
    }
    return StepRequest(**{name: value for name, value in named.items() if value is not None})


def _read(kind: type[Number], text: str | None) -> Number | None:
    try:
        return kind(text) if text else None
    except ValueError:
        return None


def packed_overview(request: StepRequest, stretch: str) -> bytes:
    """Make an overview, or take it from the cache; `stretch` is what to look for, as `read_search` reads it."""
    return _overview(request, stretch, find_source(request).version())


@st.cache_data(show_spinner=False, max_entries=CACHED_OVERVIEWS)
def _overview(request: StepRequest, stretch: str, version: str) -> bytes:
    from lstm_viz.scenes.overview import overview_bytes, read_search
    from lstm_viz.scenes.step_scene import build_scene

    return overview_bytes(build_scene(request), open_surveys(request), read_search(stretch))
