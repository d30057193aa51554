"""What *Classify sequences* works on: worked out from the address, once per rerun."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import streamlit as st

from lstm_viz.classifying.config import suggest_config
from lstm_viz.classifying.files import Opened
from lstm_viz.errors import LSTMVizError
from lstm_viz.runs.epoch_store import ClassifySpec, ClassifyView, LabelledSource
from lstm_viz.runs.services import classify_service
from lstm_viz.sequences.labelled.labelled_sequences import Split
from lstm_viz.ui.shared.form import Settings
from lstm_viz.ui.shared.launch import find_view, launch, upload_name
from lstm_viz.ui.shared.settings import classify_settings
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.markdown import literal
from lstm_viz.ui.shell.session import current_session

FILES_PREFIX = "f-"
CHOICES = ("layout", "label")
DIGITS = LabelledSource("digits", name="Digits, 8 × 8")
MNIST = LabelledSource("mnist", name="MNIST, 28 × 28")


@dataclass(frozen=True, eq=False)
class ClassifyPage:
    """All that the page shows."""

    source: LabelledSource
    # what was chosen of the layout, as the address writes it; the rest is inferred from the file
    choices: Mapping[str, str] = field(default_factory=dict)
    # opened, split: the sequences, and their three parts; None where they cannot be read, or split
    opened: Opened | None = None
    split: Split | None = None
    settings: Settings | None = None  # how to build and train; None while there are no sequences
    run: ClassifyView | None = None  # the classifier in the address
    # source_error, run_error: what to say next to the data, and on the canvas
    source_error: LSTMVizError | None = None
    run_error: LSTMVizError | None = None

    @property
    def is_of_run(self) -> bool:
        """Whether data and settings are those of the opened run, so that training again would repeat it."""
        if self.run is None or self.settings is None or self.settings.errors:
            return False
        spec = self.run.spec
        return (spec.config, spec.source, dict(spec.choices)) == (self.settings.config, self.source, dict(self.choices))


def open_classify_page(address: Address) -> ClassifyPage:
    """Read data, settings and run from the address; errors are kept next to what is possible."""
    run, run_error = find_view(classify_service(), address.get("run"))
    of_run = run if address.get("data") is None else None
    source = _find_source(address.get("data"), of_run)
    choices = {name: value for name in CHOICES if (value := address.get(name)) is not None}
    page = ClassifyPage(source, choices or dict(of_run.spec.choices if of_run else {}), run=run, run_error=run_error)
    if run is not None and run.key not in current_session().classifiers:
        current_session().classifiers.append(run.key)
    try:
        return _with_data(page, address, of_run)
    except LSTMVizError as error:
        return replace(page, source_error=error)


def _with_data(page: ClassifyPage, address: Address, of_run: ClassifyView | None) -> ClassifyPage:
    library = classify_service().library
    with st.spinner(f"Reading {literal(page.source.name)} …"):
        opened = library.open(page.source, page.choices)
    suited = suggest_config(len(opened.train), int(opened.train.lengths.max()))
    settings = classify_settings(address, suited, of_run.spec.config if of_run else None)
    page = replace(page, opened=opened, settings=settings)
    return replace(page, split=library.split(page.source, page.choices, settings.config))


def _find_source(requested: str | None, run: ClassifyView | None) -> LabelledSource:
    """Name the source: by the address, else that of the opened run, else the digits."""
    if requested is None:
        return run.spec.source if run else DIGITS
    if requested.startswith(FILES_PREFIX):
        keys = tuple(requested.removeprefix(FILES_PREFIX).split("-"))[:4]
        names = [upload_name(classify_service().library.uploads, key) for key in keys]
        return LabelledSource("files", keys, " + ".join(names))
    return MNIST if requested == MNIST.kind else DIGITS


def data_parameter(source: LabelledSource) -> str:
    """Name a source as the address does."""
    return FILES_PREFIX + "-".join(source.keys) if source.kind == "files" else source.kind


def start_classifier(page: ClassifyPage, address: Address) -> None:
    """Store a new classifier, queue it, and put it into the address; a second click on the same does nothing."""
    split, service = page.split, classify_service()
    current, _ = find_view(service, address.get("run"))
    again = current is not None and current.state.active and replace(page, run=current).is_of_run
    if current_session().arrived or split is None or page.settings is None or again:
        return
    spec = ClassifySpec(
        source=page.source,
        config=page.settings.config,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        classes=split.train.classes,
        examples=(len(split.train), len(split.validation), len(split.test)),
        input_size=split.train.input_size,
        steps=int(split.train.lengths.max()),
        majority=float((split.validation.labels == split.train.counts.argmax()).mean()),
        picture=split.train.picture,
        choices=dict(page.choices),
    )
    launch("classify", service, lambda: service.store.create(spec), address)
