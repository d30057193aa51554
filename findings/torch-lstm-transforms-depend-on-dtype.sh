#!/usr/bin/env bash
# torch 2.13.0, on a CPU with oneDNN: which of torch.func's transforms take nn.LSTM is decided by the dtype, the wrong way round
# each time.
#
# In float32 the layer is one fused operator, which vmap can run and forward-mode derivatives cannot; in float64, and for nn.GRU and
# nn.RNN always, it is a chain of in-place sums: forward mode works and vmap over grad (one gradient per sequence) does not. So code
# that was checked in float64 fails in float32 and the other way round. Reverse mode works everywhere. Seen:
#                        vmap(grad(...))                          jacfwd(...)
#     nn.LSTM float32    right, to rounding                       NotImplementedError (mkldnn_rnn_layer)
#     nn.LSTM float64    RuntimeError: output with shape [1, 16]  right
#     nn.GRU, nn.RNN     RuntimeError: output with shape [1, 4]   right
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet torch==2.13.0 numpy==2.4.6
cd "$place"
"$place/venv/bin/python" -W ignore - <<'EOF'
import torch
from torch import nn
from torch.func import functional_call, grad, jacfwd, jacrev, vmap

assert torch.backends.mkldnn.is_available(), "this machine has no oneDNN: nothing is fused here"


def per_sequence(layer, inputs):
    def loss(weights, sequence):
        return functional_call(layer, weights, (sequence.unsqueeze(1),))[0].sum()

    weights = dict(layer.named_parameters())
    gradients = vmap(grad(loss), in_dims=(None, 1))(weights, inputs)
    layer(inputs)[0].sum().backward()
    return all(torch.allclose(gradients[name].sum(0), weights[name].grad, rtol=1e-4, atol=1e-5) for name in weights)


def forward_mode(layer, inputs):
    return torch.allclose(jacfwd(lambda x: layer(x)[0])(inputs), jacrev(lambda x: layer(x)[0])(inputs), atol=1e-5)


def outcome(check, *arguments):
    try:
        return "right" if check(*arguments) else "wrong"
    except (RuntimeError, NotImplementedError) as error:
        return type(error).__name__


for kind in (nn.LSTM, nn.GRU, nn.RNN):
    for dtype in (torch.float32, torch.float64):
        layer, inputs = kind(3, 4, dtype=dtype), torch.randn(5, 2, 3, dtype=dtype)
        seen = outcome(per_sequence, layer, inputs), outcome(forward_mode, layer, inputs)
        print(kind.__name__, dtype, *seen)
        fused = (kind, dtype) == (nn.LSTM, torch.float32)
        assert seen == (("right", "NotImplementedError") if fused else ("RuntimeError", "right"))
EOF
