"""Watch the gradient on its way back through time, in an RNN, a GRU and an LSTM."""

from lstm_viz.ui.address import Address
from lstm_viz.ui.flow_bench import open_flow_bench
from lstm_viz.ui.flow_code import flow_code
from lstm_viz.ui.flow_controls import flow_controls, flow_view

address = Address("flow")
bench = open_flow_bench(address)
flow_controls(bench, address)
flow_view(bench)
flow_code(bench)
