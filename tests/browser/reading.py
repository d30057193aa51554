"""What a page shows while a file is read."""

from playwright.sync_api import Page

from lstm_viz.ui.shared.launch import PLACE, REPLACED_PARTS

WATCH_JS = """([place, parts, click]) => {
    window.wordsWhileReading = null;
    const observer = new MutationObserver(() => {
        const words = document.querySelector(`${place} [data-testid=stSpinner]`)?.innerText.trim();
        const shown = [...document.querySelectorAll(parts)].map(part => part.innerText.trim()).join("");
        if (!words || shown) return;
        observer.disconnect();
        window.wordsWhileReading = words;
        if (click) document.querySelector(click).click();
    });
    observer.observe(document.body, {subtree: true, childList: true, characterData: true, attributes: true});
}"""


def watch_reading(page: Page, click: str = "") -> None:
    """From here on, wait in the page for the moment when words say what is read and nothing of the data before is shown.

    A large file travels for seconds: who begins to look when it has been handed over may find it read.

    Args:
        click: what is clicked at that moment although nobody can see it, as by a click that was on its way.
    """
    page.evaluate(WATCH_JS, [f".st-key-{PLACE}", REPLACED_PARTS, click])


def words_while_reading(page: Page) -> str:
    """Give the words that stood there, once they do."""
    return page.wait_for_function("window.wordsWhileReading").json_value()
