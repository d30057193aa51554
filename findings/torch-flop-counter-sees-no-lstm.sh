#!/usr/bin/env bash
# torch 2.13.0, on a CPU with oneDNN: FlopCounterMode counts nothing for nn.LSTM in float32, and all of it in float64.
#
# The counter adds up operators that it has a formula for. On such a CPU a float32 LSTM is one fused operator without one
# (mkldnn_rnn_layer), without a warning; the same layer in float64, and nn.GRU and nn.RNN in both, run as matrix products that are
# counted. So an LSTM looks free beside a GRU, forwards and backwards. Seen, for 8 inputs, 16 units, 4 sequences of 10 steps:
#     nn.LSTM float32        0     (with its backward pass: 0)
#     nn.LSTM float64   122880     = 2 · 4 · 10 · 4 · 16 · (8 + 16)
#     nn.GRU  float32    92160     = 3/4 of it
#     nn.RNN  float32    30720     = 1/4 of it
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet torch==2.13.0 numpy==2.4.6
cd "$place"
"$place/venv/bin/python" - <<'EOF'
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

assert torch.backends.mkldnn.is_available(), "this machine has no oneDNN: nothing is fused here"


def counted(kind, dtype, backward=False):
    layer, inputs = kind(8, 16, dtype=dtype), torch.randn(10, 4, 8, dtype=dtype)
    with FlopCounterMode(display=False) as counter:
        outputs, _ = layer(inputs)
        if backward:
            outputs.sum().backward()
    return counter.get_total_flops()


exact = 2 * 4 * 10 * 16 * (8 + 16)  # of one gate
for kind, gates in ((nn.LSTM, 4), (nn.GRU, 3), (nn.RNN, 1)):
    for dtype in (torch.float32, torch.float64):
        flops = counted(kind, dtype)
        print(kind.__name__, dtype, flops, "of", gates * exact)
        assert flops == (0 if (kind, dtype) == (nn.LSTM, torch.float32) else gates * exact)
assert counted(nn.LSTM, torch.float32, backward=True) == 0
EOF
