#!/usr/bin/env bash
# streamlit 1.67.0: the timer of a fragment runs callbacks of widgets outside it, with what the server has just overwritten.
#
# A fragment with `run_every` asks for its rerun with the values of all widgets of the page, as the browser has them when the timer
# fires. If the server has set one of them in the meantime (`st.session_state[key] = ...`) and the browser has not drawn that yet,
# the old value arrives as a change: it undoes what the server set, and `on_change` runs although nobody touched anything. Seen:
#     the visitor writes b                     value=b, callbacks: b
#     a button sets it to a                    value=a, callbacks: b
#     the timer fires before a was drawn       value=b, callbacks: b b
set -euo pipefail
place=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; wait; rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet streamlit==1.67.0 websockets==15.0.1
cd "$place"
export HOME=$place
cat >app.py <<'EOF'
import streamlit as st

calls = st.session_state.setdefault("calls", [])
st.text_input("value", key="value", on_change=lambda: calls.append(st.session_state["value"]))
st.button("reset", on_click=lambda: st.session_state.update(value="a"))


@st.fragment(run_every=3600)
def on_a_timer():
    st.text(f"value={st.session_state['value']} calls={' '.join(calls)}")


on_a_timer()
EOF
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("localhost", 0)); print(s.getsockname()[1])')
"$place/venv/bin/streamlit" run app.py --server.port "$port" --server.headless true --browser.gatherUsageStats false >log.txt 2>&1 &
server=$!
"$place/venv/bin/python" - "$port" <<'EOF'
import sys
import time

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

for _ in range(300):
    try:
        page = connect(f"ws://localhost:{sys.argv[1]}/_stcore/stream", subprotocols=["streamlit"])
        break
    except OSError:
        time.sleep(0.1)
field = button = fragment = ""


def ask(value=None, click=False, timer=False):
    """Send a request as the page does; give the line that it ends with."""
    global field, button, fragment
    request = BackMsg()
    rerun = request.rerun_script
    rerun.query_string = ""
    if value is not None:
        rerun.widget_states.widgets.add(id=field, string_value=value)
    if click:
        rerun.widget_states.widgets.add(id=button, trigger_value=True)
    if timer:
        rerun.fragment_id, rerun.is_auto_rerun = fragment, True
    page.send(request.SerializeToString())
    text = ""
    while True:
        message = ForwardMsg.FromString(page.recv(timeout=60))
        element = message.delta.new_element
        field, button = element.text_input.id or field, element.button.id or button
        fragment = message.auto_rerun.fragment_id or fragment
        text = element.text.body or text
        if message.HasField("script_finished"):
            return text


ask()
seen = [ask("b"), ask("b", click=True), ask("b", timer=True)]
print(*seen, sep="\n")
assert seen == ["value=b calls=b", "value=a calls=b", "value=b calls=b b"]
EOF
