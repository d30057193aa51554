"""What the weights that somebody brought do not tell, and a person may know."""

from lstm_viz.anatomy.foreign import ForeignModel, Untold
from lstm_viz.ui.address import Address
from lstm_viz.ui.forms import Form, Settings, side_by_side
from lstm_viz.ui.layer_settings import untold_term


def ask_untold(foreign: ForeignModel, untold: Untold, address: Address, prefix: str, has_room: bool = True) -> None:
    """Let the person say what the weights do not tell, if there is anything.

    Args:
        foreign: the model as it is taken to be.
        untold: what is taken to be so.
        address: hears of a choice.
        prefix: of the widgets' keys.
        has_room: whether choices can stand side by side; else they are menus.
    """
    questions = foreign.questions
    if not questions:
        return
    form = Form(Settings(untold, Untold()), address, untold_term, prefix)
    with side_by_side():
        for name, values in questions.items():
            if has_room:
                form.choice(name, values)
            else:
                form.draw(name, options=values)
