"""Step a live cell through a sequence and see every number that it computes."""

from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.step.controls import link_with_sequence, step_code, step_controls, step_diagram
from lstm_viz.ui.step.state import open_step_page

address = Address("step")
page = open_step_page(address)
step_controls(page, address)
step_diagram(page, address)
link_with_sequence("gates", "See the whole sequence at once", address)
step_code(page)
