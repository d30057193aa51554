"""The weights along training, from before the first update on, so that a model can be looked into at every age."""

from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from lstm_viz.errors import RunError

Weights = dict[str, Tensor]
WeightsPath = list[tuple[int, Weights]]

MOST = 16
LEAST = 4
MAX_BYTES = 32 * 1024**2


class Snapshots:
    """Keep copies of a model's weights at milestones, and always the newest.

    Which epochs are kept depends on how many have passed and on nothing else: a run that was cut off and taken up again
    keeps the same ones. Large models keep fewer, so that all copies together stay within about `max_bytes`.

    Args:
        kept: where a former training left off, as `(epoch, weights)`.
        most, max_bytes: milestones that are kept, and bytes that they may fill; `LEAST` of them are kept even so.
    """

    def __init__(self, kept: WeightsPath | None = None, most: int = MOST, max_bytes: int = MAX_BYTES) -> None:
        self.kept = dict(kept or [])
        self.most, self.max_bytes = most, max_bytes

    @property
    def path(self) -> WeightsPath:
        """All snapshots in the order of their epochs."""
        return list(self.kept.items())

    def take(self, epoch: int, weights: Weights) -> None:
        """Copy the weights after an epoch; 0 stands for those before the first update."""
        newest = next(reversed(self.kept), 0)
        if not _is_milestone(newest):
            del self.kept[newest]
        self.kept[epoch] = {name: value.detach().clone() for name, value in weights.items()}
        if _is_milestone(epoch):
            self.kept = {kept: self.kept[kept] for kept in thinned(list(self.kept), self._room(weights))}

    def with_epoch(self, epoch: int, weights: Weights) -> WeightsPath:
        """Return the path with one more epoch on it, such as the best one."""
        return sorted({**self.kept, epoch: weights}.items())

    def until(self, epoch: int, weights: Weights, most: int) -> WeightsPath:
        """Return the path that ends with the weights of `epoch`, of at most `most` snapshots."""
        epochs = thinned([*(kept for kept in self.kept if kept < epoch), epoch], most)
        return [*((kept, self.kept[kept]) for kept in epochs[:-1]), (epoch, weights)]

    def _room(self, weights: Weights) -> int:
        size = sum(value.nbytes for value in weights.values())
        return max(LEAST, min(self.most, self.max_bytes // max(1, size)))


def _is_milestone(epoch: int) -> bool:
    """Return whether an epoch is worth keeping: each milestone is half as far again as the one before.

    >>> [epoch for epoch in range(100) if _is_milestone(epoch)]
    [0, 1, 2, 3, 5, 8, 12, 18, 27, 41, 62, 93]
    """
    milestone = 0
    while milestone < epoch:
        milestone = max(1, (3 * milestone + 1) // 2)
    return milestone == epoch


def thinned(epochs: list[int], most: int) -> list[int]:
    """Leave out epochs, first those whose neighbours are nearest to each other by their ratio; both ends stay.

    >>> thinned([0, 1, 2, 3, 5, 8, 12, 18, 27, 41], 6)
    [0, 1, 3, 8, 18, 41]
    """
    left = list(epochs)
    while len(left) > max(2, most):
        gaps = [(left[place + 1] + 1) / (left[place - 1] + 1) for place in range(1, len(left) - 1)]
        del left[1 + gaps.index(min(gaps))]
    return left


def save_snapshots(path: WeightsPath) -> bytes:
    """Write a path as safetensors; tensors are named `<epoch>/<parameter>`."""
    data: bytes = save({name: value.contiguous() for name, value in named_snapshots(path).items()})
    return data


def load_snapshots(data: bytes) -> WeightsPath:
    """Read what `save_snapshots` wrote, in the order of the epochs; `RunError` where the bytes are no snapshots."""
    try:
        return snapshots_from(load(data))
    except (SafetensorError, KeyError, ValueError, RuntimeError) as error:
        raise RunError("The weights kept along training cannot be read. Train this model again.") from error


def named_snapshots(path: WeightsPath) -> dict[str, Tensor]:
    """Name every tensor `<epoch>/<parameter>`."""
    return {f"{epoch}/{name}": value for epoch, weights in path for name, value in weights.items()}


def snapshots_from(tensors: dict[str, Tensor]) -> WeightsPath:
    """Undo `named_snapshots`."""
    snapshots: dict[int, Weights] = {}
    for name, value in tensors.items():
        epoch, parameter = name.split("/", 1)
        snapshots.setdefault(int(epoch), {})[parameter] = value
    shapes = [{name: value.shape for name, value in weights.items()} for weights in snapshots.values()]
    if any(each != shapes[0] for each in shapes):
        raise ValueError("the snapshots are not of one model")
    return sorted(snapshots.items(), key=lambda each: each[0])
