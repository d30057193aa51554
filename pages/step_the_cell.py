"""Step a live cell through a sequence and see every number that it computes."""

from lstm_viz.ui.address import Address
from lstm_viz.ui.step_bench import open_step_bench
from lstm_viz.ui.step_code import step_code
from lstm_viz.ui.step_controls import step_controls, step_diagram
from lstm_viz.ui.step_links import link_with_sequence

address = Address("step")
bench = open_step_bench(address)
step_controls(bench, address)
step_diagram(bench, address)
link_with_sequence("gates", "See the whole sequence at once", address)
step_code(bench)
