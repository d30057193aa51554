"""Watch the gradient on its way back through time, in an RNN, a GRU and an LSTM."""

from lstm_viz.ui.gradient.controls import flow_code, flow_controls, flow_view, open_flow_bench
from lstm_viz.ui.shell.address import Address

address = Address("flow")
bench = open_flow_bench(address)
flow_controls(bench, address)
flow_view(bench)
flow_code(bench)
