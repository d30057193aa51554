"""Which of several files are trained on, which tested with, and which hold labels: found by what is in them."""

import gzip
import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from lstm_viz.errors import LabelledError
from lstm_viz.phrases import shown
from lstm_viz.sequences.labelled.labelled_sequences import LabelledSequences
from lstm_viz.sequences.labelled.mnist import IMAGES, LABELS, UNSIGNED_BYTE, idx_dimensions, read_idx, read_idx_pair
from lstm_viz.sequences.labelled.read_table import ReadLabelled, read_labelled_csv
from lstm_viz.sequences.labelled.table_layout import LabelledReading

GZIP_MAGIC = b"\x1f\x8b"
HEADER_BYTES = 8
TEST_WORDS = ("t10k", "test")
ROLE = re.compile(r"images?|pictures?|labels?|idx[13]?|ubyte|\.gz$|(?<![a-z])[xy](?![a-z])")

NamedFile = tuple[str, bytes]
Pair = tuple[NamedFile, NamedFile]
Found = TypeVar("Found", NamedFile, Pair)


@dataclass(frozen=True, eq=False)
class Opened:
    """Labelled sequences as they were found."""

    train: LabelledSequences  # what is trained on; a part of it is held out where there is no `test`
    test: LabelledSequences | None = None
    findings: tuple[str, ...] = ()  # what was decided, in sentences
    table: ReadLabelled | None = None  # how the table was read; None where pictures came as IDX


def open_files(files: Sequence[NamedFile], requested: LabelledReading = LabelledReading()) -> Opened:
    """Open one table, a table and a table to test with, or the two or four IDX files of pictures and labels.

    Args:
        files: names and bytes, in any order.
        requested: how tables are to be read, where that is not left to the evidence.

    Raises `LabelledError` where these are other files, or too many; `LSTMVizError` where one of them cannot be read.
    """
    dimensions = [_dimensions_of(*file) for file in files]
    images, labels, tables = (
        [file for file, found in zip(files, dimensions, strict=True) if found == kind]
        for kind in (IMAGES, LABELS, None)
    )
    if tables and not (images or labels) and len(tables) <= 2:
        return _open_tables(tables, requested)
    if not tables and len(images) == len(labels) and len(images) in (1, 2):
        return _open_pictures(images, labels)
    raise LabelledError(_what_was_given(images, labels, tables))


def _open_tables(tables: list[NamedFile], requested: LabelledReading) -> Opened:
    tests, sizes = [_says_test(name) for name, _ in tables], [len(data) for _, data in tables]
    (name, data), *others = _in_order(tables, tests, sizes)
    read = read_labelled_csv(data, name, requested)
    if not others:
        return Opened(read.data, None, read.findings, read)
    test = read_labelled_csv(others[0][1], others[0][0], read.again(requested.reading), read.data)
    return Opened(read.data, test.data, read.findings, read)


def _open_pictures(images: list[NamedFile], labels: list[NamedFile]) -> Opened:
    pairs = _paired(images, labels)
    tests = [_says_test(image) or _says_test(label) for (image, _), (label, _) in pairs]
    first, *others = _in_order(pairs, tests, [_count_of(data) for (_, data), _ in pairs])
    train = _read_pair(*first)
    findings = (f"{len(train):,} pictures of {train.lengths[0]} rows of {train.input_size}",)
    return Opened(train, _read_pair(*others[0], train) if others else None, findings)


def _read_pair(images: NamedFile, labels: NamedFile, training: LabelledSequences | None = None) -> LabelledSequences:
    """Read pictures and their labels; where they are a test, `training` is what is trained on."""
    return read_idx_pair(images[1], labels[1], (images[0], labels[0]), training)


def _paired(images: list[NamedFile], labels: list[NamedFile]) -> list[Pair]:
    """Find the labels of each file of pictures.

    Names show it: by what is left of them without the words for pictures and labels, or by which of them say test. Where
    they do not, the counts do. Where these fit nowhere, reading fails.
    """
    ways: tuple[Callable[[NamedFile], object], ...] = (
        lambda file: re.sub(r"[\W_]", "", ROLE.sub("", file[0].lower())),  # `train` of `train-images-idx3-ubyte.gz`
        lambda file: _says_test(file[0]),
        lambda file: _count_of(file[1]),
    )
    for key_of in ways:
        found, keys = {key_of(file): file for file in labels}, [key_of(file) for file in images]
        if len(found) == len(labels) and set(keys) == set(found):
            return [(file, found[key]) for file, key in zip(images, keys, strict=True)]
    counts = {_count_of(data) for _, data in (*images, *labels)}
    if len(counts) == 1:
        raise LabelledError(
            f"Which labels belong to which pictures is unclear: {listed(images)} and {listed(labels)} all hold "
            f"{counts.pop():,}. Give the files of a pair matching names, such as `train-images` and `train-labels`."
        )
    largest_first = [sorted(files, key=lambda file: -_count_of(file[1])) for files in (images, labels)]
    return list(zip(*largest_first, strict=True))


def _says_test(name: str) -> bool:
    return any(word in name.lower() for word in TEST_WORDS)


def listed(files: list[NamedFile]) -> str:
    """Return names as they can stand in a sentence."""
    return " and ".join(f"`{shown(name)}`" for name, _ in files)


def _in_order(found: Sequence[Found], tests: list[bool], sizes: list[int]) -> list[Found]:
    """Put what is trained on first: what does not say that it is a test, else what is larger."""
    keys = tests if len(set(tests)) > 1 else [-size for size in sizes]
    return [one for _, one in sorted(zip(keys, found, strict=True), key=lambda pair: pair[0])]


def _head_of(data: bytes) -> bytes:
    """Return the first bytes of a file, unpacked where it is gzipped; nothing where that fails."""
    if not data.startswith(GZIP_MAGIC):
        return data[:HEADER_BYTES]
    try:
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress(data[:4096], HEADER_BYTES)
    except (zlib.error, gzip.BadGzipFile):
        return b""


def _dimensions_of(name: str, data: bytes) -> int | None:
    """Return how many dimensions an IDX file has; None for any other file."""
    head = _head_of(data)
    found = idx_dimensions(head)
    if found is not None and (found not in (IMAGES, LABELS) or head[2] != UNSIGNED_BYTE):
        read_idx(data, name, LABELS if found == LABELS else IMAGES)
    return found


def _count_of(data: bytes) -> int:
    return int.from_bytes(_head_of(data)[4:8], "big")


def _what_was_given(images: list[NamedFile], labels: list[NamedFile], tables: list[NamedFile]) -> str:
    if not tables and len(images) + len(labels) == 1:
        alone, other = ("pictures", "labels") if images else ("labels", "pictures")
        name = (images or labels)[0][0]
        return f"The {other} of `{shown(name)}` are missing: it holds {alone} only. Give both IDX files at once."
    kinds = (("of pictures", images), ("of labels", labels), ("that are tables", tables))
    given = ", ".join(
        f"{len(files)} {what} ({', '.join(shown(name) for name, _ in files[:3])})" for what, files in kinds if files
    )
    return (
        f"These files do not belong together: {given}. Give one table, a table and one to test with, or the IDX files of "
        "pictures and labels: one pair, or two of which one is to test with."
    )
