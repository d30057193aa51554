"""What a page shows while a file is read."""

from playwright.sync_api import Page

from lstm_viz.ui.replaced import PLACE, REPLACED_PARTS

READING_JS = """([place, parts, click]) => {
    const words = document.querySelector(`${place} [data-testid=stSpinner]`)?.innerText.trim();
    const shown = [...document.querySelectorAll(parts)].map(part => part.innerText.trim()).join("");
    if (!words || shown) return null;
    if (click) document.querySelector(click).click();
    return words;
}"""


def words_while_reading(page: Page, click: str = "") -> str:
    """Wait until nothing of the data before is shown and words say what is read; give the words.

    Args:
        click: what is clicked at that moment although nobody can see it, as by a click that was on its way.
    """
    return page.wait_for_function(READING_JS, arg=[f".st-key-{PLACE}", REPLACED_PARTS, click]).json_value()
