"""What a page shows is in its address: copy it, and another browser shows the same."""

import streamlit as st

from lstm_viz.ui.shell.session import current_session

MAX_LENGTH = 300
CARRIED = ("tour", "projector")  # belong to no page and go along to the next one


class Address:
    """The query parameters of one page.

    Widgets are filled from the address, and a widget that changes writes to it. It is remembered when another page is
    opened, since Streamlit clears it then.
    """

    def __init__(self, page: str) -> None:
        self.page = page
        session = current_session()
        taken, own = carried_parameters(), unpacked()
        if not own and session.has_entered:  # the browser's Back may lead to no parameters
            own = session.addresses.get(page, {})
        session.has_entered = False
        self._write({**own, **taken})

    def get(self, name: str, longest: int = MAX_LENGTH) -> str | None:
        """Read a parameter; None where it is absent or absurdly long."""
        value = st.query_params.get(name)
        return value if value and len(value) <= longest else None

    def set(self, **values: str | None) -> None:
        """Write parameters; None takes one away. All at once: each write is a step of the browser's Back."""
        changed = {**st.query_params.to_dict(), **values}
        self._write({name: value for name, value in changed.items() if value is not None})

    def replace(self, **values: str) -> None:
        """Write these parameters and take all others of the page away."""
        self._write({**values, **carried_parameters()})

    def _write(self, parameters: dict[str, str]) -> None:
        current_session().address_bar.write(parameters)
        current_session().carried_parameters = carried_parameters()
        current_session().addresses[self.page] = unpacked()


def carried_parameters() -> dict[str, str]:
    """Return the parameters that go along from page to page.

    A link of the navigation drops all parameters: until the page that it opened has an address, the session knows them.
    """
    session = current_session()
    named = {name: st.query_params[name] for name in CARRIED if name in st.query_params}
    return {**session.carried_parameters, **named} if session.has_entered else named


def unpacked() -> dict[str, str]:
    """Return the parameters that belong to the page."""
    return {name: value for name, value in st.query_params.to_dict().items() if name not in CARRIED}


def pack(name: str, value: str | None) -> None:
    """Take something along from here on, or leave it behind with None."""
    session, others = current_session(), {key: kept for key, kept in st.query_params.items() if key != name}
    session.address_bar.write(others if value is None else {**others, name: value})
    carried = carried_parameters()
    session.carried_parameters = {key: kept for key, kept in carried.items() if key != name or value is not None}
