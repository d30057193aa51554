"""Choose digits or bring labelled files; see what was read; change how a table is laid out."""

from typing import Any

import streamlit as st

from lstm_viz.classifying.files import Opened
from lstm_viz.errors import LSTMVizError
from lstm_viz.glossary import classify_term, label_of, meaning_of
from lstm_viz.runs.services import classify_service
from lstm_viz.sequences.labelled.mnist import download_mnist, mnist_is_here
from lstm_viz.sequences.labelled.table_layout import LAYOUTS
from lstm_viz.tables import MAX_BYTES
from lstm_viz.ui.classify.state import CHOICES, DIGITS, MNIST, ClassifyPage, data_parameter, open_classify_page
from lstm_viz.ui.shared.launch import choose_source, note_arrival, read_once, replaced
from lstm_viz.ui.shared.settings import CLASSIFY_SETTINGS, PRESET
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.errors import show_error, show_refusal
from lstm_viz.ui.shell.markdown import small, with_names
from lstm_viz.ui.shell.session import current_session, set_widget_value, widget_value

SOURCE, UPLOADER = "classify-source", "classify-files"


def classify_data_panel(page: ClassifyPage, address: Address) -> None:
    """Draw the panel."""
    _choose_source(page, address)
    st.file_uploader(
        f"or upload files, up to {MAX_BYTES // 1024**2} MB each",
        accept_multiple_files=True,
        key=UPLOADER,
        on_change=note_arrival,
        args=("labelled", UPLOADER),
        max_upload_size=MAX_BYTES // 1024**2,
        help="A table of labelled sequences (one series, one picture or one step a row), or a .ts or .arff file of the UEA "
        "and UCR archives, and a second one to test with; or the IDX files of pictures and labels, such as MNIST's four, "
        "gzipped or not. The files stay on this server.",
    )
    if widget_value(UPLOADER):
        show_refusal("labelled")
    if page.source == MNIST and page.opened is None:
        _offer_download()
    elif page.source_error is not None:
        show_error(page.source_error)
    with replaced("table"):
        if page.opened is not None:
            _show_data(page)
        if page.opened is not None and page.opened.table is not None:
            _choose_layout(page, page.opened, address)
        elif page.choices and page.source_error is not None:
            clear = dict.fromkeys(CHOICES)
            st.button("Read it by evidence again", on_click=_choose, args=(page, address), kwargs=clear)


def _choose_source(page: ClassifyPage, address: Address) -> None:
    names = {DIGITS.kind: DIGITS.name, MNIST.kind: MNIST.name, **current_session().labelled}
    chosen = data_parameter(page.source)
    if page.source.kind == "files":
        current_session().labelled.setdefault(chosen, page.source.name)
    names.setdefault(chosen, page.source.name)
    choose_source("Labelled sequences", SOURCE, names, chosen, lambda name: _open_source(address, name))


def _open_source(address: Address, name: str) -> None:
    kept = {key: value for key in (*CLASSIFY_SETTINGS, PRESET) if (value := address.get(key)) is not None}
    address.replace(**kept, data=name)


def with_files(page: ClassifyPage, address: Address) -> ClassifyPage:
    """Open the files that have just arrived; those that cannot be used are refused, and all else stays."""
    session, files = current_session(), _uploaded()
    if not session.arrived or not files:
        return page
    names = " + ".join(file.name for file in files)
    try:
        name = read_once(names, " ".join(file.file_id for file in files), lambda: _stored_files(files))
    except LSTMVizError as error:
        session.refusals["labelled"] = str(error)
    else:
        session.labelled[name] = names
        _open_source(address, name)
        page = open_classify_page(address)
        session.arrived = False
    return page


def _uploaded() -> list[Any]:
    found: Any = widget_value(UPLOADER)
    return list(found or [])


def _stored_files(files: list[Any]) -> str:
    """Read files and store them.

    Returns:
        What the address calls them.

    Raises:
        LSTMVizError: they cannot be used.
    """
    return data_parameter(classify_service().library.add([(file.name, file.getvalue()) for file in files]))


def _offer_download() -> None:
    service = classify_service()
    if mnist_is_here(service.library.mnist):
        return
    st.markdown(
        small(
            "MNIST does not ship with this program. It can be fetched from openml.org (about 15 MB, kept on this server), "
            "or bring its four files."
        )
    )
    if not st.button("Fetch MNIST", key="fetch-mnist", icon=":material/download:"):
        return
    try:
        with st.status("Fetching MNIST …") as status:
            download_mnist(service.library.mnist, lambda sentence: status.update(label=sentence))
    except LSTMVizError as error:
        show_error(error)
        return
    st.rerun()


def _show_data(page: ClassifyPage) -> None:
    assert page.opened is not None
    data, split = page.opened.train, page.split
    if page.opened.table is None:
        rows, width = int(data.lengths.max()), data.input_size
        st.markdown(f"**{len(data.classes):,} classes**, pictures of {rows} rows of {width} grey values.")
    if split is not None:
        parts = (
            f"{len(split.train):,} training, {len(split.validation):,} validation, {len(split.test):,} test sequences."
        )
        st.markdown(small(parts))
    for finding in (*page.opened.findings, *(split.notes if split else ())):
        st.markdown(small(with_names(finding)))


def _choose_layout(page: ClassifyPage, opened: Opened, address: Address) -> None:
    assert opened.table is not None
    layouts, columns = st.columns(2)
    with layouts:
        _menu("layout", list(LAYOUTS), opened.table.layout, page, address)
    with columns:
        _menu("label", list(opened.table.columns), opened.table.label, page, address)


def _menu(name: str, options: list[str], taken: str, page: ClassifyPage, address: Address) -> None:
    """Draw one menu: what was taken by evidence, and what could be taken instead."""
    key, term = f"classify-{name}", classify_term(name)
    set_widget_value(key, taken)
    st.selectbox(
        label_of(term),
        options,
        format_func=lambda option: label_of(classify_term(option)) if name == "layout" else option,
        key=key,
        on_change=lambda: _choose(page, address, **{name: str(widget_value(key))}),
        help=meaning_of(term),
    )


def _choose(page: ClassifyPage, address: Address, **changes: str | None) -> None:
    """Write what was chosen of the layout; an open run is left."""
    address.set(**{"run": None, **page.choices, "data": data_parameter(page.source), **changes})
