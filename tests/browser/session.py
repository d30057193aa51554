"""A visitor without a browser: the websocket that Streamlit's own page opens, and the bytes that arrive through it."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect

PATIENCE, SILENCE = 240, 3  # seconds


class Session:
    """One session on a running server; `session_on` opens it."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.page = self.query = self.fragment = ""
        self.widgets: dict[str, str] = {}

    def visit(self, page: str, query: str = "") -> dict[str, str]:
        """Open an address; give a digest of what each component of the page was sent, by the component's name."""
        ask = BackMsg()
        ask.rerun_script.page_name, ask.rerun_script.query_string = page, query
        self.socket.send(ask.SerializeToString())
        found: dict[str, str] = {}
        while True:
            message = self.listen()
            component = message.delta.new_element.bidi_component
            if component.bytes:
                found[component.component_name] = hashlib.sha256(component.bytes).hexdigest()
            if message.HasField("script_finished"):
                return found

    def listen(self, seconds: float = PATIENCE) -> ForwardMsg:
        """Wait for a message, and keep what it says of the page: address, widgets by key, the fragment on a timer."""
        message = ForwardMsg.FromString(self.socket.recv(timeout=seconds))
        kind = message.WhichOneof("type")
        if kind == "navigation":
            self.page = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "auto_rerun":
            self.fragment = message.auto_rerun.fragment_id
        elif message.delta.HasField("new_element"):
            element = message.delta.new_element
            name = getattr(getattr(element, element.WhichOneof("type")), "id", "")
            if name.startswith("$$ID-"):
                self.widgets[name.split("-", 2)[2]] = name
        return message

    def ask(self, query: str, values: Mapping[str, object], fragment: str = "", back: bool = False) -> None:
        """Ask for a rerun as the page does: with an address and widgets' values by key.

        Args:
            fragment: ask for that alone, as its timer does.
            back: ask as the browser's Back does.
        """
        ask = BackMsg()
        rerun = ask.rerun_script
        rerun.page_script_hash, rerun.query_string = self.page, query
        rerun.fragment_id, rerun.is_auto_rerun = fragment, bool(fragment)
        rerun.is_history_navigation = back
        rerun.widget_states.widgets.extend(self.state(key, value) for key, value in values.items())
        self.socket.send(ask.SerializeToString())

    def state(self, key: str, value: object) -> WidgetState:
        state = WidgetState(id=self.widgets[key])
        if key == "train":
            state.trigger_value = bool(value)
        elif isinstance(value, bool):
            state.bool_value = value
        else:
            state.string_array_value.data.append(str(value))
        return state

    def finish(self) -> None:
        """Wait until a script has ended."""
        while not self.listen().HasField("script_finished"):
            pass

    def settle(self) -> None:
        """Wait until a script has ended and nothing more comes."""
        self.finish()
        with suppress(TimeoutError):
            while True:
                self.listen(SILENCE)


@contextmanager
def session_on(url: str) -> Iterator[Session]:
    """Open a session on the server at an address, and close it at the end."""
    stream = f"ws://{urlsplit(url).netloc}/_stcore/stream"
    with connect(stream, subprotocols=["streamlit"], max_size=None, open_timeout=120) as socket:
        yield Session(socket)
