"""Text from a file is text: nothing in it is ever read as Markdown, HTML, an icon, a colour or a formula."""

import re

PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
# Streamlit replaces arrows, dashes, comparisons, its logo and web addresses in text that is already parsed, where a
# backslash no longer helps: an invisible word joiner keeps their characters apart.
REPLACED_LATER = re.compile(r"([-<>~](?=[-=>])|:(?=//|streamlit)|www(?=\.)|@)", re.IGNORECASE)
NAMED = re.compile(r"`([^`]+)`")
WORD_JOINER = "\u2060"


def literal(text: str) -> str:
    """Escape everything that Markdown could read, for labels and messages.

    >>> literal("**price** <b>")
    '\\\\*\\\\*price\\\\*\\\\* \\\\<b\\\\>'
    """
    apart = REPLACED_LATER.sub(rf"\1{WORD_JOINER}", " ".join(text.split()))
    return PUNCTUATION.sub(r"\\\1", apart)


def with_names(sentence: str) -> str:
    """Escape a sentence of ours, and set the names that stand in it between backticks in quotation marks.

    Code style would not do: inside it nothing can be escaped, and the names come from files.

    >>> with_names("`step` counts")
    '“step” counts'
    """
    return literal(NAMED.sub(r"“\1”", sentence))


def small(markdown: str) -> str:
    """Set Markdown smaller, in the colour of the text: a caption of Streamlit's is too pale to read on a projector.

    >>> small("One sentence.")
    ':small[One sentence.]'
    """
    return f":small[{markdown}]"


def duration(seconds: float) -> str:
    """Write a time span for a reader.

    >>> duration(4.2), duration(75), duration(4000)
    ('4.2 s', '1 min 15 s', '1 h 06 min')
    """
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
