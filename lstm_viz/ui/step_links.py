"""Links between the pages that look at the same sequence."""

from dataclasses import fields

from lstm_viz.stepping.request import StepRequest
from lstm_viz.ui.address import Address
from lstm_viz.ui.navigation import link_to
from lstm_viz.ui.step_bench import LONGEST_TEXT

NAMES = tuple(field.name for field in fields(StepRequest))


def link_with_sequence(page: str, label: str, address: Address) -> None:
    """Draw a link to a page that takes the model, the sequence and what was changed along.

    The step and the unit go along by themselves: the browser keeps them.
    """
    values = {name: address.get(name, LONGEST_TEXT) for name in NAMES}
    link_to(page, label, **{name: value for name, value in values.items() if value})
