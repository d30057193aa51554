"""IDX files come back as they were written, and every broken one gets its sentence."""

import gzip
import io
import itertools
import struct
import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lstm_viz.errors import FileTooLarge, IdxError, LabelledError, LSTMVizError, OneClass, UnseenClass
from lstm_viz.sequences.labelled.mnist import IMAGES, LABELS, MAX_PARTS, read_idx, read_idx_pair, write_idx
from tests.sequences.sentences import check_sentence, refused

PIXELS = np.random.default_rng(0).integers(0, 256, (12, 4, 3), dtype=np.uint8)
NUMBERS = np.arange(12, dtype=np.uint8) % 3
NAMES = ("images", "labels")
IMAGE_BYTES, LABEL_BYTES = write_idx(PIXELS), write_idx(NUMBERS)

sizes = st.tuples(st.integers(1, 5), st.integers(1, 6), st.integers(1, 6))


def head(*sizes, kind=8):
    return bytes([0, 0, kind, len(sizes)]) + b"".join(struct.pack(">I", size) for size in sizes)


@given(hnp.arrays(np.uint8, sizes), st.booleans())
def test_images_are_read_as_they_were_written(pixels, packed):
    data = write_idx(pixels, packed)
    assert data.startswith(b"\x1f\x8b") == packed
    np.testing.assert_array_equal(read_idx(data, "x"), pixels)


@given(hnp.arrays(np.uint8, st.integers(1, 40)), st.booleans())
def test_labels_are_read_as_they_were_written(numbers, packed):
    np.testing.assert_array_equal(read_idx(write_idx(numbers, packed), "x", LABELS), numbers)


def test_the_bytes_are_those_of_the_original_format():
    assert IMAGE_BYTES[:16] == struct.pack(">IIII", 0x00000803, 12, 4, 3)
    assert LABEL_BYTES[:8] == struct.pack(">II", 0x00000801, 12)
    with pytest.raises(ValueError):
        write_idx(PIXELS.astype(np.float32))
    with pytest.raises(ValueError):
        write_idx(PIXELS[0])


@pytest.mark.parametrize("packed", [False, True])
def test_a_pair_is_a_picture_read_row_by_row(packed):
    data = read_idx_pair(write_idx(PIXELS, packed), write_idx(NUMBERS, packed), NAMES)
    assert (len(data), data.input_size, data.picture, data.values.dtype) == (12, 3, True, np.uint8)
    assert set(data.lengths) == {4}
    assert data.classes == ("0", "1", "2")
    np.testing.assert_array_equal(data.labels, NUMBERS)
    np.testing.assert_allclose(data.sequence(5), PIXELS[5] / 255, rtol=1e-6)


def test_labels_need_not_be_digits():
    data = read_idx_pair(IMAGE_BYTES, write_idx(NUMBERS * 100), NAMES)
    assert data.classes == ("0", "100", "200")
    np.testing.assert_array_equal(data.labels, NUMBERS)


def test_several_gzip_parts_are_one_file():
    joined = gzip.compress(IMAGE_BYTES[:20]) + gzip.compress(IMAGE_BYTES[20:])
    np.testing.assert_array_equal(read_idx(joined, "x"), PIXELS)


def test_parts_of_any_size_are_one_file():
    rng = np.random.default_rng(1)
    pixels = rng.integers(0, 256, (3000, 28, 28), dtype=np.uint8)
    whole = write_idx(pixels)
    ends = [0, 0, 1, 2, 7, 1023, 1024, 1025, 5000, 5000, 70_000, 1_200_000, len(whole)]
    parts = [gzip.compress(whole[start:end]) for start, end in itertools.pairwise(ends)]
    for data in (gzip.compress(whole), b"".join(parts), b"".join(parts) + b"what follows is no part"):
        np.testing.assert_array_equal(read_idx(data, "x"), pixels)
    assert not read_idx(gzip.compress(whole), "x").flags.writeable
    with refused(IdxError, "cut off", f"after {len(b''.join(parts)) - 9:,} bytes"):
        read_idx(b"".join(parts)[:-9], "x")


def test_very_many_empty_parts_take_no_time_that_counts_and_more_are_refused():
    empty = gzip.compress(b"", mtime=0)
    many = empty * (MAX_PARTS - 1)
    started = time.process_time()
    np.testing.assert_array_equal(read_idx(many + gzip.compress(IMAGE_BYTES), "x"), PIXELS)
    assert time.process_time() - started < 2.5, "more than ten times as long where the rest is copied for every part"
    with refused(IdxError, "`x` is a gzip file of more than 100,000 parts", "pack it again"):
        read_idx(many + empty * 2, "x")


def test_a_packed_file_that_was_cut_off_is_told():
    packed = write_idx(PIXELS, packed=True)
    told = 0
    for end in range(2, len(packed)):
        with pytest.raises(IdxError) as found:
            read_idx(packed[:end], "x.gz")
        told += "cut off" in str(found.value)
    assert told == len(packed) - 2


def test_a_damaged_packed_file_is_told():
    packed = bytearray(write_idx(PIXELS, packed=True))
    packed[-6] ^= 0xFF
    with refused(IdxError, "x.gz", "damaged gzip file", "incorrect data check"):
        read_idx(bytes(packed), "x.gz")
    with refused(IdxError, "damaged gzip file"):
        read_idx(b"\x1f\x8b\x08\x00" + bytes(6) + b"\xff" * 40, "x.gz")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x89PNG\r\n\x1a\n0000", "a PNG picture"),
        (b"PK\x03\x04rubbish", "ZIP"),
        (b"label,pixel0\n3,0\n", "starts with “label,pixel0"),
        (b"<html><body></body></html>", "a web page (HTML)"),
        (b"\x93NUMPY\x01\x00", "a NumPy array file"),
        (b"\x00\x00\x07\x03" + bytes(12), "0x00000703"),
        (b"\x03\x08\x00\x00" + bytes(12), "0x03080000"),
        (b"\x00", "0x00"),
        (gzip.compress(b"\x89PNG\r\n\x1a\n0000", mtime=0), "a PNG picture"),
    ],
)
def test_what_is_not_idx_is_told_by_what_it_looks_like(data, words):
    with refused(IdxError, "no IDX file of images", words, "0x00000803"):
        read_idx(data, "x")


def test_images_where_labels_belong_are_swapped():
    for images, labels in ((LABEL_BYTES, IMAGE_BYTES), (gzip.compress(LABEL_BYTES), gzip.compress(IMAGE_BYTES))):
        with refused(IdxError, "swapped", "`first` holds labels", "`second` images"):
            read_idx_pair(images, labels, ("first", "second"))


def test_one_file_of_the_wrong_kind_is_told():
    with refused(IdxError, "no IDX file of labels", "it holds images", "0x00000803"):
        read_idx_pair(IMAGE_BYTES, IMAGE_BYTES, NAMES)
    with refused(IdxError, "no IDX file of images", "4 dimensions"):
        read_idx(head(1, 2, 2, 3) + bytes(12), "colour")


@pytest.mark.parametrize(("kind", "words"), [(9, "signed bytes"), (13, "floats"), (14, "doubles"), (11, "2-byte")])
def test_other_numbers_than_bytes_are_refused(kind, words):
    with refused(IdxError, words, f"0x{kind:02X}", "unsigned bytes (0x08)"):
        read_idx(head(1, 2, 2, kind=kind) + bytes(32), "x")


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["raw", "gz"])
def test_more_or_less_than_the_header_says_is_told(pack):
    with refused(IdxError, "cut off", "12 × 4 × 3", "144 bytes", "143 are there"):
        read_idx(pack(IMAGE_BYTES[:-1]), "x")
    with refused(IdxError, "longer than its header says", "144 bytes"):
        read_idx(pack(IMAGE_BYTES + b"\x00"), "x")
    with refused(IdxError, "cut off inside its header"):
        read_idx(pack(IMAGE_BYTES[:9]), "x")


def test_labels_and_images_of_different_length_are_told():
    with refused(LabelledError, "`images` holds 12 images", "`labels` 11 labels"):
        read_idx_pair(IMAGE_BYTES, write_idx(NUMBERS[:11]), NAMES)


def test_nothing_is_told_as_nothing():
    with refused(IdxError, "`x` is empty: 0 bytes"):
        read_idx(b"", "x")
    with refused(LabelledError, "`x` is empty", "0 × 28 × 28"):
        read_idx(head(0, 28, 28), "x")


def test_a_header_that_promises_too_much_is_refused_before_anything_is_unpacked():
    with refused(FileTooLarge, "4,000,000,000 × 28 × 28", "400.0 MB"):
        read_idx(gzip.compress(head(4_000_000_000, 28, 28) + bytes(99)), "bomb")
    with refused(FileTooLarge, "1,000 pixels a side"):
        read_idx(head(1, 1, 5000) + bytes(5000), "wide")


def test_a_bomb_with_a_small_header_is_unpacked_no_further_than_the_header_says():
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as file:
        file.write(head(1, 2, 2))
        for _ in range(200):
            file.write(bytes(1024**2))
    bomb = packed.getvalue()
    assert len(bomb) < 1024**2
    tracemalloc.start()
    try:
        with refused(IdxError, "longer than its header says"):
            read_idx(bomb, "bomb")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3 * 1024**2


def test_one_class_only_is_refused_in_training_and_fine_in_a_test():
    ones = write_idx(np.ones(12, np.uint8))
    with refused(OneClass, "All examples (=12) of images", "“1”"):
        read_idx_pair(IMAGE_BYTES, ones, NAMES)
    train = read_idx_pair(IMAGE_BYTES, LABEL_BYTES, NAMES)
    test = read_idx_pair(IMAGE_BYTES, ones, NAMES, training=train)
    assert test.classes == train.classes
    assert set(test.labels) == {1}


def test_a_class_that_training_never_shows_is_told():
    train = read_idx_pair(IMAGE_BYTES, LABEL_BYTES, NAMES)
    with refused(UnseenClass, "“7”", "“0”, “1”, “2”"):
        read_idx_pair(IMAGE_BYTES, write_idx(NUMBERS + 5), ("test images", "labels"), training=train)


@given(st.binary(max_size=60) | st.binary(max_size=30).map(lambda tail: head(2, 2, 2) + tail), st.booleans())
@example(b"\x1f\x8b", False)
@example(b"\x00\x00\x08\xff", False)
def test_any_bytes_give_an_array_or_one_sentence(data, packed):
    try:
        found = read_idx(gzip.compress(data) if packed else data, "x", IMAGES)
    except LSTMVizError as refusal:
        check_sentence(refusal)
        return
    assert found.ndim == 3
    assert found.size > 0
