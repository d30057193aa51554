"""Start everything: `make run`, or `streamlit run app.py`."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
import torch
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from lstm_viz.runs.race_service import start_services
from lstm_viz.runs.services import discard_service, training_service
from lstm_viz.ui.shell.errors import show_script_error
from lstm_viz.ui.shell.server import patch_requests

torch.set_num_threads(1)  # of every thread that starts from here on: networks this small lose by sharing their work out
patch_requests()
ROUTER = Path(__file__).parent / "lstm_viz" / "ui" / "router.py"


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[dict[str, Any]]:
    """Start the training workers along with the first page, and stop them with the server."""
    threading.Thread(target=start_services, daemon=True, name="start-workers").start()
    try:
        yield {}
    finally:
        await asyncio.to_thread(discard_service)


async def healthz(_: Request) -> JSONResponse:
    """Answer whether the server lives and whether workers can train."""
    ready = await asyncio.to_thread(lambda: training_service().ready)  # it asks the scheduler
    return JSONResponse({"status": "ok", "training": ready})


app = st.App(ROUTER, lifespan=lifespan, routes=[Route("/healthz", healthz)], on_script_error=show_script_error)
