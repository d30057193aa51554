"""See a whole sequence at once: every activation, what each unit tracks, and where the model is in a similar state."""

from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.step.controls import link_with_sequence, step_code, step_controls
from lstm_viz.ui.step.gates import open_gates_page, saturation_panel, whole_sequence

address = Address("step")
page = open_gates_page(address)
step_controls(page, address)
whole_sequence(page, address)
link_with_sequence("step", "Step through it", address)
saturation_panel(page)
step_code(page)
