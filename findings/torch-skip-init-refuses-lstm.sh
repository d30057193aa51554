#!/usr/bin/env bash
# torch 2.13.0: `nn.utils.skip_init` says that nn.LSTM takes no `device`, and nn.LSTM takes one.
#
# skip_init builds a module without drawing weights that would be overwritten anyway. It looks for a parameter called `device`
# in the signature of `__init__`; nn.LSTM, nn.GRU and nn.RNN take `*args, **kwargs` there and pass it on. Seen:
#     nn.LSTM, nn.GRU, nn.RNN                 RuntimeError: Module must support a 'device' arg to skip initialization
#     nn.LSTMCell, nn.Linear, nn.Embedding    fine
#     nn.LSTM(2, 3, device="meta")            fine: its weights are on the meta device
# What skip_init does inside works for them: build on "meta", then `.to_empty(device="cpu")`, and no random number is drawn.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet torch==2.13.0 numpy==2.4.6
cd "$place"
"$place/venv/bin/python" - <<'EOF'
import torch
from torch import nn

for kind in (nn.LSTM, nn.GRU, nn.RNN):
    try:
        nn.utils.skip_init(kind, 2, 3)
    except RuntimeError as error:
        print(kind.__name__, "refused:", error)
        assert "device" in str(error)
    else:
        raise SystemExit(f"{kind.__name__} is taken now")
    assert next(kind(2, 3, device="meta").parameters()).device.type == "meta"
for kind in (nn.LSTMCell, nn.GRUCell, nn.RNNCell, nn.Linear, nn.Embedding):
    print(kind.__name__, "taken:", nn.utils.skip_init(kind, 2, 3))

before = torch.get_rng_state()
layer = nn.LSTM(2, 3, device="meta").to_empty(device="cpu")
layer.load_state_dict({name: torch.ones_like(values) for name, values in layer.state_dict().items()})
assert torch.equal(before, torch.get_rng_state())
assert layer(torch.zeros(4, 1, 2))[0].shape == (4, 1, 3)
EOF
