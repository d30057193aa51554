"""How requests of the browser are handled: no click is lost to what was running when it was made.

A request of Streamlit's page brings the address and the values of all widgets as they stood when it was sent. Three things
go wrong where two requests follow each other closely, seen with Streamlit 1.67:

- A fragment that runs every so often asks with all values. What the server has set meanwhile looks like a choice of the
  visitor, and what the visitor has just chosen is used up before the request of the click comes: its callback is lost.
- A callback that is running is interrupted at its first look at the session's state, and is not run again.
- An address that the server has changed is undone by a request that was sent before the browser knew of it.
"""

import errno
import http.client
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from typing import Any

import click
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.scriptrunner import RerunData, ScriptRunContext, get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequest, ScriptRequests, ScriptRequestType
from streamlit.runtime.state.session_state import SessionState

from lstm_viz.errors import LSTMVizError
from lstm_viz.paths import ROOT
from lstm_viz.ui.shell.session import current_session


def patch_requests() -> None:
    """Patch how Streamlit handles a request, for the whole process, before its first session; a second call does nothing."""
    ask, begin = ScriptRequests.request_rerun, SessionState.on_script_will_rerun
    if hasattr(ask, "__wrapped__"):
        return

    @wraps(ask)
    def without_values_of_a_timer(self: ScriptRequests, data: RerunData) -> bool:
        if data.is_auto_rerun:
            waits = self._state == ScriptRequestType.RERUN  # with values that are to stay
            data = replace(data, widget_states=None if waits else WidgetStates())
        return ask(self, data)

    @wraps(begin)
    def with_whole_callbacks(self: SessionState, states: WidgetStates | None, **others: Any) -> None:
        context = get_script_run_ctx()
        if states is None or context is None or context.script_requests is None:
            begin(self, states, **others)
            return
        with _uninterrupted(context.script_requests):
            _synchronize_address(context)
            if states.widgets:
                current_session().drawn = frozenset(widget.id for widget in states.widgets)
            begin(self, states, **others)

    ScriptRequests.request_rerun = without_values_of_a_timer  # type: ignore[assignment,method-assign]
    SessionState.on_script_will_rerun = with_whole_callbacks  # type: ignore[assignment,method-assign]


@contextmanager
def _uninterrupted(requests: ScriptRequests) -> Iterator[None]:
    """Let nothing stop a script in this block; requests wait until it ends."""
    look = requests.on_scriptrunner_yield

    def unless_to_stop() -> ScriptRequest | None:
        request = look()
        return None if request is not None and request.type == ScriptRequestType.STOP else request

    requests.on_scriptrunner_yield = unless_to_stop  # type: ignore[method-assign]
    try:
        yield
    finally:
        del requests.on_scriptrunner_yield


def _synchronize_address(context: ScriptRunContext) -> None:
    """Accept the address that the browser reports, unless it was changed here and the browser did not know yet."""
    bar = current_session().address_bar
    if bar.page != context.page_script_hash or context.is_history_navigation:
        bar.superseded.clear()
    bar.page = context.page_script_hash
    bar.synchronize()


def main(port: str = "8501") -> None:
    """Serve the app until Ctrl-C and print its address once it answers; what prevents that is a sentence and exit code 2."""
    try:
        _check(port)
        threading.Thread(target=_announce, args=(int(port),), daemon=True, name="announce").start()
        _serve(port)
    except LSTMVizError as error:
        click.echo(error, err=True)
        sys.exit(2)
    except (KeyboardInterrupt, click.Abort):
        pass  # the server has been ended as requested


def _check(port: str) -> None:
    if not (port.isdecimal() and 0 < int(port) < 65536):
        raise LSTMVizError(f"A port is a number from 1 to 65535, but PORT is {port!r}. Choose one: make run PORT=8600")
    family = socket.AF_INET6 if socket.has_dualstack_ipv6() else socket.AF_INET
    try:
        socket.create_server(("", int(port)), family=family, dualstack_ipv6=family == socket.AF_INET6).close()
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        reason = "is taken by another program" if taken else f"cannot be opened ({error.strerror})"
        raise LSTMVizError(f"Port {port} {reason}. Choose another one: make run PORT=8600") from error


def _serve(port: str) -> None:
    from streamlit.web.cli import main as streamlit  # after the check: this import takes a second

    options = ["--server.port", port, "--logger.hideWelcomeMessage", "true"]
    streamlit(["run", str(ROOT / "app.py"), *options], standalone_mode=False)


def _announce(port: int) -> None:
    while not _answers(port):
        time.sleep(0.1)
    import streamlit as st
    from streamlit import cli_util, net_util

    here, elsewhere = f"http://localhost:{port}", net_util.get_internal_ip()
    also = f" or, on another computer, http://{elsewhere}:{port}" if elsewhere != "127.0.0.1" else ""
    click.echo(f"Open {here}{also} (Ctrl-C ends the app)")
    if not st.get_option("server.headless"):
        cli_util.open_browser(here)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("localhost", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
