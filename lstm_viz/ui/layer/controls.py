"""The parts of *Anatomy*, and the controls of the layer that is taken apart."""

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


def choose_part(address: Address) -> str:
    """Draw the row of parts and give the one that is open."""
    requested, part = address.get("part"), _asked_part(address)
    st.header("A recurrent layer, taken apart", anchor=False)
    set_widget_value(PART, part)
    st.segmented_control(
        label_of("anatomy_part"),
        PARTS,
        format_func=lambda name: label_of(anatomy_term(name)),
        required=True,
        wrap=True,
        key=PART,
        on_change=lambda: address.set(part=str(widget_value(PART))),
        label_visibility="collapsed",
    )
    if requested is not None and requested != part:
        show_error(f"“{requested[:40]}” is no part of this page. Choose one above.")
    return part


def _asked_part(address: Address) -> str:
    """Give the part that an address means: one that names numbers of the worked example, or a claim, need not say so."""
    requested = address.get("part")
    if requested in PARTS:
        return requested
    if address.get("myth") is not None:
        return "myths"
    return "hand" if any(address.get(name) is not None for name in FIELDS) else "layer"


def show_meaning(part: str) -> None:
    """Say what a part shows."""
    st.markdown(meaning_of(anatomy_term(part)))


UPLOADER, FIXED_CELL = "layer-state", "layer-fixed-cell"
NARROW, WIDE = 104, 140


def layer_controls(address: Address, part: str) -> LayerSettings:
    """Draw the controls, and what is wrong below them; a change goes to the address.

    Args:
        part: of the page: what the layer is run on matters where it is drawn or costs are counted.
    """
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
    _bring_state(settings, address)
    return settings


def _choose_cell(form: Form, settings: LayerSettings) -> None:
    if not settings.is_fixed("cell"):
        form.choice("cell")
        return
    set_widget_value(FIXED_CELL, label_of(settings.shown("cell")))
    st.text_input(label_of("cell"), key=FIXED_CELL, help=meaning_of("cell"), disabled=True, width=NARROW)


def _bring_state(settings: LayerSettings, address: Address) -> None:
    """Offer to bring weights; say what was found in those that were brought."""
    if settings.state is not None:
        _tell_state(settings, settings.state, address)
        return
    refused = current_session().refusals.get("state", "") if widget_value(UPLOADER) else ""
    gone = settings.errors.get(STATE, "")
    title = label_of("anatomy_state")
    with st.expander(title, expanded=bool(refused or gone), icon=":material/upload_file:", key="bring-state"):
        st.file_uploader(
            f"{meaning_of('anatomy_state')} Up to {MAX_BYTES // 2**20} MB.",
            key=UPLOADER,
            on_change=_take_state,
            args=(address,),
            max_upload_size=MAX_BYTES // 2**20,
            help="Arrays that were transposed in NumPy: make each `np.ascontiguousarray` before "
            "`safetensors.numpy.save_file` writes it. Version 0.8.0 puts their numbers in other places.",
        )
        if refused or gone:
            _show_refusal(refused or gone)


def _show_refusal(sentence: str) -> None:
    """Show why a file was refused; lines of code that fix it stand below, to be copied."""
    words, _, code = sentence.partition("\n")
    show_error(words)
    if code:
        st.code(code.replace("\n    ", "\n").strip(), wrap_lines=True)


def _take_state(address: Address) -> None:
    """Keep the file that was brought and open it; one that cannot be read is refused, and all else stays."""
    file = widget_value(UPLOADER)
    with refusing("state"):
        if file is not None:
            key = keep_state(file.name, file.getvalue())  # type: ignore[attr-defined]
            address.set(**{**dict.fromkeys((*BUILT, *UNKNOWN)), STATE: key})


def _tell_state(settings: LayerSettings, state: UploadedState, address: Address) -> None:
    with st.container(border=True, key="brought-state"):
        st.markdown(f"**{literal(state.name)}** {literal(' '.join(state.foreign.notes))}")
        ask_unknown(state.foreign, settings.unknown, address, "layer")
        with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
            said = {name: address.get(name) for name in UNKNOWN}
            known = {name: value for name, value in said.items() if value}
            link_to("step", "Step this cell", source=f"{STATE}:{state.key}", **known)
            st.button(
                "Remove the file",
                on_click=_put_away,
                args=(settings, address),
                icon=":material/close:",
                type="tertiary",
                help="The settings stay as they are and can be changed; the weights are drawn anew.",
            )


def _put_away(settings: LayerSettings, address: Address) -> None:
    shown = {name: settings.shown(name) for name in BUILT}
    kept = {name: written(value) for name, value in shown.items() if value != settings.suggested_value(name)}
    address.set(**{**dict.fromkeys((*BUILT, *UNKNOWN)), **kept, STATE: None})
