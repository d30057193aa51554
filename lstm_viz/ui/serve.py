"""Start the app as `make run` does: `python -m lstm_viz.ui.serve 8501`.

Streamlit's own start of an `st.App` opens no browser, prints addresses before anything answers there, and, where there is no
display, asks a server on the internet for the address of this machine.
"""

import errno
import http.client
import socket
import sys
import threading
import time

import click

from lstm_viz.errors import LSTMVizError
from lstm_viz.paths import ROOT

APP = ROOT / "app.py"


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
    streamlit(["run", str(APP), *options], standalone_mode=False)


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
