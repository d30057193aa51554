"""What uploaded weights do not say, and a person may know."""

from lstm_viz.ui.layer.settings import unknown_term
from lstm_viz.ui.shared.form import Form, Settings, side_by_side
from lstm_viz.ui.shell.address import Address
from lstm_viz.weights.read_model import ForeignModel, UnknownSettings


def ask_unknown(
    foreign: ForeignModel, unknown: UnknownSettings, address: Address, prefix: str, has_room: bool = True
) -> None:
    """Let the person say what the weights do not tell, if there is anything.

    Args:
        foreign: the model as it is taken to be.
        unknown: what is taken to be so.
        address: hears of a choice.
        prefix: of the widgets' keys.
        has_room: whether choices can stand side by side; else they are menus.
    """
    questions = foreign.questions
    if not questions:
        return
    form = Form(Settings(unknown, UnknownSettings()), address, unknown_term, prefix)
    with side_by_side():
        for name, values in questions.items():
            if has_room:
                form.choice(name, values)
            else:
                form.draw(name, options=values)
