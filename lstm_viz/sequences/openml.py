"""MNIST from openml.org, fetched only when a person asks, and kept as the four IDX files that everybody knows."""

import os
import urllib.error
import urllib.request
import warnings
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from lstm_viz.errors import DownloadError, LSTMVizError
from lstm_viz.phrases import shown
from lstm_viz.sequences.idx import read_idx_pair, write_idx
from lstm_viz.sequences.labelled import LabelledSequences

TRAIN, TEST = 60_000, 10_000
SIDE = 28
NAME, VERSION = "mnist_784", 1
FILES = tuple(f"{part}-{what}-ubyte.gz" for part in ("train", "t10k") for what in ("images-idx3", "labels-idx1"))
ADDRESS = "https://www.openml.org"
SECONDS = 20
PARSER = "liac-arff"  # scikit-learn 1.9's faster "pandas" parser stumbles over classes that are numbers with pandas 3

Pair = tuple[LabelledSequences, LabelledSequences]
Progress = Callable[[str], None]


def mnist_is_here(folder: Path) -> bool:
    """Tell whether the four files lie in the folder, so that nothing needs to be fetched."""
    return all((folder / name).is_file() for name in FILES)


def load_mnist(folder: Path) -> Pair:
    """Read the four files of a folder: what is trained on, and what is tested with.

    Raises:
        DownloadError: a file is not there.
        LSTMVizError: a file is damaged, as `read_idx_pair` says.
    """
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise DownloadError(f"`{missing[0]}` is not in the folder {shown(str(folder))}. Download MNIST first.")
    images, labels, test_images, test_labels = ((folder / name).read_bytes() for name in FILES)
    train = read_idx_pair(images, labels, (FILES[0], FILES[1]))
    return train, read_idx_pair(test_images, test_labels, (FILES[2], FILES[3]), training=train)


def download_mnist(
    folder: Path, progress: Progress = lambda _: None, sizes: tuple[int, int] = (TRAIN, TEST), address: str = ADDRESS
) -> Pair:
    """Fetch MNIST with scikit-learn's OpenML loader, unless it lies in the folder already.

    The first 60,000 pictures are trained on, the last 10,000 tested with, as in the original. They are kept as gzipped IDX
    files; what the loader left on the way is removed. The address is asked first whether it can be reached, and `progress`
    is told in a sentence what happens.

    Raises:
        DownloadError: no network, or what came is not MNIST.
    """
    if mnist_is_here(folder):
        try:
            return load_mnist(folder)
        except LSTMVizError:
            progress("The files of an earlier download are damaged: fetching them again.")
    progress("Asking openml.org for MNIST.")
    pixels, labels = _fetched(folder, address)
    progress("Writing MNIST to disk.")
    _keep(folder, *from_openml(pixels, labels, sizes), sizes[0])
    return load_mnist(folder)


def from_openml(
    pixels: np.ndarray, labels: np.ndarray, sizes: tuple[int, int] = (TRAIN, TEST)
) -> tuple[np.ndarray, np.ndarray]:
    """Check and convert what the loader gives: any numbers (N, 784), and labels as text or numbers (N,).

    Returns:
        Pictures uint8 (N, 28, 28) and labels uint8 (N,).

    Raises:
        DownloadError: other sizes, or values that are no grey values or digits.
    """
    wanted = (sum(sizes), SIDE * SIDE)
    if pixels.shape != wanted or labels.shape != wanted[:1]:
        raise _no_mnist(f"{pixels.shape} pixels and {labels.shape} labels came, and {wanted} were expected")
    try:
        digits = np.array([float(label) for label in labels])
        grey = np.asarray(pixels, dtype=np.float32)
    except (TypeError, ValueError):
        raise _no_mnist("a label or pixel is no number") from None
    for values, most, what in ((digits, 9, "label"), (grey, 255, "pixel")):
        if not (np.isfinite(values).all() and values.min() >= 0 and values.max() <= most and (values % 1 == 0).all()):
            raise _no_mnist(f"a {what} is no whole number from 0 to {most}")
    return grey.astype(np.uint8).reshape(-1, SIDE, SIDE), digits.astype(np.uint8)


def _fetched(folder: Path, address: str) -> tuple[np.ndarray, np.ndarray]:
    _check_reachable(address)
    from sklearn.datasets import fetch_openml
    from sklearn.externals._arff import ArffException  # what the parser raises; it has no public name

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder) as passing, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = fetch_openml(NAME, version=VERSION, as_frame=False, parser=PARSER, data_home=passing, n_retries=1)
    except (OSError, EOFError, HTTPException) as error:
        raise _no_answer(error) from None
    except (ValueError, KeyError, ArffException) as error:
        raise _no_mnist(shown(str(error))) from None
    return np.asarray(found.data), np.asarray(found.target)


def _check_reachable(address: str) -> None:
    """The loader waits for ever where nobody answers: ask once with a limit of time."""
    try:
        with urllib.request.urlopen(address, timeout=SECONDS):
            pass
    except urllib.error.HTTPError:
        return  # somebody answers
    except (OSError, ValueError, HTTPException) as error:
        raise _no_answer(error) from None


def _keep(folder: Path, pictures: np.ndarray, labels: np.ndarray, train: int) -> None:
    parts = (pictures[:train], labels[:train], pictures[train:], labels[train:])
    try:
        for name, part in zip(FILES, parts, strict=True):
            unfinished = folder / f".{name}.{os.getpid()}"
            unfinished.write_bytes(write_idx(part, packed=True))
            unfinished.replace(folder / name)
    except OSError as error:
        raise DownloadError(
            f"MNIST cannot be kept in {shown(str(folder))}: {shown(str(error.strerror or error))}. Give another folder."
        ) from None


def _no_answer(error: Exception) -> DownloadError:
    reason = shown(str(getattr(error, "reason", error)) or type(error).__name__)
    if isinstance(error, urllib.error.HTTPError):
        reason = f"{error.code} {reason}"
    return DownloadError(
        f"MNIST cannot be fetched: openml.org does not give it ({reason}). Check the connection and try again, or give the "
        "four IDX files yourself."
    )


def _no_mnist(reason: str) -> DownloadError:
    return DownloadError(
        f"What openml.org sent is not MNIST: {reason}. Try again later, or give the four IDX files yourself."
    )
