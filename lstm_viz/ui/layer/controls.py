"""The parts of *Anatomy*, and the controls of the layer that is taken apart."""

from typing import Any

import streamlit as st

from lstm_viz.glossary import anatomy_term, label_of, meaning_of
from lstm_viz.runs.opened import UploadedState, keep_state
from lstm_viz.settings import written
from lstm_viz.ui.layer.settings import BUILT, LAYER_SETTINGS, STATE, UNKNOWN, LayerSettings, read_layer_settings
from lstm_viz.ui.layer.unknown_settings import ask_unknown
from lstm_viz.ui.layer.worked import FIELDS
from lstm_viz.ui.shared.form import Form
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.errors import refusing, show_error
from lstm_viz.ui.shell.markdown import literal
from lstm_viz.ui.shell.navigation import link_to
from lstm_viz.ui.shell.session import current_session, set_widget_value, widget_value
from lstm_viz.weights.read_arrays import MAX_BYTES

PARTS = ("layer", "count", "code", "hand", "myths")
PART = "anatomy-part"
OF_LAYER = ("layer", "count", "code")
UPLOADER, FIXED_CELL = "layer-state", "layer-fixed-cell"
NARROW, WIDE = 104, 140


def choose_part(address: Address) -> str:
    """Draw the row of parts and return the open one."""
    requested, part = address.get("part"), _requested_part(address)
    st.header("A recurrent layer, taken apart", anchor=False)
    set_widget_value(PART, part)

    def change() -> None:
        address.set(part=str(widget_value(PART)))

    def label(name: str) -> str:
        return label_of(anatomy_term(name))

    options: dict[str, Any] = {"required": True, "wrap": True, "label_visibility": "collapsed", "on_change": change}
    st.segmented_control(label_of("anatomy_part"), PARTS, format_func=label, key=PART, **options)
    if requested is not None and requested != part:
        show_error(f"“{requested[:40]}” is no part of this page. Choose one above.")
    return part


def _requested_part(address: Address) -> str:
    """Return the part in an address, or the one that its numbers of the worked example, or its claim, belong to."""
    requested = address.get("part")
    if requested in PARTS:
        return requested
    if address.get("myth") is not None:
        return "myths"
    return "hand" if any(address.get(name) is not None for name in FIELDS) else "layer"


def show_meaning(part: str) -> None:
    """Say what a part shows."""
    st.markdown(meaning_of(anatomy_term(part)))


def layer_controls(address: Address, part: str) -> LayerSettings:
    """Draw the controls that matter for a part of the page, and what is wrong below them."""
    settings = read_layer_settings(address)
    form = Form(settings, address, anatomy_term, "layer")
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="layer-controls"):
        _choose_cell(form, settings)
        for name in ("input_size", "sizes", "output_size", *(() if part == "code" else ("batch", "steps"))):
            form.field(name, width=WIDE if name == "sizes" else NARROW)
        with st.container(width="content", gap="xxsmall"):
            form.field("bidirectional")
            form.field("bias")
        if part == "layer":
            with st.container(width="content"):
                form.field("batch_first")
    for name in (*LAYER_SETTINGS, *UNKNOWN):
        if name in settings.errors and name != "cell":  # it stands below its own control
            show_error(settings.errors[name])
    _upload_state(settings, address)
    return settings


def _choose_cell(form: Form, settings: LayerSettings) -> None:
    if not settings.is_fixed("cell"):
        form.choice("cell")
        return
    set_widget_value(FIXED_CELL, label_of(settings.shown("cell")))
    st.text_input(label_of("cell"), key=FIXED_CELL, help=meaning_of("cell"), disabled=True, width=NARROW)


def _upload_state(settings: LayerSettings, address: Address) -> None:
    if settings.state is not None:
        _show_state(settings, settings.state, address)
        return
    refused = current_session().refusals.get("state", "") if widget_value(UPLOADER) else ""
    wrong = refused or settings.errors.get(STATE, "")
    most, title = MAX_BYTES // 2**20, label_of("anatomy_state")
    advice = (
        "If you transposed arrays in NumPy, apply `np.ascontiguousarray` before `safetensors.numpy.save_file`: otherwise "
        "version 0.8.0 scrambles their numbers."
    )
    with st.expander(title, expanded=bool(wrong), icon=":material/upload_file:", key="bring-state"):
        label = f"{meaning_of('anatomy_state')} Up to {most} MB."
        take: Any = {"on_change": _take_state, "args": (address,)}
        st.file_uploader(label, key=UPLOADER, max_upload_size=most, help=advice, **take)
        words, _, code = wrong.partition("\n")
        if words:
            show_error(words)
        if code:  # lines that fix the file, to be copied
            st.code(code.replace("\n    ", "\n").strip(), wrap_lines=True)


def _take_state(address: Address) -> None:
    """Store the uploaded file and open it; one that cannot be read is refused."""
    file = widget_value(UPLOADER)
    with refusing("state"):
        if file is not None:
            key = keep_state(file.name, file.getvalue())  # type: ignore[attr-defined]
            address.set(**{**dict.fromkeys((*BUILT, *UNKNOWN)), STATE: key})


def _show_state(settings: LayerSettings, state: UploadedState, address: Address) -> None:
    with st.container(border=True, key="brought-state"):
        st.markdown(f"**{literal(state.name)}** {literal(' '.join(state.foreign.notes))}")
        ask_unknown(state.foreign, settings.unknown, address, "layer")
        with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
            known = {name: value for name in UNKNOWN if (value := address.get(name))}
            link_to("step", "Step this cell", source=f"{STATE}:{state.key}", **known)
            meaning = "The settings stay as they are and can be changed; the weights become random."
            remove: Any = {"on_click": _remove_state, "args": (settings, address), "icon": ":material/close:"}
            st.button("Remove the file", type="tertiary", help=meaning, **remove)


def _remove_state(settings: LayerSettings, address: Address) -> None:
    shown = {name: settings.shown(name) for name in BUILT}
    kept = {name: written(value) for name, value in shown.items() if value != settings.suggested_value(name)}
    address.set(**{**dict.fromkeys((*BUILT, *UNKNOWN)), **kept, STATE: None})
