#!/usr/bin/env bash
# torch 2.13.0: walking over a DataLoader that shuffles nothing draws from the global random state, and changes training.
#
# `DataLoader(data, batch_size=1)` in one process has nothing to draw. Every `iter()` of it takes a seed for workers that do not
# exist. A loop that validates after each epoch therefore trains other weights than the same loop without validation, as soon
# as training draws anything (dropout, a shuffle without a generator): "evaluation has no side effects" is false. Seen:
#     dropout mask after the same seed            0 0 1 0 0 0 1 1 …
#     and after one unshuffled validation pass    0 1 0 0 0 1 1 0 …   one draw further on
# A loader with a `generator` of its own leaves the global state alone and moves that generator instead, shuffling or not.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet torch==2.13.0 numpy==2.4.6
cd "$place"
"$place/venv/bin/python" - <<'EOF'
import torch
from torch import nn
from torch.utils.data import DataLoader

data = list(range(4))
dropped = nn.Dropout(0.5)


def mask(validate: bool, **options: object) -> list[int]:
    torch.manual_seed(0)
    if validate:
        assert [int(number) for (number,) in DataLoader(data, batch_size=1, **options)] == data
    return (dropped(torch.ones(24)) > 0).int().tolist()


print("alone                    ", *mask(False))
print("validated first          ", *mask(True))
print("with a generator of its own", *mask(True, generator=torch.Generator()))
assert mask(False) == mask(False)
assert mask(True) != mask(False)
assert mask(True, generator=torch.Generator()) == mask(False)

own = torch.Generator().manual_seed(1)
before = own.get_state()
list(DataLoader(data, batch_size=1, generator=own))
assert not torch.equal(before, own.get_state())
EOF
