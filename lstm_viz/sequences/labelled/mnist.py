"""IDX, the format of the four MNIST files: a magic number, the sizes, then bytes. Packed with gzip or not.

Two zero bytes, the code of the type, the number of dimensions, then each size as four bytes, the highest first
(LeCun, Cortes and Burges, http://yann.lecun.com/exdb/mnist/).
"""

import gzip
import io
import math
import os
import struct
import urllib.error
import urllib.request
import warnings
import zlib
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from lstm_viz.errors import DownloadError, FileTooLarge, IdxError, LabelledError, LSTMVizError
from lstm_viz.phrases import counted, megabytes, plain, shown
from lstm_viz.sequences.labelled.labelled_sequences import LabelledSequences, checked, pictures_as_rows
from lstm_viz.tables.files.detection import container, text_kind
from lstm_viz.tables.files.grid import MAX_UNPACKED_BYTES

_GZIP = b"\x1f\x8b"
UNSIGNED_BYTE = 8
_MAX_SIDE = 1000
MAX_PARTS = 100_000
IMAGES, LABELS = 3, 1  # dimensions
_TYPE_NAMES = {9: "signed bytes", 11: "2-byte numbers", 12: "4-byte numbers", 13: "floats", 14: "doubles"}
_HOLDS = {IMAGES: "images", LABELS: "labels"}
_MAGIC = {IMAGES: "0x00000803", LABELS: "0x00000801"}
_SMALLEST, _CHUNK = 1024, 1024 * 1024
_TRAIN, _TEST = 60_000, 10_000
SIDE = 28
_NAME, _VERSION = "mnist_784", 1
FILES = tuple(f"{part}-{what}-ubyte.gz" for part in ("train", "t10k") for what in ("images-idx3", "labels-idx1"))
_ADDRESS = "https://www.openml.org"
_SECONDS = 20
_PARSER = "liac-arff"  # scikit-learn 1.9's faster "pandas" parser stumbles over classes that are numbers with pandas 3

Pair = tuple[LabelledSequences, LabelledSequences]


def read_idx_pair(
    images: bytes, labels: bytes, names: tuple[str, str], training: LabelledSequences | None = None
) -> LabelledSequences:
    """Read a file of pictures and one of their labels; a picture is the sequence of its rows.

    The first name becomes that of the data. `training` is given where this pair is its test.

    Raises:
        IdxError: not IDX, damaged, of the wrong type or length, or the two files are swapped.
        FileTooLarge: it unpacks to more than `MAX_UNPACKED_BYTES`.
        LabelledError: empty, or not one label for each picture; OneClass or UnseenClass (see `checked`).
    """
    _check_not_swapped(images, labels, names)
    pixels, numbers = read_idx(images, names[0], IMAGES), read_idx(labels, names[1], LABELS)
    if len(pixels) != len(numbers):
        raise LabelledError(
            f"`{shown(names[0])}` holds {counted(len(pixels), 'image')} and `{shown(names[1])}` "
            f"{counted(len(numbers), 'label')}: each image needs one label. Give two files that belong together."
        )
    found, places = np.unique(numbers, return_inverse=True)
    classes = tuple(str(number) for number in found)
    return checked(pictures_as_rows(pixels, places, classes, plain(names[0], 120)), training)


def read_idx(data: bytes, name: str, dimensions: int = IMAGES) -> np.ndarray:
    """Read one file of images or labels, gzipped or not: uint8 (N, height, width) or (N,), a read-only view of the bytes.

    No more is unpacked than the header promises, and one byte. Raises the errors of `read_idx_pair`.
    """
    quoted = f"`{shown(name)}`"
    if not data:
        raise IdxError(f"{quoted} is empty: 0 bytes. Give an IDX file of {_HOLDS[dimensions]}.")
    sizes = _sizes_of(_unpacked(data, 4 + 4 * 255, quoted), quoted, dimensions)
    start, wanted = 4 + 4 * len(sizes), math.prod(sizes)
    whole = _unpacked(data, start + wanted + 1, quoted)
    found, promised = len(whole) - start, f"{_by(sizes)}, that is {wanted:,} bytes"
    if found < wanted:
        raise IdxError(
            f"{quoted} was cut off: its header says {promised}, and {found:,} are there. Download or copy it again."
        )
    if found > wanted:
        raise IdxError(
            f"{quoted} is longer than its header says ({promised}): it is damaged, or two files were joined. Download or "
            "copy it again."
        )
    return np.frombuffer(whole, dtype=np.uint8, offset=start).reshape(sizes)


def idx_dimensions(head: bytes) -> int | None:
    """Return how many dimensions an IDX file of any type has, by its first four bytes; None for any other file."""
    is_idx = len(head) >= 4 and head[:2] == b"\x00\x00" and head[2] in (UNSIGNED_BYTE, *_TYPE_NAMES)
    return head[3] if is_idx else None


def write_idx(array: np.ndarray, packed: bool = False) -> bytes:
    """Write images uint8 (N, height, width) or labels uint8 (N,) as IDX, gzipped if wanted."""
    if array.dtype != np.uint8 or array.ndim not in _HOLDS:
        raise ValueError(f"IDX files of this program hold uint8 of 1 or 3 dimensions, not {array.dtype} {array.shape}")
    sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
    data = bytes([0, 0, UNSIGNED_BYTE, array.ndim]) + sizes + array.tobytes()
    return gzip.compress(data, compresslevel=6, mtime=0) if packed else data


def _unpacked(data: bytes, most: int, quoted: str) -> bytes:
    """Return the first `most` bytes, unpacked where the bytes are gzip, of one part or of several."""
    if not data.startswith(_GZIP):
        return data
    found, end, parts = io.BytesIO(), 0, 0
    while data.startswith(_GZIP, end) and found.tell() < most:
        parts += 1
        if parts > MAX_PARTS:
            raise IdxError(
                f"{quoted} is a gzip file of more than {MAX_PARTS:,} parts, which no program writes. Unpack it and pack it "
                "again."
            )
        end = _member(data, end, found, most, quoted)
    return found.getvalue()


def _member(data: bytes, start: int, found: io.BytesIO, most: int, quoted: str) -> int:
    """Unpack one part of a gzip file until `found` holds `most` bytes, and return where it ends; its check sum must fit.

    Pieces start small, since zlib copies what lies behind the end of a part: many parts must not take quadratic time.
    """
    unpacker, view, piece = zlib.decompressobj(wbits=31), memoryview(data), _SMALLEST
    while not unpacker.eof and start < len(data):
        given = view[start : start + piece]
        try:
            found.write(unpacker.decompress(given, most - found.tell()))
        except zlib.error as error:
            raise IdxError(
                f"{quoted} is a damaged gzip file: {shown(str(error).split(': ')[-1])}. Download or pack it again."
            ) from None
        start += len(given) - len(unpacker.unconsumed_tail) - len(unpacker.unused_data)
        if found.tell() == most:
            return start
        piece = min(2 * piece, _CHUNK)
    if not unpacker.eof:
        raise IdxError(
            f"{quoted} is a gzip file that was cut off: it ends after {len(data):,} bytes, before its own end. "
            "Download or copy it again."
        )
    return start


def _sizes_of(head: bytes, quoted: str, dimensions: int) -> tuple[int, ...]:
    wanted = _HOLDS[dimensions]
    if idx_dimensions(head) is None:
        raise IdxError(
            f"{quoted} is no IDX file of {wanted}: {_looks_like(head)}, where {_MAGIC[dimensions]} belongs. "
            f"Give the IDX file of {wanted}, as it is or packed with gzip."
        )
    kind, found = head[2], head[3]
    if len(head) < 4 + 4 * found:
        raise IdxError(
            f"{quoted} was cut off inside its header: it has {len(head):,} bytes. Download or copy it again."
        )
    if found != dimensions:
        reason = f"it holds {_HOLDS[found]}" if found in _HOLDS else f"it has {counted(found, 'dimension')}"
        raise IdxError(
            f"{quoted} is no IDX file of {wanted}: {reason} (magic 0x0000{kind:02x}{found:02x}, where "
            f"{_MAGIC[dimensions]} belongs). Give the file of {wanted} here."
        )
    if kind != UNSIGNED_BYTE:
        raise IdxError(
            f"{quoted} holds {_TYPE_NAMES[kind]} (type 0x{kind:02X}); only unsigned bytes (0x08) are read. Write it with "
            "numbers from 0 to 255."
        )
    sizes = struct.unpack_from(f">{found}I", head, 4)
    if 0 in sizes:
        raise LabelledError(f"{quoted} is empty: its header says {_by(sizes)}. Give a file with examples.")
    if (size := math.prod(sizes)) > MAX_UNPACKED_BYTES or max((0, *sizes[1:])) > _MAX_SIDE:
        raise FileTooLarge(
            f"{quoted} is too large: its header says {_by(sizes)}, that is {megabytes(size)}; the limit is "
            f"{megabytes(MAX_UNPACKED_BYTES)} and {_MAX_SIDE:,} pixels a side. Give fewer or smaller images."
        )
    return sizes


def _looks_like(head: bytes) -> str:
    kind = container(head)
    if kind not in ("text", "xlsx", "parquet"):
        return f"it looks like {kind}"
    if kind != "text":
        return "it looks like a table"
    with_controls = any(byte < 9 or 13 < byte < 32 for byte in head[:64])
    if with_controls or len(head) < 4:
        return f"it starts with 0x{head[:4].hex()}"
    words = text_kind(head.decode("latin-1")) or "text"
    return f"it looks like {words} and starts with “{shown(head[:20].decode('ascii', errors='replace'))}”"


def _by(sizes: tuple[int, ...]) -> str:
    return " × ".join(f"{size:,}" for size in sizes)


def _check_not_swapped(images: bytes, labels: bytes, names: tuple[str, str]) -> None:
    heads = [_unpacked(data, 4, f"`{shown(name)}`") for data, name in zip((images, labels), names, strict=True)]
    if [head[:3] for head in heads] != [b"\x00\x00\x08"] * 2:
        return
    if (heads[0][3:4], heads[1][3:4]) == (bytes([LABELS]), bytes([IMAGES])):
        raise IdxError(
            f"The two files are swapped: `{shown(names[0])}` holds labels and `{shown(names[1])}` images. "
            "Give the images first and the labels second."
        )


def mnist_is_here(folder: Path) -> bool:
    """Return whether the four files are in the folder, so that nothing needs to be downloaded."""
    return all((folder / name).is_file() for name in FILES)


def load_mnist(folder: Path) -> Pair:
    """Read training and test from the four files of a folder; a DownloadError where one is missing."""
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise DownloadError(f"`{missing[0]}` is not in the folder {shown(str(folder))}. Download MNIST first.")
    images, labels, test_images, test_labels = ((folder / name).read_bytes() for name in FILES)
    train = read_idx_pair(images, labels, (FILES[0], FILES[1]))
    return train, read_idx_pair(test_images, test_labels, (FILES[2], FILES[3]), training=train)


def download_mnist(
    folder: Path,
    progress: Callable[[str], None] = lambda _: None,
    sizes: tuple[int, int] = (_TRAIN, _TEST),
    address: str = _ADDRESS,
) -> Pair:
    """Fetch MNIST with scikit-learn's OpenML loader, unless it is in the folder already, and keep it as gzipped IDX files.

    The first 60,000 pictures are the training, the last 10,000 the test, as in the original; `progress` gets a sentence for
    each stage.

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
    pixels: np.ndarray, labels: np.ndarray, sizes: tuple[int, int] = (_TRAIN, _TEST)
) -> tuple[np.ndarray, np.ndarray]:
    """Convert to pictures uint8 (N, 28, 28) and labels uint8 (N,); a DownloadError where it is not MNIST."""
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
            found = fetch_openml(
                _NAME, version=_VERSION, as_frame=False, parser=_PARSER, data_home=passing, n_retries=1
            )
    except (OSError, EOFError, HTTPException) as error:
        raise _no_answer(error) from None
    except (ValueError, KeyError, ArffException) as error:
        raise _no_mnist(shown(str(error))) from None
    return np.asarray(found.data), np.asarray(found.target)


def _check_reachable(address: str) -> None:
    """Connect once with a timeout: the loader waits for ever where nobody answers."""
    try:
        with urllib.request.urlopen(address, timeout=_SECONDS):
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
