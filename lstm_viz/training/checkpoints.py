"""A trainer as bytes, to go on from in another process: safetensors, so that nothing is ever unpickled."""

import json
import math
from dataclasses import fields
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from lstm_viz.errors import RunError
from lstm_viz.training.config import EpochRecord
from lstm_viz.training.loop import Trainer
from lstm_viz.training.snapshots import Snapshots, named_snapshots, snapshots_from

PROGRESS_KEY = "progress"
UNREADABLE = "The saved checkpoint cannot be read. Train this model again."
PLAIN = ("best_loss", "target_epochs", "patient_since")  # what a trainer keeps as plain numbers
HISTORY = tuple(field.name for field in fields(EpochRecord) if field.name != "member")


def save_checkpoint(trainer: Trainer) -> bytes:
    """Write all that `load_checkpoint` needs to go on exactly where the trainer stands.

    Tensors are named `model/…`, `best/…`, `snapshots/<epoch>/…`, `optimizer/<parameter>/<quantity>`, `random_state` and
    `history` (epochs × 9 fields of `EpochRecord`, float64); the rest is one JSON text in the tensor `progress`.
    """
    tensors = {f"model/{name}": value for name, value in trainer.model.state_dict().items()}
    tensors |= {f"best/{name}": value for name, value in trainer.best_weights.items()}
    tensors |= {f"snapshots/{name}": value for name, value in named_snapshots(trainer.snapshots.path).items()}
    optimizer = trainer.optimizer.state_dict()
    for index, quantities in optimizer["state"].items():
        known = {name: value for name, value in quantities.items() if value is not None}
        tensors |= {f"optimizer/{index}/{name}": torch.as_tensor(value) for name, value in known.items()}
    tensors["random_state"] = trainer.random_state
    tensors["history"] = _history_to_tensor(trainer.history)
    progress = {
        "groups": optimizer["param_groups"],
        "schedule": trainer.schedule.state_dict(),
        **{name: getattr(trainer, name) for name in PLAIN},
    }
    tensors[PROGRESS_KEY] = _as_tensor(json.dumps(progress).encode())
    data: bytes = save({name: value.detach().contiguous().clone() for name, value in tensors.items()})
    return data


def load_checkpoint(trainer: Trainer, data: bytes) -> None:
    """Bring a fresh trainer of the same model and config to where the saved one stood.

    A checkpoint from before there were snapshots has none: the path then begins later. `RunError` where the bytes are no
    checkpoint of this model.
    """
    try:
        tensors = load(data)
        progress = json.loads(bytes(tensors[PROGRESS_KEY].tolist()))
        trainer.model.load_state_dict(_under("model/", tensors))
        trainer.optimizer.load_state_dict(_optimizer_state(tensors, progress["groups"]))
        trainer.schedule.load_state_dict(progress["schedule"])
        trainer.best_weights = _under("best/", tensors)
        trainer.snapshots = Snapshots(snapshots_from(_under("snapshots/", tensors)))
        trainer.random_state = tensors["random_state"]
        trainer.history = _history_from_tensor(tensors["history"])
        trainer.best_epoch = max((record.epoch for record in trainer.history if record.is_best), default=0)
        for name in PLAIN:
            setattr(trainer, name, progress[name])
    except (SafetensorError, KeyError, ValueError, RuntimeError) as error:
        raise RunError(UNREADABLE) from error


def pack_checkpoints(checkpoints: list[bytes]) -> bytes:
    """Put the checkpoints of several trainers into one: tensors of bytes, named `member/<number>`."""
    data: bytes = save({f"member/{number}": _as_tensor(one) for number, one in enumerate(checkpoints)})
    return data


def _as_tensor(data: bytes) -> Tensor:
    return torch.frombuffer(bytearray(data), dtype=torch.uint8)


def unpack_checkpoints(data: bytes) -> list[bytes]:
    """Undo `pack_checkpoints`; `RunError` where the bytes are no such checkpoints."""
    try:
        members = _under("member/", load(data))
        return [members[str(number)].numpy().tobytes() for number in range(len(members))]
    except (SafetensorError, KeyError) as error:
        raise RunError(UNREADABLE) from error


def _history_to_tensor(history: list[EpochRecord]) -> Tensor:
    """Lay the records of one trainer out as rows (epochs, 9), in the order of `HISTORY`; what is missing becomes NaN."""
    values = [[getattr(record, name) for name in HISTORY] for record in history]
    rows = [[math.nan if value is None else float(value) for value in row] for row in values]
    return torch.tensor(rows, dtype=torch.float64).reshape(len(history), len(HISTORY))


def _history_from_tensor(rows: Tensor) -> list[EpochRecord]:
    """Undo `history_to_tensor`; older checkpoints have no accuracies."""
    records = []
    for row in rows.tolist():
        known = [None if math.isnan(value) else value for value in row]
        values: dict[str, Any] = dict(zip(HISTORY, known, strict=False))
        records.append(EpochRecord(**{**values, "epoch": int(values["epoch"]), "is_best": bool(values["is_best"])}))
    return records


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def _optimizer_state(tensors: dict[str, Tensor], groups: list[dict[str, Any]]) -> dict[str, Any]:
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in _under("optimizer/", tensors).items():
        index, quantity = name.split("/")
        state.setdefault(int(index), {})[quantity] = value
    return {"state": state, "param_groups": groups}
