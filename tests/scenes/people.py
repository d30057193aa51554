"""What people leave behind: trained classifiers, files of sequences, and models that they uploaded_state."""

from dataclasses import replace

import numpy as np
from safetensors.torch import save

from lstm_viz.classifying.config import suggest_config
from lstm_viz.recurrent.models import build_model, build_stack
from lstm_viz.recurrent.specification import ModelConfig
from lstm_viz.runs.epoch_store import ClassifySpec, LabelledSource
from lstm_viz.runs.jobs import ClassifyJob, classify
from lstm_viz.runs.records import RunState
from lstm_viz.runs.services import classify_service, training_service
from lstm_viz.runs.worker import Silence

DIGITS = LabelledSource("digits", name="Digits, 8 × 8")
TRAINED = {}


class Patient(Silence):
    """Let training go to its end."""

    def should_stop(self):
        return False


def stored_classifier(source=DIGITS, epochs=2, trained=True, **settings):
    """Train a classifier, once for all tests that ask for the same one, and store it; gives its key."""
    service = classify_service()
    config = replace(suggest_config(1348, 8), **settings)
    config = replace(config, training=replace(config.training, epochs=epochs))
    split = service.library.split(source, {}, config)
    parts = (len(split.train), len(split.validation), len(split.test))
    train, steps = split.train, int(split.train.lengths.max())
    key = service.store.create(
        ClassifySpec(source, config, "2026-01-01", train.classes, parts, train.input_size, steps, 0.1, train.picture)
    )
    if not trained:
        return key
    known = (source.name, config)
    if known not in TRAINED:
        TRAINED[known] = classify(ClassifyJob(split, config), Patient())
    service.store.write_history(key, TRAINED[known].history)
    service.store.write_result(key, TRAINED[known].weights, TRAINED[known].results)
    service.store.write_state(key, RunState("finished", epochs))
    return key


def uploaded_lines():
    """Bring a long table of short lines that rise or fall, of 3 to 9 steps; gives its source."""
    rng = np.random.default_rng(0)
    rows = ["id,step,height,label"]
    for number in range(60):
        slope = 1 if number % 2 else -1
        for step in range(int(rng.integers(3, 10))):
            rows.append(f"{number},{step},{50 + slope * step + rng.normal(0, 0.1):.3f},{'up' if slope > 0 else 'down'}")
    key = training_service().uploads.add("lines.csv", "\n".join(rows).encode())
    return LabelledSource("files", (key,), "lines.csv")


def uploaded_state(config, name="mine.safetensors", seed=0):
    """Store the weights of a model as the Anatomy page does; gives their key and the model."""
    model = build_model(config, seed) if isinstance(config, ModelConfig) else build_stack(config, seed)
    return training_service().uploads.add(name, save(dict(model.state_dict()))), model.eval()
