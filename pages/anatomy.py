"""Take a recurrent layer apart: drawn, counted, as code; one step by hand; and what tutorials get wrong about it."""

from lstm_viz.ui.address import Address
from lstm_viz.ui.anatomy_parts import OF_LAYER, choose_part, tell_part
from lstm_viz.ui.code_panel import code_panel
from lstm_viz.ui.count_panel import count_panel
from lstm_viz.ui.layer_controls import layer_controls
from lstm_viz.ui.layer_map import layer_map
from lstm_viz.ui.myths_panel import myths_panel
from lstm_viz.ui.speed_panel import speed_panel
from lstm_viz.ui.worked_panel import worked_panel

address = Address("anatomy")
part = choose_part(address)
if part in OF_LAYER:
    tell_part(part)
    settings = layer_controls(address, part)
    if part == "layer":
        layer_map(settings, address)
    elif part == "count":
        count_panel(settings)
        speed_panel(settings)
    else:
        code_panel(settings.model, "anatomy")
elif part == "hand":
    worked_panel(address)
else:
    myths_panel(address)
