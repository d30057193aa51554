"""A visitor without a browser: the websocket that Streamlit's own page opens, and the bytes that arrive through it."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect


class Session:
    """One session on a running server; `session_on` opens it."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    def visit(self, page: str, query: str = "") -> dict[str, str]:
        """Open an address; give a digest of what each component of the page was sent, by the component's name."""
        ask = BackMsg()
        ask.rerun_script.page_name, ask.rerun_script.query_string = page, query
        self.socket.send(ask.SerializeToString())
        found: dict[str, str] = {}
        while True:
            message = ForwardMsg.FromString(self.socket.recv(timeout=240))
            component = message.delta.new_element.bidi_component
            if component.bytes:
                found[component.component_name] = hashlib.sha256(component.bytes).hexdigest()
            if message.HasField("script_finished"):
                return found


@contextmanager
def session_on(url: str) -> Iterator[Session]:
    """Open a session on the server at an address, and close it at the end."""
    stream = f"ws://{urlsplit(url).netloc}/_stcore/stream"
    with connect(stream, subprotocols=["streamlit"], max_size=None, open_timeout=120) as socket:
        yield Session(socket)
