"""Take a recurrent layer apart: drawn, counted, as code; one step by hand; and what tutorials get wrong about it."""

from lstm_viz.ui.layer.controls import OF_LAYER, choose_part, layer_controls, show_meaning
from lstm_viz.ui.layer.counts import count_panel, speed_panel
from lstm_viz.ui.layer.diagram import layer_map
from lstm_viz.ui.layer.misconceptions import myths_panel
from lstm_viz.ui.layer.worked import worked_panel
from lstm_viz.ui.shared.code import code_panel
from lstm_viz.ui.shell.address import Address

address = Address("anatomy")
part = choose_part(address)
if part in OF_LAYER:
    show_meaning(part)
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
