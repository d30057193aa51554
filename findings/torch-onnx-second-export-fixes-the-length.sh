#!/usr/bin/env bash
# torch 2.13.0, onnx 1.23.2: of two equal exports of an LSTM in one process, the first takes any length, the second one only.
#
# `torch.onnx.export(..., dynamic_shapes=({1: Dim("T")},))` asks for a free number of steps. Both exports succeed and give the
# same single LSTM node; no message tells the second from the first. Seen, for the input shape in the file and 7 steps (the
# example has 5):
#     first export in the process    [2, 'T', 2]   answers as torch does
#     second, of a fresh module      [2, 5, 2]     InvalidArgument: Got 7, Expected 5
# An export without `dynamic_shapes` spoils the next one as well. nn.GRU is the same; nn.LSTMCell is not, and neither is
# `Dim.AUTO`, which stays free however often. `torch.compiler.reset()` in between does not help; a process of its own for each
# export does. Read the input shape of what was written.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet torch==2.13.0 numpy==2.4.6 onnx==1.23.2 onnxruntime==1.31.1 onnxscript==0.7.2
cd "$place"
"$place/venv/bin/python" - <<'EOF'
import logging
import warnings
import onnxruntime
import torch
from torch import nn
from torch.export import Dim

logging.disable(logging.ERROR)
warnings.simplefilter("ignore")
onnxruntime.set_default_logger_severity(4)


class Outputs(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.LSTM(2, 3, batch_first=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layer(x)[0]


def exported(length: object) -> tuple[list, str]:
    module, longer = Outputs().eval(), torch.randn(2, 7, 2)
    program = torch.onnx.export(module, (torch.randn(2, 5, 2),), dynamo=True, dynamic_shapes=({1: length},), verbose=False)
    graph = program.model_proto.graph
    assert [node.op_type for node in graph.node].count("LSTM") == 1
    session = onnxruntime.InferenceSession(program.model_proto.SerializeToString())
    try:
        answer = torch.tensor(session.run(None, {graph.input[0].name: longer.numpy()})[0])
        verdict = "right" if torch.allclose(answer, module(longer), atol=1e-5) else "wrong"
    except Exception as error:
        verdict = type(error).__name__
    return [size.dim_param or size.dim_value for size in graph.input[0].type.tensor_type.shape.dim], verdict


first, second = exported(Dim("T")), exported(Dim("T"))
print("first ", *first)
print("second", *second)
assert first == ([2, "T", 2], "right"), first
assert second == ([2, 5, 2], "InvalidArgument"), second
assert exported(Dim.AUTO)[1] == "right"
EOF
