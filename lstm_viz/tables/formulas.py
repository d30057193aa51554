"""Text that a spreadsheet would take for a formula, and how it is written so that it stays text.

A leading apostrophe keeps it text (OWASP, CSV injection). Reading takes the apostrophe off again, so that what is written
here is read back as it was; text that itself begins like that gets one more.
"""

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n]")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def guarded(text: str) -> str:
    """Write text so that no spreadsheet computes it; a number stays a number.

    >>> guarded("=1+1"), guarded("-7.5"), guarded("a=b"), guarded("'=1")
    ("'=1+1", '-7.5', 'a=b', "''=1")
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def unguarded(text: str) -> str:
    """Undo `guarded`.

    >>> unguarded("'=1+1"), unguarded("'tis")
    ('=1+1', "'tis")
    """
    return text[1:] if _GUARDED.match(text) else text
