"""Every run of this browser: find it, compare it, continue it, download it."""

from lstm_viz.ui.runs.card import show_card
from lstm_viz.ui.runs.compare import show_comparison
from lstm_viz.ui.runs.heading import runs_head, show_emptiness
from lstm_viz.ui.runs.memory import remember_runs
from lstm_viz.ui.runs.state import open_runs_page, show_table
from lstm_viz.ui.shell.address import Address
from lstm_viz.ui.shell.errors import show_error

address = Address("runs")
page = open_runs_page(address)
remember_runs(ask=True)
runs_head(address)
if page.error is not None:
    show_error(page.error)

if not page.runs:
    show_emptiness()
else:
    show_table(page, address)

if len(page.selected) == 1:
    show_card(page, address)
elif page.selected:
    show_comparison(page)
