"""What the weights that somebody brought do not tell, and a person may know."""

from dataclasses import dataclass
from typing import Any

from lstm_viz.anatomy.foreign import ForeignModel, Untold
from lstm_viz.glossary import anatomy_term, classify_term
from lstm_viz.ui.address import Address
from lstm_viz.ui.drawer import Drawer, side_by_side


@dataclass(frozen=True)
class _UntoldSettings:
    """What is taken to be so, for widgets."""

    untold: Untold

    def shown(self, name: str) -> Any:
        """Give what is taken to be so."""
        return getattr(self.untold, name)

    def usual(self, name: str) -> Any:
        """Give the same."""
        return self.shown(name)

    def suggested_value(self, name: str) -> Any:
        """Give what is taken to be so where nobody says anything."""
        return getattr(Untold(), name)


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
    draw = Drawer(_UntoldSettings(untold), address, _untold_term, prefix)
    with side_by_side():
        for name, values in questions.items():
            if has_room:
                draw.choice(name, values, name)
            else:
                draw.menu(name, values)


def _untold_term(name: str) -> str:
    term = anatomy_term(name)
    return classify_term(name) if term == name else term
