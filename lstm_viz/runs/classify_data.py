"""Labelled sequences that runs learn from, opened once for all who look at them."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from lstm_viz.classifying.config import ClassifyConfig
from lstm_viz.classifying.files import Opened, open_files
from lstm_viz.runs.classify_store import LabelledSource
from lstm_viz.runs.store import UploadStore
from lstm_viz.sequences.digits import digits
from lstm_viz.sequences.labelled_layout import LabelledReading
from lstm_viz.sequences.openml import load_mnist
from lstm_viz.sequences.splits import Split, split_for_training

KEPT = 4
SPLIT_SEED = 0

Choices = tuple[tuple[str, str], ...]


class LabelledLibrary:
    """Open what ships, what was downloaded, and what people brought.

    The same files give the same split, whatever the seed of a training, so that accuracies can be compared.

    Args:
        uploads: the files that people brought.
        mnist: the folder of the downloaded MNIST.
    """

    def __init__(self, uploads: UploadStore, mnist: Path) -> None:
        self.uploads, self.mnist = uploads, mnist
        self._opened = lru_cache(maxsize=KEPT)(self._open)
        self._split = lru_cache(maxsize=KEPT)(self._split_of)

    def open(self, source: LabelledSource, choices: Mapping[str, str]) -> Opened:
        """Read all sequences of a source.

        Args:
            choices: of `layout`, `label`, `unique_id` and `step`; what is left out is found by evidence.

        Raises:
            LSTMVizError: it cannot be read, or is gone.
        """
        self._use(source)
        return self._opened(source, tuple(sorted(choices.items())))

    def split(self, source: LabelledSource, choices: Mapping[str, str], config: ClassifyConfig) -> Split:
        """Give the parts to train on, to stop by and to test with.

        Raises:
            LSTMVizError: the source cannot be read, or has too few examples.
        """
        self._use(source)
        return self._split(source, tuple(sorted(choices.items())), config.validation_share)

    def _use(self, source: LabelledSource) -> None:
        for key in source.keys:  # what is remembered here is not read again
            self.uploads.folders.use(key)

    def _open(self, source: LabelledSource, choices: Choices) -> Opened:
        if source.kind == "digits":
            return Opened(*digits())
        if source.kind == "mnist":
            return Opened(*load_mnist(self.mnist))
        return open_files([self.uploads.get(key) for key in source.keys], LabelledReading(**dict(choices)))  # type: ignore[arg-type]

    def _split_of(self, source: LabelledSource, choices: Choices, validation_share: float) -> Split:
        opened = self._opened(source, choices)
        return split_for_training(opened.train, SPLIT_SEED, opened.test, validation_share=validation_share)
