"""What every refusal must be: one line that says what is wrong and what to do."""

import re

import pytest


def refused(kind, *parts):
    """Expect exactly this error, a sentence with all these parts."""
    ordered = "".join(f"(?=.*{re.escape(part)})" for part in (*parts, "."))
    return pytest.raises(kind, match=rf"^{ordered}[^\n]+\.$")


def check_sentence(refusal):
    """Any refusal is one line that ends with a full stop."""
    assert str(refusal).endswith(".")
    assert "\n" not in str(refusal)
