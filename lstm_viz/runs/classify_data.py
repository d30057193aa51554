"""Labelled sequences that runs learn from, opened once for all who look at them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from lstm_viz.classifying.config import ClassifyConfig
from lstm_viz.classifying.files import NamedFile, Opened, open_files
from lstm_viz.runs.byte_cache import ByteCache
from lstm_viz.runs.classify_store import LabelledSource
from lstm_viz.runs.store import UploadStore
from lstm_viz.sequences.digits import digits
from lstm_viz.sequences.labelled import LabelledSequences
from lstm_viz.sequences.labelled_layout import LabelledReading
from lstm_viz.sequences.openml import load_mnist
from lstm_viz.sequences.splits import Split, split_for_training

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
        self._opened: ByteCache[Opened] = ByteCache(lambda opened: bytes_of(opened.train, opened.test))
        self._splits: ByteCache[Split] = ByteCache(lambda split: bytes_of(split.train, split.validation, split.test))

    def add(self, files: Sequence[NamedFile]) -> LabelledSource:
        """Read files and store them.

        Raises:
            LSTMVizError: they cannot be used.
        """
        opened = open_files(files)
        keys = tuple(self.uploads.add(name, data) for name, data in files)
        source = LabelledSource("files", keys, " + ".join(name for name, _ in files))
        self._opened.get((source, ()), lambda: opened)
        return source

    def open(self, source: LabelledSource, choices: Mapping[str, str]) -> Opened:
        """Read all sequences of a source.

        Args:
            choices: of `layout`, `label`, `unique_id` and `step`; what is left out is found by evidence.

        Raises:
            LSTMVizError: it cannot be read, or is gone.
        """
        self._use(source)
        asked = tuple(sorted(choices.items()))
        return self._opened.get((source, asked), lambda: self._open(source, asked))

    def split(self, source: LabelledSource, choices: Mapping[str, str], config: ClassifyConfig) -> Split:
        """Give the parts to train on, to stop by and to test with.

        Raises:
            LSTMVizError: the source cannot be read, or has too few examples.
        """
        self._use(source)
        share = config.validation_share
        return self._splits.get(
            (source, tuple(sorted(choices.items())), share), lambda: self._split_of(self.open(source, choices), share)
        )

    def forget(self) -> None:
        """Forget what was opened, so that it is read again."""
        self._opened.clear()
        self._splits.clear()

    def _use(self, source: LabelledSource) -> None:
        for key in source.keys:  # what is remembered here is not read again
            self.uploads.folders.use(key)

    def _open(self, source: LabelledSource, choices: Choices) -> Opened:
        if source.kind == "digits":
            return Opened(*digits())
        if source.kind == "mnist":
            return Opened(*load_mnist(self.mnist))
        return open_files([self.uploads.get(key) for key in source.keys], LabelledReading(**dict(choices)))  # type: ignore[arg-type]

    def _split_of(self, opened: Opened, share: float) -> Split:
        return split_for_training(opened.train, SPLIT_SEED, opened.test, validation_share=share)


def bytes_of(*parts: LabelledSequences | None) -> int:
    """Tell how much memory sequences take."""
    return sum(part.values.nbytes + part.starts.nbytes + part.labels.nbytes for part in parts if part is not None)
