"""The layers drawn: every tensor in PyTorch and in Keras, what goes in and what comes out."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import streamlit as st

from lstm_viz.anatomy.inputs_outputs import Agreement, Port, Run, agreements, keras_ports, torch_ports
from lstm_viz.anatomy.parameter_counts import count_part
from lstm_viz.anatomy.parts import (
    Blueprint,
    Config,
    Framework,
    Part,
    TensorFact,
    blueprint_of,
    gate_blocks,
    parts_of,
    tensors_of_part,
    torch_module,
)
from lstm_viz.codegen.source import keras_call, torch_call
from lstm_viz.figures.theme import PALETTES
from lstm_viz.glossary import GLOSSARY, label_of
from lstm_viz.ui.layer.settings import LayerSettings
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.components import mount, sent

MAP = "layer-map"
FRAMEWORKS: tuple[tuple[Framework, str], ...] = (("torch", "PyTorch"), ("keras", "Keras"))
ROLES = {"weight_ih": "W", "weight_hh": "U", "kernel": "W", "recurrent_kernel": "U"}

_mount = mount("layer_map")


def layer_map(settings: LayerSettings, address: Address) -> None:
    """Draw the layers; on a narrow screen the address says in which framework."""
    key = settings.state.key if settings.state is not None else ""
    found = _measured_agreements(settings.model_config, settings.run, key, settings)
    shown = next((name for name, _ in FRAMEWORKS if name == address.get("framework")), "torch")

    def keep_framework() -> None:
        requested = sent(MAP, "framework")
        if requested in dict(FRAMEWORKS):
            address.set(framework=None if requested == "torch" else str(requested))

    data = {**describe(settings.model_config, settings.run, found), "shown": shown}
    _mount(key=MAP, data=data, on_framework_change=keep_framework)


@st.cache_data(show_spinner=False, max_entries=64)
def _measured_agreements(config: Config, run: Run, key: str, _settings: LayerSettings) -> tuple[Agreement, ...]:
    return agreements(_settings.model(), run)


def describe(config: Config, run: Run, found: tuple[Agreement, ...]) -> dict[str, Any]:
    """Return all that the browser draws."""
    blueprint = blueprint_of(config)
    return {
        "palettes": PALETTES,
        "gates": _describe_gates(blueprint),
        "frameworks": [{"name": name, "label": label} for name, label in FRAMEWORKS],
        "rows": list(_describe_rows(blueprint, config, run)),
        "claims": [{**asdict(each.comparison), "difference": each.difference, "holds": each.holds} for each in found],
    }


def _describe_gates(blueprint: Blueprint) -> list[dict[str, Any]]:
    letters = {
        name: {block.gate: block.symbol for block in gate_blocks(blueprint.stack.cell, 1, name)}
        for name, _ in FRAMEWORKS
    }
    return [
        {
            "gate": gate,
            "label": label_of(gate),
            "meaning": GLOSSARY[gate].meaning,
            "letters": {name: letters[name][gate] for name, _ in FRAMEWORKS},
            "places": {name: list(letters[name]).index(gate) for name, _ in FRAMEWORKS},
        }
        for gate in letters["torch"]
    ]


def _describe_rows(blueprint: Blueprint, config: Config, run: Run) -> Iterator[dict[str, Any]]:
    ports = {"torch": torch_ports(config, run), "keras": keras_ports(config, run)}
    last = ("forward", "backward")[blueprint.stack.directions - 1]
    for part in parts_of(blueprint):
        direction = part.direction if part.kind == "recurrent" else ""
        if direction == "forward":
            yield {"kind": "ports", "goes_in": True, **_ports_around(blueprint, ports, part.layer, goes_in=True)}
        yield _describe_part(blueprint, part, run)
        if direction == last:
            yield {"kind": "ports", "goes_in": False, **_ports_around(blueprint, ports, part.layer, goes_in=False)}


def _ports_around(
    blueprint: Blueprint, ports: dict[str, tuple[Port, ...]], layer: int, *, goes_in: bool
) -> dict[str, Any]:
    """Return what goes into or comes out of a layer; inside a torch module and between Keras layers nothing new does."""
    last = len(blueprint.stack.sizes) - 1
    module, modules = torch_module(blueprint, layer), list(dict.fromkeys(port.module for port in ports["keras"]))
    inside = blueprint.one_module and layer != (0 if goes_in else last)
    torch = [port for port in ports["torch"] if port.module == module and port.goes_in is goes_in and not inside]
    keras = [port for port in ports["keras"] if port.module == modules[layer] and port.goes_in is goes_in]
    if goes_in and layer > 0:
        keras = []
    elif not goes_in and layer < last:
        keras = [port for port in keras if port.name == "return_sequences=True"]
    return {"torch": [asdict(port) for port in torch], "keras": [asdict(port) for port in keras]}


def _describe_part(blueprint: Blueprint, part: Part, run: Run) -> dict[str, Any]:
    facts = {name: tensors_of_part(blueprint, part, name) for name, _ in FRAMEWORKS}
    return {
        "kind": "part",
        "part": part.kind,
        "title": count_part(blueprint, part, "torch").title,
        "reads": part.inputs,
        "gives": part.outputs,
        "calls": _calls_of(blueprint, part, run),
        **{name: [_describe_tensor(fact, part, place) for place, fact in enumerate(facts[name])] for name in facts},
    }


def _calls_of(blueprint: Blueprint, part: Part, run: Run) -> dict[str, str]:
    """Return the line of code that makes a part in each framework; empty where another part makes it."""
    if part.kind != "recurrent" or part.direction == "backward":
        return {"torch": "", "keras": ""}
    inside = blueprint.one_module and part.layer > 0
    torch = "" if inside else torch_call(blueprint, part.layer, run.batch_first)
    return {"torch": torch, "keras": keras_call(blueprint, part.layer)}


def _describe_tensor(fact: TensorFact, part: Part, place: int) -> dict[str, Any]:
    """Return one tensor; its `role` is the same in both frameworks."""
    role = ROLES.get(fact.word) or ("b" if fact.word.startswith("bias") else str(place))
    if fact.word in ("gamma", "beta") or part.kind in ("norm", "embedding", "attention_score"):
        role = str(place)
    names = ("name", "shape", "symbols", "count", "meaning", "axis")
    return {
        **{name: getattr(fact, name) for name in names},
        "short": fact.name.rpartition(".")[2].rpartition("/")[2],
        "role": f"{part.kind}{part.layer}{part.direction}{role}",
        "blocks": [{**asdict(block), "label": label_of(block.gate)} for block in fact.blocks],
    }
