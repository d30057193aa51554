"""Choose digits or upload labelled files; see what was read; change how a table is laid out."""

from typing import Any

import streamlit as st

from lstm_viz.classifying.files import Opened
from lstm_viz.errors import LSTMVizError
from lstm_viz.glossary import classify_term, label_of
from lstm_viz.runs.services import classify_service
from lstm_viz.sequences.labelled.mnist import download_mnist, mnist_is_here
from lstm_viz.sequences.labelled.table_layout import LAYOUTS
from lstm_viz.tables import MAX_BYTES
from lstm_viz.ui.classify.state import CHOICES, DIGITS, MNIST, ClassifyPage, data_parameter, open_classify_page
from lstm_viz.ui.shared.fold import menu
from lstm_viz.ui.shared.launch import choose_source, open_arrived, replaced, upload_field
from lstm_viz.ui.shared.settings import CLASSIFY_SETTINGS, PRESET
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.errors import show_error
from lstm_viz.ui.shell.markdown import small, with_names
from lstm_viz.ui.shell.session import current_session, widget_value

SOURCE, UPLOADER = "classify-source", "classify-files"


def classify_data_panel(page: ClassifyPage, address: Address) -> None:
    """Draw the choice of the sequences, and what was read."""
    _choose_source(page, address)
    upload_field(
        f"or upload files, up to {MAX_BYTES // 1024**2} MB each",
        UPLOADER,
        "labelled",
        "A table of labelled sequences (one series, one picture or one step per row), or a .ts or .arff file of the UEA and "
        "UCR archives, with a second one as test set; or the IDX files of pictures and labels, such as the four of MNIST, "
        "gzipped or not. The files stay on this server.",
        accept_multiple_files=True,
    )
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
            st.button("Detect automatically again", on_click=_choose, args=(page, address), kwargs=clear)


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
    """Open the files that have just arrived; those that cannot be used are refused, and what was open stays."""

    def store(files: list[Any]) -> str:
        return data_parameter(classify_service().library.add([(file.name, file.getvalue()) for file in files]))

    def open_files(name: str, names: str) -> ClassifyPage:
        current_session().labelled[name] = names
        _open_source(address, name)
        return open_classify_page(address)

    return open_arrived(page, "labelled", UPLOADER, store, open_files)


def _offer_download() -> None:
    service = classify_service()
    if mnist_is_here(service.library.mnist):
        return
    words = (
        "MNIST is not included. Fetch it from openml.org (about 15 MB, kept on this server), or upload its four files."
    )
    st.markdown(small(words))
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
        sizes = f"{len(split.train):,} training, {len(split.validation):,} validation, {len(split.test):,} test"
        st.markdown(small(f"{sizes} sequences."))
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
    key = f"classify-{name}"

    def label(option: str) -> str:
        return label_of(classify_term(option)) if name == "layout" else option

    def change() -> None:
        _choose(page, address, **{name: str(widget_value(key))})

    menu(classify_term(name), key, options, taken, change, label)


def _choose(page: ClassifyPage, address: Address, **changes: str | None) -> None:
    """Write what was chosen of the layout; an open run is left."""
    address.set(**{"run": None, **page.choices, "data": data_parameter(page.source), **changes})
