"""MNIST is fetched only when asked, from a server that the test itself starts, and kept as IDX."""

import gzip
import hashlib
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
import sklearn.datasets._openml as loader

from lstm_viz.errors import DownloadError
from lstm_viz.sequences.labelled.mnist import FILES, download_mnist, from_openml, load_mnist, mnist_is_here, read_idx
from tests.sequences.sentences import refused

SIZES = (40, 20)
PIXELS = np.random.default_rng(0).integers(0, 256, (60, 784))
LABELS = np.arange(60) % 10


def arff(pixels, labels):
    names = "".join(f"@ATTRIBUTE pixel{k} REAL\n" for k in range(1, pixels.shape[1] + 1))
    rows = "".join(",".join(map(str, [*row, label])) + "\n" for row, label in zip(pixels.tolist(), labels, strict=True))
    return f"@RELATION mnist_784\n{names}@ATTRIBUTE class {{0,1,2,3,4,5,6,7,8,9}}\n@DATA\n{rows}".encode()


class OpenML:
    """What openml.org answers when scikit-learn asks for a data set."""

    def __init__(self, table):
        self.asked = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append(self.path)
                body = outer.answer(self.path)
                self.send_response(200 if body is not None else 404)
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_):
                pass

        self.table = table
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    def answer(self, path):
        features = [{"index": str(k), "name": f"pixel{k + 1}", "data_type": "numeric"} for k in range(784)]
        features.append({"index": "784", "name": "class", "data_type": "nominal", "nominal_value": list("0123456789")})
        rest = {"is_ignore": "false", "is_row_identifier": "false", "number_of_missing_values": "0"}
        features = [{**rest, "is_target": str(feature["name"] == "class").lower(), **feature} for feature in features]
        description = {"id": "554", "name": "mnist_784", "version": "1", "format": "ARFF", "status": "active"}
        description |= {"description": "digits", "url": f"{self.address}/file/mnist.arff", "file_id": "1"}
        description |= {"md5_checksum": hashlib.md5(self.table).hexdigest()}
        rows = len(self.table.split(b"@DATA\n")[-1].splitlines())
        answers = {
            "/list/mnist_784/data_version/1": {
                "data": {"dataset": [{"did": "554", "name": "mnist_784", "version": 1}]}
            },
            "/info/554": {"data_set_description": description},
            "/features/554": {"data_features": {"feature": features}},
            "/qualities/554": {"data_qualities": {"quality": [{"name": "NumberOfInstances", "value": str(rows)}]}},
        }
        if path == "/file/mnist.arff":
            return self.table
        return json.dumps(answers[path]).encode() if path in answers else None

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def openml(monkeypatch):
    server = OpenML(arff(PIXELS, LABELS))
    addresses = {"_SEARCH_NAME": "list/{}", "_DATA_INFO": "info/{}", "_DATA_FEATURES": "features/{}"}
    for name, path in {**addresses, "_DATA_QUALITIES": "qualities/{}"}.items():
        assert "openml.org" in getattr(loader, name), "scikit-learn asks where it always did"
        monkeypatch.setattr(loader, name, f"{server.address}/{path}")
    yield server
    server.stop()


def test_what_is_fetched_is_kept_as_four_idx_files_and_read_from_disk_the_next_time(openml, tmp_path):
    folder = tmp_path / "mnist"
    said = []
    assert not mnist_is_here(folder)
    train, test = download_mnist(folder, said.append, SIZES, openml.address)
    assert (len(train), len(test)) == SIZES
    np.testing.assert_array_equal(train.values.reshape(40, 784), PIXELS[:40])
    np.testing.assert_array_equal(test.values.reshape(20, 784), PIXELS[40:])
    assert [train.classes[place] for place in train.labels] == [str(label) for label in LABELS[:40]]
    assert test.labels.tolist() == LABELS[40:].tolist()
    assert (train.picture, train.input_size, set(train.lengths)) == (True, 28, {28})
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES), "nothing of the loader is left"
    assert len(said) == 2
    asked = len(openml.asked)
    assert "/file/mnist.arff" in openml.asked
    again, _ = download_mnist(folder, said.append, SIZES, openml.address)
    assert len(openml.asked) == asked
    np.testing.assert_array_equal(again.values, train.values)


def test_a_damaged_file_is_fetched_again(openml, tmp_path):
    download_mnist(tmp_path, sizes=SIZES, address=openml.address)
    (tmp_path / FILES[2]).write_bytes((tmp_path / FILES[2]).read_bytes()[:-9])
    said = []
    train, test = download_mnist(tmp_path, said.append, SIZES, openml.address)
    assert (len(train), len(test)) == SIZES
    assert "damaged" in said[0]


def test_without_a_network_there_is_one_sentence_and_nothing_is_left(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with refused(DownloadError, "openml.org does not give it", "Connection refused", "four IDX files"):
            download_mnist(tmp_path / "mnist", address=address)
    assert not (tmp_path / "mnist").exists()


def test_an_unknown_server_is_one_sentence(tmp_path):
    with refused(DownloadError, "openml.org does not give it"):
        download_mnist(tmp_path, address="http://nowhere.invalid")


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (arff(PIXELS[:30], LABELS[:30]), "(30, 784)"),
        (arff(PIXELS + 200, LABELS), "a pixel is no whole number"),
        (b"oops", "Invalid layout"),
    ],
    ids=["fewer", "too bright", "no table"],
)
def test_what_is_not_mnist_is_refused_and_nothing_is_kept(openml, tmp_path, table, words):
    openml.table = table
    with refused(DownloadError, "not MNIST", words):
        download_mnist(tmp_path, sizes=SIZES, address=openml.address)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_server_that_knows_no_mnist_is_one_sentence(openml, tmp_path):
    openml.answer = lambda path: b"hello" if path == "/" else None
    with refused(DownloadError, "cannot be fetched", "404 Not Found"):
        download_mnist(tmp_path, sizes=SIZES, address=openml.address)


@pytest.mark.parametrize("kind", [str, int, float])
def test_labels_may_come_as_text_or_numbers(kind):
    labels = np.array([kind(label) for label in LABELS], dtype=object)
    pictures, numbers = from_openml(PIXELS.astype(np.float64), labels, SIZES)
    assert (pictures.shape, pictures.dtype, numbers.dtype) == ((60, 28, 28), np.uint8, np.uint8)
    np.testing.assert_array_equal(pictures.reshape(60, 784), PIXELS)
    np.testing.assert_array_equal(numbers, LABELS)


@pytest.mark.parametrize("label", ["cat", None, "10", "1.5", "nan"])
def test_labels_that_are_no_digits_are_refused(label):
    with refused(DownloadError, "label"):
        from_openml(PIXELS, np.array([label, *LABELS[1:]], dtype=object), SIZES)


def test_files_that_are_not_there_are_named(tmp_path):
    with refused(DownloadError, "train-images-idx3-ubyte.gz"):
        load_mnist(tmp_path)


def test_the_kept_files_are_what_every_reader_of_mnist_expects(openml, tmp_path):
    download_mnist(tmp_path, sizes=SIZES, address=openml.address)
    assert gzip.decompress((tmp_path / FILES[0]).read_bytes())[:16].hex() == "00000803000000280000001c0000001c"
    assert gzip.decompress((tmp_path / FILES[3]).read_bytes())[:8].hex() == "0000080100000014"
    assert read_idx((tmp_path / FILES[2]).read_bytes(), "test").shape == (20, 28, 28)
