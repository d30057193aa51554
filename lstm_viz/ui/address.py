"""What a page shows is in its address: copy it, and another browser shows the same."""

import streamlit as st

from lstm_viz.ui.session import current_session

MAX_LENGTH = 300


class Address:
    """The query parameters of one page.

    The address is the truth that widgets are filled from; a widget that changes writes to it. It is remembered when another
    page is opened, since Streamlit clears it then.

    Args:
        page: names the page whose parameters these are.
    """

    def __init__(self, page: str) -> None:
        self.page = page
        session = current_session()
        if not st.query_params.to_dict() and session.has_entered:  # the browser's Back may lead to no parameters
            st.query_params.from_dict(session.addresses.get(page, {}))
        session.has_entered = False
        self._remember()

    def get(self, name: str, longest: int = MAX_LENGTH) -> str | None:
        """Read a parameter; None where it is absent or absurdly long."""
        value = st.query_params.get(name)
        return value if value and len(value) <= longest else None

    def set(self, **values: str | None) -> None:
        """Write parameters; None takes one away. All at once: each write is a step of the browser's Back."""
        changed = {**st.query_params.to_dict(), **values}
        st.query_params.from_dict({name: value for name, value in changed.items() if value is not None})
        self._remember()

    def replace(self, **values: str) -> None:
        """Write these parameters and take all others away."""
        st.query_params.from_dict(values)
        self._remember()

    def _remember(self) -> None:
        current_session().addresses[self.page] = st.query_params.to_dict()
