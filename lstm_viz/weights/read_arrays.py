"""Uploaded bytes become named arrays, or one clear error. Nothing is ever unpickled.

A zip can lie about itself: names are never used as paths, no more is unpacked than the sizes that were added up and checked
before, and the shape of an array must match its data.
"""

import io
import json
import math
import re
import zipfile
import zlib
from tokenize import TokenError

import numpy as np
from safetensors import SafetensorError
from safetensors.torch import load

from lstm_viz.errors import WeightsError

MAX_BYTES = 32 * 2**20
_MAX_ARRAYS = 500
_MAX_NAME = 200
HDF5, _ZIP = b"\x89HDF", (b"PK\x03\x04", b"PK\x05\x06")
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_FAULTS = (TokenError, MemoryError, ValueError, LookupError, TypeError, EOFError, OSError, RuntimeError, OverflowError)
_TO_SAFETENSORS = (
    "Where you trust the file (opening it runs what it holds), and its classes can be imported, these lines save the first "
    "recurrent model in it as numbers only:\n"
    "    from safetensors.torch import save_file\n"
    "    import pickle, torch\n"
    "    found = [{}]\n"
    "    for each in found:  # what is inside of it comes behind\n"
    '        each = each.state_dict() if hasattr(each, "state_dict") else each\n'
    '        if isinstance(each, dict) and any("weight_hh" in str(name) for name in each):\n'
    "            break\n"
    "        found.extend(each.values() if isinstance(each, dict) else each if isinstance(each, (list, tuple)) else [])\n"
    "    else:\n"
    '        raise SystemExit("It holds no recurrent layer of PyTorch.")\n'
    "    numbers = {{name: torch.as_tensor(array) for name, array in each.items() if hasattr(array, 'shape')}}\n"
    '    save_file({{name: array.clone().contiguous() for name, array in numbers.items()}}, "weights.safetensors")'
)
OF_TORCH = _TO_SAFETENSORS.format('torch.load("FILE", map_location="cpu", weights_only=False)')
OF_PICKLE = _TO_SAFETENSORS.format('pickle.load(open("FILE", "rb"))')
_MAGIC = b"l\xfc\x9cF\xf9 j\xa8P\x19"  # of what `torch.save` wrote before version 1.6
TO_NPZ = (
    "Save the weights as arrays instead:\n"
    "    import keras\n"
    "    import numpy as np\n"
    '    model = keras.saving.load_model("FILE")  # of a .weights.h5: build the model, then model.load_weights("FILE")\n'
    "    arrays = {w.path: keras.ops.convert_to_numpy(w) for w in model.weights}\n"
    '    assert len(arrays) == len(model.weights), "Give each layer a name of its own."\n'
    '    np.savez("weights.npz", **arrays)'
)
Arrays = dict[str, np.ndarray]


def read_arrays(data: bytes) -> Arrays:
    """Read safetensors or npz as named arrays of float32; a WeightsError for anything else, damaged, large or not finite."""
    _require_size(len(data))
    if not data:
        raise WeightsError("The file is empty. Bring a .safetensors or .npz file of weights.")
    _refuse_others(data)
    arrays = _read_npz(data) if data.startswith(_ZIP) else _read_safetensors(data)
    if not arrays:
        raise WeightsError("The file holds no arrays. Bring the weights of a recurrent model.")
    return {name: _as_float32(name, array) for name, array in arrays.items()}


def _require_size(size: int) -> None:
    if size > MAX_BYTES:
        raise WeightsError(
            f"The weights take {size / 2**20:.0f} MB; up to {MAX_BYTES // 2**20} MB are read. Bring a smaller model: "
            "up to 256 units and 4 layers can be shown."
        )


def _refuse_others(data: bytes) -> None:
    if data.startswith(HDF5):
        raise WeightsError(
            f"This is an HDF5 file, as Keras' `.weights.h5` and `.h5` are; it is not read here. {TO_NPZ}"
        )
    if _is_pickle(data):
        advice = OF_TORCH if _MAGIC in data[:20] else OF_PICKLE
        raise WeightsError(f"This is a pickle, which can carry code and is never opened here. {advice}")
    if data.startswith(b"\x93NUMPY"):
        raise WeightsError(
            "This is a single array (.npy); a model needs several. Save all of them: `np.savez('weights.npz', …)`."
        )


def _is_pickle(data: bytes) -> bool:
    """Recognise a pickle of protocol 2 or newer; the length in front of a safetensors header can look like one."""
    header_follows = data[4:9] == b"\0\0\0\0{"
    return data[:1] == b"\x80" and data[1:2] in (b"\2", b"\3", b"\4", b"\5") and not header_follows


def _read_safetensors(data: bytes) -> Arrays:
    """Read safetensors, by name, since the file has no order of its own; half precision becomes float32."""
    try:
        tensors = load(data)
    except KeyError as error:  # the format knows types of 4 to 8 bits that its own reader for PyTorch does not
        raise WeightsError(
            f"The file holds numbers of the type {shown(str(error.args[0]))}, which PyTorch cannot read from it. "
            "Save them as float32."
        ) from error
    except (SafetensorError, *_FAULTS) as error:
        raise WeightsError(
            "The file is neither safetensors nor npz, or it is damaged; ONNX and TensorFlow Lite, for two, are not read. "
            'Save a PyTorch model with `safetensors.torch.save_model(model, "weights.safetensors")`.'
        ) from error
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    shared = header.get("__metadata__") or {}  # names that `save_model` left out, with those of the same numbers
    tensors = {name: tensors[kept] for name, kept in shared.items() if kept in tensors} | tensors
    _require_count(len(tensors))
    arrays: Arrays = {}
    for name in sorted(map(_checked_name, tensors), key=natural):
        tensor = tensors[name]
        if tensor.is_complex():
            raise WeightsError(f"`{shown(name)}` holds complex numbers. Weights are real numbers.")
        arrays[name] = (tensor.float() if tensor.is_floating_point() else tensor).numpy()  # NumPy knows no bfloat16
    return arrays


def natural(name: str) -> list[tuple[int, str]]:
    """Give what sorts `layers.10` behind `layers.9`."""
    return [
        (int(piece), "") if piece[:1].isdecimal() and piece.isascii() else (0, piece)
        for piece in re.split(r"([0-9]+)", name)
    ]


def _read_npz(data: bytes) -> Arrays:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = _checked_members(archive.infolist())
            return {name: _read_member(archive, member) for name, member in members.items()}
    except (zipfile.BadZipFile, zlib.error, SyntaxError, *_FAULTS) as error:
        raise WeightsError("The zip is damaged. Save the weights again with `np.savez('weights.npz', …)`.") from error


def _checked_members(members: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    names = [member.filename for member in members]
    if any(name.endswith(".pkl") for name in names):
        raise WeightsError(
            "This is a file of `torch.save` (.pt, .pth): a pickle, which can carry code and is never opened here. "
            f"{OF_TORCH}"
        )
    if any(name.endswith(".weights.h5") for name in names):
        raise WeightsError(
            f"This is a Keras model (.keras), whose weights are an HDF5 file; it is not read here. {TO_NPZ}"
        )
    _require_count(len(members))
    _require_size(sum(member.file_size for member in members))
    found: dict[str, zipfile.ZipInfo] = {}
    for member in members:
        name = _checked_name(member.filename.removesuffix(".npy"))
        if not member.filename.endswith(".npy") or name in found or member.flag_bits & 1:
            raise WeightsError(
                f"The zip holds `{shown(member.filename)}`, which is no array of its own. An .npz of `np.savez` is read."
            )
        if member.compress_type not in _PACKINGS:
            raise WeightsError(f"`{shown(name)}` is packed in an unusual way. Save it with `np.savez` again.")
        found[name] = member
    return found


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> np.ndarray:
    """Unpack one array: no more bytes than announced, and exactly as many numbers as its shape says."""
    with archive.open(member) as file:
        stream = io.BytesIO(file.read(member.file_size))
    version = np.lib.format.read_magic(stream)
    header = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}[version]
    shape, _, kind = header(stream)
    name = shown(member.filename.removesuffix(".npy"))
    if kind.hasobject:
        raise WeightsError(f"`{name}` holds Python objects, which can carry code. Save plain arrays of numbers.")
    if kind.kind not in "fiub" or kind.itemsize > 8:
        raise WeightsError(f"`{name}` holds {kind}, which are no weights. Save arrays of float32.")
    if min(shape, default=0) < 0 or math.prod(shape) * kind.itemsize != member.file_size - stream.tell():
        raise WeightsError(
            f"`{name}` says that its shape is {shape}, and holds something else. Save the weights again."
        )
    stream.seek(0)
    array: np.ndarray = np.lib.format.read_array(stream)
    return array


def _require_count(count: int) -> None:
    if count > _MAX_ARRAYS:
        raise WeightsError(
            f"The file holds {count} arrays; up to {_MAX_ARRAYS} are read. Save the recurrent layers only."
        )


def _checked_name(name: str) -> str:
    if len(name) > _MAX_NAME or not name.isprintable() or "\\" in name or name.startswith("/") or ".." in name:
        raise WeightsError(
            f"An array is called `{shown(name)}`, which is no name of a weight. Save the weights under the "
            "framework's names."
        )
    return name


def shown(name: str) -> str:
    """Give a name as it can stand in a sentence."""
    plain = "".join(letter if letter.isprintable() and letter != "`" else "?" for letter in name)
    return plain if len(plain) <= 80 else f"{plain[:79]}…"


def _as_float32(name: str, array: np.ndarray) -> np.ndarray:
    """Turn numbers of any size and byte order, and what is true or false, into float32 of this machine."""
    with np.errstate(over="ignore"):  # what is too large becomes infinite, and is refused as that
        numbers = np.ascontiguousarray(array, dtype=np.float32).reshape(array.shape)  # a single number has no axis
    bad = numbers.size - int(np.isfinite(numbers).sum())
    if bad:
        raise WeightsError(
            f"`{shown(name)}` holds {bad} of {array.size} numbers that are not finite (NaN or infinite): training had "
            "diverged. Bring weights from before that."
        )
    return numbers
