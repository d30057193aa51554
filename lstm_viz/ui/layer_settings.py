"""The layer that *Anatomy* takes apart, from its address; or weights that somebody brought."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from typing import Any

import streamlit as st

from lstm_viz.anatomy.blueprint import Config, blueprint_of
from lstm_viz.anatomy.conversion import Model
from lstm_viz.anatomy.foreign import Untold
from lstm_viz.anatomy.layer import LayerRequest
from lstm_viz.anatomy.ports import Run
from lstm_viz.errors import LSTMVizError
from lstm_viz.glossary import anatomy_term
from lstm_viz.recurrent.specification import StackConfig
from lstm_viz.recurrent.stacks import StackedModel, build_stack
from lstm_viz.runs.states import BroughtState, open_state
from lstm_viz.ui.address import Address
from lstm_viz.ui.settings import parse_switch
from lstm_viz.ui.sizes import parse_sizes
from lstm_viz.ui.wishes import read_wishes, settle

STATE = "state"
SEED = 0
PARSERS: dict[str, Callable[[str], Any]] = {
    "cell": str,
    "input_size": int,
    "sizes": parse_sizes,
    "output_size": int,
    "bidirectional": parse_switch,
    "bias": parse_switch,
    "batch_first": parse_switch,
    "batch": int,
    "steps": int,
}
BUILT = ("cell", "input_size", "sizes", "output_size", "bidirectional", "bias")  # what weights decide
UNTOLD = tuple(each.name for each in fields(Untold))
TERMS = {name: anatomy_term(name) for name in (*PARSERS, *UNTOLD)} | {"cell": "model"}
USUAL = {each.name: each.default for each in fields(LayerRequest)}


@dataclass(frozen=True, eq=False)
class LayerSettings:
    """What is shown, and what is wrong with what was asked.

    Args:
        request: what could be made of the address.
        wishes: what the person chose, by setting; shown even where it is impossible.
        errors: sentences by the setting that they stand beside; under `state` why the weights cannot be opened.
        state: weights that were brought; they decide how the model is built.
        untold: what they do not tell, as somebody knows it.
    """

    request: LayerRequest
    wishes: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    state: BroughtState | None = None
    untold: Untold = field(default_factory=Untold)

    @property
    def config(self) -> Config:
        """How the model is built."""
        return self.request.config if self.state is None else self.state.foreign.config

    @property
    def stack(self) -> StackConfig:
        """The recurrent layers of the model, whichever config it has."""
        return blueprint_of(self.config).stack

    @property
    def run(self) -> Run:
        """What it is run on."""
        return self.request.run

    def model(self) -> Model:
        """Give the model: the one that was brought, or a real one whose weights come from the seed."""
        return _build_drawn(self.request.config) if self.state is None else self.state.foreign.model

    def is_fixed(self, name: str) -> bool:
        """Tell whether the weights that were brought decide a setting."""
        return self.state is not None and name in BUILT

    def shown(self, name: str) -> Any:
        """Give what the widget of a setting shows."""
        return self.usual(name) if self.is_fixed(name) else self.wishes.get(name, self.usual(name))

    def usual(self, name: str) -> Any:
        """Give the value of a setting that is possible."""
        return getattr(self.stack if self.is_fixed(name) else self.request, name)

    def suggested_value(self, name: str) -> Any:
        """Give the value of a setting without any wish."""
        return USUAL[name]


def read_layer_settings(address: Address) -> LayerSettings:
    """Combine what the address asks for with the classic layer, or with weights that were brought."""
    wishes, errors = read_wishes(address, PARSERS, TERMS)
    state, untold = None, Untold()
    try:
        if key := address.get(STATE):
            untold = _read_untold(address, errors)
            state = open_state(key, untold)
    except LSTMVizError as error:
        errors[STATE] = str(error)
    if state is not None:
        wishes = {name: value for name, value in wishes.items() if name not in BUILT}
        errors = {name: error for name, error in errors.items() if name not in BUILT}
    request = settle(LayerRequest, USUAL, wishes, errors, lambda values, name: USUAL[name], terms=TERMS)
    return LayerSettings(request, wishes, errors, state, untold)


def _read_untold(address: Address, errors: dict[str, str]) -> Untold:
    """Read what a person says about weights that do not tell it; what cannot be is told in `errors`."""
    usual = asdict(Untold())
    wishes, _ = read_wishes(address, dict.fromkeys(usual, str))
    return settle(Untold, usual, wishes, errors, lambda values, name: usual[name], terms=TERMS)


@st.cache_resource(show_spinner=False, max_entries=16)
def _build_drawn(config: StackConfig) -> StackedModel:
    """Build the layer that is drawn, once for the whole server; nobody trains it."""
    return build_stack(config, SEED).eval()
