"""What uploaded weights do not say, and a person may know."""

from lstm_viz.ui.layer.settings import unknown_term
from lstm_viz.ui.shared.form import Form, Settings, side_by_side
from lstm_viz.ui.shell.address import Address
from lstm_viz.weights.read_model import ForeignModel, UnknownSettings


def ask_unknown(
    foreign: ForeignModel, unknown: UnknownSettings, address: Address, prefix: str, has_room: bool = True
) -> None:
    """Ask what the weights do not say, if there is anything.

    Args:
        foreign: the uploaded model, with what is `unknown` as it is assumed.
        prefix: of the widgets' keys.
        has_room: whether choices can stand side by side; else they are menus.
    """
    if not foreign.questions:
        return
    form = Form(Settings(unknown, UnknownSettings()), address, unknown_term, prefix)
    with side_by_side():
        for name, values in foreign.questions.items():
            if has_room:
                form.choice(name, values)
            else:
                form.draw(name, options=values)
