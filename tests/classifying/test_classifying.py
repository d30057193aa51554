"""Classifiers learn, answer early as if the sequence had ended, and say honestly what they are worth."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from lstm_viz.classifying.config import CLASSIFY_PRESETS, ClassifyConfig, suggest_config
from lstm_viz.classifying.experiment import ClassifyExperiment, cross_entropy, probabilities_so_far, weights_of
from lstm_viz.classifying.results import Results, StepByStep, by_step, load_results, save_results
from lstm_viz.errors import RunError, SettingsError
from lstm_viz.recurrent.models import build_stack
from lstm_viz.recurrent.specification import CELLS, StackConfig
from lstm_viz.sequences.labelled.digits import digits
from lstm_viz.sequences.labelled.labelled_sequences import LabelledSequences, split_for_training


def trained(split, **values):
    config = suggest_config(len(split.train), int(split.train.lengths.max()))
    training = replace(config.training, epochs=values.pop("epochs", 40), seed=values.pop("seed", 0))
    experiment = ClassifyExperiment(split, replace(config, sizes=(8,), training=training, **values))
    records = list(experiment.epochs())
    experiment.trainer.load_best()
    return experiment, records


def accuracy(experiment, data):
    return (experiment.probabilities(data).argmax(axis=1) == data.labels).mean()


@pytest.mark.slow
@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_learns_which_way_a_line_goes(cell, split):
    experiment, records = trained(split, cell=cell)
    assert accuracy(experiment, split.test) >= 0.95
    assert records[-1].validation_accuracy >= 0.9
    assert records[-1].train_loss < records[0].train_loss / 3


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_digits_are_named_right_with_the_settings_that_are_suggested(seed):
    train, test = digits()
    config = suggest_config(len(train), 8)
    config = replace(config, training=replace(config.training, seed=seed))
    experiment = ClassifyExperiment(split_for_training(train, 0, test), config)
    torch.set_num_threads(1)
    list(experiment.epochs())
    experiment.trainer.load_best()
    assert accuracy(experiment, test) >= 0.97


def test_a_batch_norm_trains_on_even_where_a_batch_has_a_single_step():
    rng = np.random.default_rng(0)
    ones = LabelledSequences(
        rng.normal(size=(90, 2)).astype(np.float32), np.arange(91), np.arange(90) % 2, ("a", "b"), ("p", "q"), "points"
    )
    split = split_for_training(ones, 0)
    training = replace(ClassifyConfig().training, batch_size=len(split.train) - 1, epochs=3)
    experiment = ClassifyExperiment(split, ClassifyConfig(sizes=(8, 4), normalization="batch", training=training))
    records = list(experiment.epochs())
    assert len(records) == 3
    assert all(np.isfinite(record.train_loss) for record in records)
    assert np.isfinite(experiment.probabilities(split.test)).all()


def test_the_test_sequences_change_nothing_that_is_learned(split):
    other = replace(split, test=replace(split.test, values=split.test.values * -3 + 7))
    first, second = (trained(parts, epochs=2)[0] for parts in (split, other))
    for name, weight in first.model.state_dict().items():
        assert torch.equal(weight, second.model.state_dict()[name]), name
    np.testing.assert_array_equal(first.scaler.mean, second.scaler.mean)


def test_same_seed_gives_the_same_classifier_and_another_seed_another(split):
    first, again, other = (trained(split, epochs=2, seed=seed)[0].probabilities(split.test) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("pooling", ["last", "mean", "attention"])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("normalization", ["none", "layer"])
def test_the_answer_after_a_step_is_that_to_the_sequence_cut_there(pooling, bidirectional, normalization):
    config = StackConfig("lstm", 2, (5, 4), 3, bidirectional, normalization=normalization, pooling=pooling)
    model = build_stack(config, seed=1).eval()
    sequence = np.random.default_rng(0).normal(size=(11, 2)).astype(np.float32)
    after = np.array([1, 4, 11])
    so_far = probabilities_so_far(model, sequence, after)
    with torch.no_grad():
        cut = [torch.softmax(model(torch.from_numpy(sequence[:steps])[None]), dim=1)[0].numpy() for steps in after]
    np.testing.assert_allclose(so_far, cut, atol=1e-6)
    assert probabilities_so_far(model, sequence).shape == (11, 3)


def test_balanced_classes_weigh_alike_together(split):
    config = ClassifyConfig(class_weights="balanced")
    weights = weights_of(config, split.train).numpy()
    together = weights * split.train.counts
    np.testing.assert_allclose(together, together[0], rtol=1e-6)
    assert (weights * split.train.counts).sum() == pytest.approx(len(split.train))
    assert weights_of(ClassifyConfig(), split.train) is None
    logits, targets = torch.randn(6, 3), torch.tensor([0, 1, 2, 0, 0, 1])
    expected = torch.nn.CrossEntropyLoss(weight=torch.from_numpy(weights))(logits, targets)
    torch.testing.assert_close(cross_entropy(torch.from_numpy(weights))(logits, targets), expected)


def test_a_class_that_training_lacks_weighs_nothing(split):
    without = split.train.subset(np.flatnonzero(split.train.labels != 2))
    assert weights_of(ClassifyConfig(class_weights="balanced"), without)[2] == 0


@pytest.fixture
def results():
    probabilities = np.array([[0.9, 0.1, 0], [0.6, 0.4, 0], [0.3, 0.7, 0], [0.2, 0.8, 0], [0.05, 0.95, 0]], np.float32)
    early = StepByStep(np.array([1, 2, 3]), np.array([0.2, 0.58, 0.6]), np.array([0.3, 0.5, 0.6]))
    return Results(probabilities, np.array([0, 1, 1, 1, 0]), ("a", "b", "c"), early)


def test_results_count_what_was_called_what(results):
    assert results.accuracy == pytest.approx(3 / 5)
    assert results.majority == pytest.approx(3 / 5)
    assert results.confusion.tolist() == [[1, 1, 0], [1, 2, 0], [0, 0, 0]]
    table = results.by_class().set_index("class")
    assert table.loc["b", ["examples", "recall", "precision"]].tolist() == pytest.approx([3, 2 / 3, 2 / 3])
    assert np.isnan(table.loc["c", "recall"])
    assert results.examples_of(1, 1).tolist() == [3, 2], "the surest first"
    assert results.examples_of(0, 1).tolist() == [4]


def test_calibration_compares_confidence_with_right_answers(results):
    table = results.calibration(bins=10)
    assert table["examples"].sum() == 5
    top = table.iloc[-1]
    assert (top["confidence"], top["accuracy"], top["examples"]) == pytest.approx((0.925, 0.5, 2))
    expected = (abs(0.6 - 0) + abs(0.7 - 1) + abs(0.8 - 1) + 2 * abs(0.925 - 0.5)) / 5
    assert results.calibration_error == pytest.approx(expected, abs=1e-6)


def test_it_knows_from_the_step_on_after_which_it_never_falls_back(results):
    assert results.early.settled(0.95) == 2
    assert results.early.settled(0.3) == 1
    assert results.early.settled(1.0) == 3


def test_step_by_step_ends_with_the_answers_to_the_whole(split):
    experiment, _ = trained(split, epochs=4)
    scaled = experiment.scaler.applied(split.test)
    early = by_step(experiment.model, [scaled.sequence(n) for n in range(len(scaled))], scaled.labels)
    assert early.accuracy[-1] == pytest.approx(accuracy(experiment, split.test))
    assert early.steps.tolist() == list(range(1, int(split.test.lengths.max()) + 1))
    assert early.confidence[0] < early.confidence[-1]


def test_results_survive_being_written(results):
    again = load_results(save_results(results), results.classes)
    np.testing.assert_array_equal(again.probabilities, results.probabilities)
    np.testing.assert_array_equal(again.early.accuracy, results.early.accuracy)
    with pytest.raises(RunError, match="cannot be read"):
        load_results(b"nothing", results.classes)


@pytest.mark.parametrize("config", [ClassifyConfig(), *(preset.config for preset in CLASSIFY_PRESETS.values())])
def test_a_config_survives_json(config):
    assert ClassifyConfig.from_dict(config.to_dict()) == config


@pytest.mark.parametrize(
    "wrong", [{"sizes": ()}, {"sizes": (300,)}, {"pooling": "every"}, {"validation_share": 0.9}, {"class_weights": "x"}]
)
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises(SettingsError, match=r"`\w+`"):
        ClassifyConfig(**wrong)


@pytest.mark.parametrize(("examples", "updates"), [(20, 300), (150, 600), (1348, 700), (54_000, 700)])
def test_few_examples_get_many_epochs(examples, updates):
    training = suggest_config(examples, 30).training
    assert training.epochs * -(-examples // training.batch_size) >= updates
    assert 8 <= training.batch_size <= 128
