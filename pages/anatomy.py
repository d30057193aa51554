"""Take a recurrent layer apart: one step by hand, and what tutorials get wrong about it."""

from lstm_viz.ui.address import Address
from lstm_viz.ui.myths_panel import myths_panel
from lstm_viz.ui.worked_panel import worked_panel

address = Address("anatomy")
worked_panel(address)
myths_panel(address)
