"""Files find their roles by what is in them, in whatever order they come."""

import gzip
import itertools

import numpy as np
import pytest

from lstm_viz.classifying.files import TEST_WORDS, open_files
from lstm_viz.errors import LabelledError, LSTMVizError
from lstm_viz.sequences.labelled.mnist import write_idx


def pictures(count: int, seed: int) -> tuple[bytes, bytes]:
    rng = np.random.default_rng(seed)
    labels = (np.arange(count) % 3).astype(np.uint8)
    return write_idx(rng.integers(0, 256, (count, 5, 4), dtype=np.uint8)), write_idx(labels)


@pytest.fixture
def four():
    (images, labels), (test_images, test_labels) = pictures(30, 0), pictures(12, 1)
    return {
        "train-images": images,
        "train-labels": gzip.compress(labels),
        "t10k-images.gz": gzip.compress(test_images),
        "t10k-labels": test_labels,
    }


@pytest.mark.parametrize("order", [*itertools.permutations(range(4))][::5])
def test_four_files_of_pictures_and_labels_in_any_order(four, order):
    files = list(four.items())
    opened = open_files([files[place] for place in order])
    assert (len(opened.train), len(opened.test)) == (30, 12)
    assert opened.train.picture


def test_without_telling_names_the_larger_pair_teaches(four):
    opened = open_files([(f"file {number}", data) for number, data in enumerate(four.values())])
    assert (len(opened.train), len(opened.test)) == (30, 12)


def test_one_pair_is_enough(four):
    opened = open_files(list(four.items())[:2])
    assert len(opened.train) == 30
    assert opened.test is None


TABLE = b"label,a,b,c\n" + b"".join(
    b"%s,%d,%d,%d\n" % (name, n, n + 1, n + 2) for n, name in enumerate([b"x", b"y"] * 6)
)
SMALL = b"label,a,b,c\n" + b"x,1,2,3\ny,2,3,4\n"


@pytest.mark.parametrize("names", [("one_TRAIN.csv", "one_TEST.csv"), ("big.csv", "other.csv")])
def test_a_table_to_test_with_is_known_by_its_name_or_its_size(names):
    for files in ([(names[0], TABLE), (names[1], SMALL)], [(names[1], SMALL), (names[0], TABLE)]):
        opened = open_files(files)
        assert (len(opened.train), len(opened.test)) == (12, 2)
        assert opened.table is not None


def test_a_name_that_says_test_outweighs_the_size():
    opened = open_files([("my_test.csv", TABLE), ("my_train.csv", SMALL + b"x,3,3,3\ny,1,1,1\n")])
    assert (len(opened.train), len(opened.test)) == (4, 12)


def test_files_that_do_not_belong_together_are_refused_by_what_they_are(four):
    images, labels, test_images, _ = four.items()
    for files in ([images, test_images], [images, labels, test_images], [images, ("t.csv", TABLE)]):
        with pytest.raises(LabelledError, match="do not belong together") as told:
            open_files(files)
        assert "pictures" in str(told.value)
    with pytest.raises(LabelledError, match="3 that are tables"):
        open_files([("a.csv", TABLE), ("b.csv", TABLE), ("c.csv", TABLE)])


def test_one_file_alone_says_which_other_one_is_missing(four):
    images, labels, *_ = four.items()
    with pytest.raises(LabelledError, match="The labels of `train-images` are missing: it holds pictures only"):
        open_files([images])
    with pytest.raises(LabelledError, match="The pictures of `train-labels` are missing: it holds labels only"):
        open_files([labels])


def test_a_damaged_file_says_why(four):
    broken = {**four, "t10k-images.gz": four["t10k-images.gz"][:-20]}
    with pytest.raises(LSTMVizError, match="t10k"):
        open_files(list(broken.items()))


PAIRS = [
    ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"),
    ("a-images", "a-labels", "b-images", "b-labels"),
    ("imagesA.idx", "labelsA.idx", "imagesB.idx", "labelsB.idx"),
    ("train_x", "train_y", "test_x", "test_y"),
    ("images", "labels", "test images", "test labels"),
    ("what we learn from", "its labels", "pictures of the test", "right answers of the test"),
]


@pytest.mark.parametrize("names", PAIRS, ids=lambda names: names[0])
def test_labels_of_as_many_pictures_find_theirs_by_name(names):
    numbers = np.arange(12, dtype=np.uint8) % 3
    (images, _), (test_images, _) = pictures(12, 0), pictures(12, 1)
    files = zip(names, (images, write_idx(numbers), test_images, write_idx(numbers[::-1])), strict=True)
    for order in itertools.permutations(files):
        opened = open_files(order)
        for data in (opened.train, opened.test):
            own = images if np.array_equal(data.labels, numbers) else test_images
            assert write_idx(data.values.reshape(12, 5, 4)) == own
        if any(word in "".join(names) for word in TEST_WORDS):
            np.testing.assert_array_equal(opened.train.labels, numbers)


def test_names_of_labels_alone_that_say_test_tell_what_is_tested_with_and_counts_pair_them(four):
    images, labels, test_images, test_labels = four.values()
    opened = open_files([("x1", test_images), ("my labels", test_labels), ("x2", images), ("test labels", labels)])
    assert (len(opened.train), len(opened.test)) == (12, 30)


def test_labels_that_could_belong_to_either_pictures_are_refused_with_names_that_would_tell():
    files = [(f"file {number}", data) for number, data in enumerate((*pictures(12, 0), *pictures(12, 1)))]
    with pytest.raises(LabelledError, match="`file 0` and `file 2` and `file 1` and `file 3` all hold 12") as told:
        open_files(files)
    assert "`train-images` and `train-labels`" in str(told.value)


def test_labels_whose_number_fits_no_pictures_are_told_by_both_numbers(four):
    _, few = pictures(11, 1)
    files = [("file 1", four["train-images"]), ("file 2", four["train-labels"]), ("file 3", four["t10k-images.gz"])]
    with pytest.raises(LabelledError, match="12 images and `file 4` 11 labels"):
        open_files([*files, ("file 4", few)])


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["as it is", "packed"])
@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"\0\0\x09\x03", r"holds signed bytes \(type 0x09\); only unsigned bytes"),
        (b"\0\0\x0b\x01", r"holds 2-byte numbers \(type 0x0B\)"),
        (b"\0\0\x0c\x01", r"holds 4-byte numbers \(type 0x0C\)"),
        (b"\0\0\x0d\x03", r"holds floats \(type 0x0D\)"),
        (b"\0\0\x0e\x01", r"holds doubles \(type 0x0E\)"),
        (b"\0\0\x08\x04", "has 4 dimensions"),
        (b"\0\0\x0d\x02", "has 2 dimensions"),
    ],
)
def test_idx_files_of_other_numbers_say_so_alone_and_beside_their_pair(four, head, words, pack):
    other = ("odd file", pack(head + b"\0\0\0\1" * head[3] + bytes(8)))
    images, labels, *_ = four.items()
    for files in ([other], [other, labels], [images, other], [other, ("t.csv", TABLE)]):
        with pytest.raises(LabelledError, match=f"`odd file` .*{words}"):
            open_files(files)
