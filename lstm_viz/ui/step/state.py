"""What *Step the cell* and *Gates over time* show, from their address."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

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
CACHED_SCENES = 24
Pack = Callable[[StepRequest], bytes]


@dataclass(frozen=True)
class StepPage:
    """What is shown, and what is wrong with what was asked.

    Args:
        asked: from the address.
        shown: what could be made of it; the last good request, or the first example, where nothing could.
        scene: of what is shown, packed for the browser.
        text_error, source_error, change_error: the sentence for the control that caused it; None where all is well.
    """

    asked: StepRequest
    shown: StepRequest
    scene: bytes
    text_error: LSTMVizError | None = None
    source_error: LSTMVizError | None = None
    change_error: LSTMVizError | None = None


def open_step_page(address: Address, pack: Pack | None = None) -> StepPage:
    """Read the address and make what the page shows.

    Args:
        pack: makes the bytes for the browser; the scene of *Step the cell* where it is not given.
    """
    pack = pack or packed
    session = current_session()
    try:
        asked = _read_request(address)
    except LSTMVizError as error:
        shown, scene = _fall_back(pack)
        return StepPage(shown, shown, scene, source_error=error)
    try:
        scene = pack(asked)
    except LSTMVizError as error:
        return _last_good(asked, error, pack)
    session.good_step = asked
    return StepPage(asked, asked, scene)


def _last_good(asked: StepRequest, error: LSTMVizError, pack: Pack) -> StepPage:
    """Show what can be shown instead, and put the sentence where it belongs."""
    if asked.what_if:
        shown = replace(asked, what_if="")
        try:
            return StepPage(asked, shown, pack(shown), change_error=error)
        except LSTMVizError as deeper:
            error = deeper
    shown, scene = _fall_back(pack)
    if isinstance(error, SequenceError):
        return StepPage(asked, shown, scene, text_error=error)
    return StepPage(asked, shown, scene, source_error=error)


def _fall_back(pack: Pack) -> tuple[StepRequest, bytes]:
    """Give the last good view, or the first example where there is none, or it showed a run that is gone."""
    shown = current_session().good_step or StepRequest()
    try:
        return shown, pack(shown)
    except LSTMVizError:
        return StepRequest(), pack(StepRequest())


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
    """Read what is asked for; a number that cannot be read is passed over.

    Raises:
        SettingsError: a value lies outside what can be stepped.
    """
    lanes = (address.get("cells") or "").split("-")
    named: dict[str, Any] = {
        "source": address.get("source"),
        "text": address.get("text", LONGEST_TEXT),
        "splitting": address.get("splitting"),
        "cells": tuple(cell for cell in CELLS if cell in lanes) or None,
        "layer": whole(address.get("layer"), 1),
        "seed": whole(address.get("seed")),
        "hidden_size": whole(address.get("hidden_size")),
        "forget_bias": decimal(address.get("forget_bias")),
        "what_if": address.get("what_if", LONGEST_CHANGES),
        "pooling": address.get("pooling"),
        "activation": address.get("activation"),
    }
    return StepRequest(**{name: value for name, value in named.items() if value is not None})


def whole(text: str | None, first: int = 0) -> int | None:
    """Read a whole number counted from `first`; None where it is none."""
    try:
        return int(text) - first if text else None
    except ValueError:
        return None


def decimal(text: str | None) -> float | None:
    """Read a number; None where it is none."""
    try:
        return float(text) if text else None
    except ValueError:
        return None


CACHED_OVERVIEWS = 12


def packed_overview(request: StepRequest, stretch: str) -> bytes:
    """Make an overview, or take it from the cache.

    Args:
        request: one that can be shown.
        stretch: what to look for, as `read_search` reads it; anything else looks for nothing.
    """
    return _overview(request, stretch, find_source(request).version())


@st.cache_data(show_spinner=False, max_entries=CACHED_OVERVIEWS)
def _overview(request: StepRequest, stretch: str, version: str) -> bytes:
    from lstm_viz.scenes.overview import overview_bytes, read_search
    from lstm_viz.scenes.step_scene import build_scene

    return overview_bytes(build_scene(request), open_surveys(request), read_search(stretch))
