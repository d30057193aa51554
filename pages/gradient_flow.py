"""Watch the gradient on its way back through time, in an RNN, a GRU and an LSTM."""

from lstm_viz.ui.gradient.controls import flow_code, flow_controls, flow_view, open_gradient_page
from lstm_viz.ui.shell.address import Address

address = Address("flow")
page = open_gradient_page(address)
flow_controls(page, address)
flow_view(page)
flow_code(page)
