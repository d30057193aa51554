"""Which of several files are trained on, which tested with, and which hold labels: found by what is in them."""

import gzip
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from lstm_viz.errors import LabelledError
from lstm_viz.sequences.idx import read_idx_pair
from lstm_viz.sequences.labelled import LabelledSequences
from lstm_viz.sequences.labelled_csv import ReadLabelled, read_labelled_csv
from lstm_viz.sequences.labelled_layout import LabelledReading
from lstm_viz.tables.wording import shown

IMAGES_MAGIC, LABELS_MAGIC, GZIP_MAGIC = b"\x00\x00\x08\x03", b"\x00\x00\x08\x01", b"\x1f\x8b"
HEADER_BYTES = 8
TEST_WORDS = ("t10k", "test")

NamedFile = tuple[str, bytes]


@dataclass(frozen=True, eq=False)
class Opened:
    """Labelled sequences as they were found.

    Args:
        train: what is trained on; a part of it is tested with where there is no `test`.
        test: None where the files hold none.
        findings: what was decided, in sentences.
        table: how the table was read; None where pictures came as IDX.
    """

    train: LabelledSequences
    test: LabelledSequences | None = None
    findings: tuple[str, ...] = ()
    table: ReadLabelled | None = None


def open_files(files: Sequence[NamedFile], wish: LabelledReading = LabelledReading()) -> Opened:
    """Open one table, a table and a table to test with, or the two or four IDX files of pictures and labels.

    Args:
        files: names and bytes, in any order.
        wish: what is not left to the evidence, of tables.

    Raises:
        LabelledError: other files, or too many.
        LSTMVizError: one of them cannot be read.
    """
    heads = [head_of(data) for _, data in files]
    images = [file for file, head in zip(files, heads, strict=True) if head.startswith(IMAGES_MAGIC)]
    labels = [file for file, head in zip(files, heads, strict=True) if head.startswith(LABELS_MAGIC)]
    tables = [file for file in files if file not in images and file not in labels]
    if tables and not (images or labels) and len(tables) <= 2:
        return open_tables(tables, wish)
    if not tables and len(images) == len(labels) and len(images) in (1, 2):
        return open_pictures(images, labels)
    raise LabelledError(what_was_given(images, labels, tables))


def open_tables(tables: list[NamedFile], wish: LabelledReading) -> Opened:
    """Read one table, or one to train on and one to test with."""
    (name, data), *others = in_order(tables, [len(data) for _, data in tables])
    read = read_labelled_csv(data, name, wish)
    if not others:
        return Opened(read.data, None, read.findings, read)
    test = read_labelled_csv(others[0][1], others[0][0], read.again(wish.reading), read.data)
    return Opened(read.data, test.data, read.findings, read)


def open_pictures(images: list[NamedFile], labels: list[NamedFile]) -> Opened:
    """Read one pair of pictures and labels, or one to train on and one to test with."""
    pictures, names = (in_order(files, [count_of(data) for _, data in files]) for files in (images, labels))
    train = read_idx_pair(pictures[0][1], names[0][1], (pictures[0][0], names[0][0]))
    findings = (f"{len(train):,} pictures of {train.lengths[0]} rows of {train.input_size}",)
    if len(pictures) == 1:
        return Opened(train, None, findings)
    test = read_idx_pair(pictures[1][1], names[1][1], (pictures[1][0], names[1][0]), training=train)
    return Opened(train, test, findings)


def in_order(files: list[NamedFile], sizes: list[int]) -> list[NamedFile]:
    """Put what is trained on first: the file whose name does not say test, else the larger one."""
    says_test = [any(word in name.lower() for word in TEST_WORDS) for name, _ in files]
    keys = says_test if len(set(says_test)) > 1 else [-size for size in sizes]
    return [file for _, file in sorted(zip(keys, files, strict=True), key=lambda pair: pair[0])]


def head_of(data: bytes) -> bytes:
    """Give the first bytes of a file, unpacked where it is gzipped; nothing where that fails."""
    if not data.startswith(GZIP_MAGIC):
        return data[:HEADER_BYTES]
    try:
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress(data[:4096], HEADER_BYTES)
    except (zlib.error, gzip.BadGzipFile):
        return b""


def count_of(data: bytes) -> int:
    """Give how many pictures or labels an IDX file says to hold."""
    return int.from_bytes(head_of(data)[4:8], "big")


def what_was_given(images: list[NamedFile], labels: list[NamedFile], tables: list[NamedFile]) -> str:
    """Say what came, and what can be used."""
    kinds = (("of pictures", images), ("of labels", labels), ("that are tables", tables))
    given = ", ".join(
        f"{len(files)} {what} ({', '.join(shown(name) for name, _ in files[:3])})" for what, files in kinds if files
    )
    return (
        f"These files do not belong together: {given}. Give one table, a table and one to test with, or the IDX files of "
        "pictures and labels: one pair, or two of which one is to test with."
    )
