"""See a whole sequence at once: every activation, what each unit tracks, and where the model is in a similar state."""

from lstm_viz.ui.address import Address
from lstm_viz.ui.gates_panel import open_gates_bench, saturation_panel, whole_sequence
from lstm_viz.ui.step_code import step_code
from lstm_viz.ui.step_controls import step_controls
from lstm_viz.ui.step_links import link_with_sequence

address = Address("step")
bench = open_gates_bench(address)
step_controls(bench, address)
whole_sequence(bench, address)
link_with_sequence("step", "Step through it", address)
saturation_panel(bench)
step_code(bench)
