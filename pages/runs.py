"""Every run of this browser: find it, compare it, go on from it, take it along."""

from lstm_viz.ui.runs.card import show_card
from lstm_viz.ui.runs.compare import show_comparison
from lstm_viz.ui.runs.heading import runs_head, show_emptiness
from lstm_viz.ui.runs.memory import remember_runs
from lstm_viz.ui.runs.state import open_runs_bench, show_table
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.errors import show_error

address = Address("runs")
bench = open_runs_bench(address)
remember_runs(ask=True)
runs_head(address)
if bench.error is not None:
    show_error(bench.error)

if not bench.runs:
    show_emptiness()
else:
    show_table(bench, address)

if len(bench.selected) == 1:
    show_card(bench, address)
elif bench.selected:
    show_comparison(bench)
