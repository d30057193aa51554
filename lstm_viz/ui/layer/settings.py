"""The layer that *Anatomy* takes apart, from its address, or from uploaded weights."""

from dataclasses import asdict, dataclass, field, fields
from typing import Any

import streamlit as st

from lstm_viz.anatomy.inputs_outputs import LayerRequest, Run
from lstm_viz.anatomy.parts import Config, blueprint_of
from lstm_viz.anatomy.weight_layouts import Model
from lstm_viz.errors import LSTMVizError
from lstm_viz.glossary import anatomy_term, classify_term
from lstm_viz.recurrent.models import StackedModel, build_stack
from lstm_viz.recurrent.specification import StackConfig
from lstm_viz.runs.opened import UploadedState, open_state
from lstm_viz.settings import settings_of
from lstm_viz.ui.shared.form import Settings, read_requested, settle
from lstm_viz.ui.shell.address import Address
from lstm_viz.weights.read_model import UnknownSettings

STATE = "state"
SEED = 0
BUILT = ("cell", "input_size", "sizes", "output_size", "bidirectional", "bias")  # what weights decide
UNKNOWN = tuple(each.name for each in fields(UnknownSettings))
LAYER_SETTINGS = settings_of(LayerRequest)
USUAL = asdict(LayerRequest())


@dataclass(frozen=True, eq=False)
class LayerSettings(Settings):
    """A layer as it is shown; uploaded weights (`state`) decide how it is built, and `unknown` is what they do not say."""

    state: UploadedState | None = None
    unknown: UnknownSettings = field(default_factory=UnknownSettings)

    @property
    def model_config(self) -> Config:
        """How the model is built."""
        config: StackConfig = self.config.config
        return config if self.state is None else self.state.foreign.config

    @property
    def stack(self) -> StackConfig:
        """The recurrent layers of the model, whichever config it has."""
        return blueprint_of(self.model_config).stack

    @property
    def run(self) -> Run:
        """What it is run on."""
        run: Run = self.config.run
        return run

    def model(self) -> Model:
        """Return the model: the uploaded one, or one with random weights."""
        return _build_drawn(self.config.config) if self.state is None else self.state.foreign.model

    def is_fixed(self, name: str) -> bool:
        """Return whether the uploaded weights decide a setting."""
        return self.state is not None and name in BUILT

    def usual(self, name: str) -> Any:
        """Return the value of a setting that is possible."""
        return getattr(self.stack, name) if self.is_fixed(name) else super().usual(name)


def read_layer_settings(address: Address) -> LayerSettings:
    """Combine what the address requests with the default layer, or with uploaded weights."""
    requested, errors = read_requested(address, LAYER_SETTINGS, anatomy_term)
    state, unknown = None, UnknownSettings()
    try:
        if key := address.get(STATE):
            unknown = _read_unknown(address, errors)
            state = open_state(key, unknown)
    except LSTMVizError as error:
        errors[STATE] = str(error)
    if state is not None:
        requested = {name: value for name, value in requested.items() if name not in BUILT}
        errors = {name: error for name, error in errors.items() if name not in BUILT}
    request = settle(LayerRequest, USUAL, requested, errors, lambda _, name: USUAL[name], anatomy_term)
    return LayerSettings(request, LayerRequest(), requested, errors, state=state, unknown=unknown)


def unknown_term(name: str) -> str:
    """Return the term of what weights do not say."""
    term = anatomy_term(name)
    return classify_term(name) if term == name else term


def _read_unknown(address: Address, errors: dict[str, str]) -> UnknownSettings:
    """Read what the address says about the weights; impossible values are reported in `errors`."""
    usual = asdict(UnknownSettings())
    requested, _ = read_requested(address, settings_of(UnknownSettings))
    return settle(UnknownSettings, usual, requested, errors, lambda _, name: usual[name], unknown_term)


@st.cache_resource(show_spinner=False, max_entries=16)
def _build_drawn(config: StackConfig) -> StackedModel:
    return build_stack(config, SEED).eval()
