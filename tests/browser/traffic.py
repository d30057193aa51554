"""What a page sends to its server."""

from playwright.sync_api import Page, WebSocket

QUIET = 600  # milliseconds without a message


class Traffic:
    """Count the messages of a page that is opened after this.

    Args:
        page: the page, which has no socket yet.
    """

    def __init__(self, page: Page) -> None:
        self.page, self.sent = page, 0
        page.on("websocket", self._watch)

    def _watch(self, socket: WebSocket) -> None:
        socket.on("framesent", self._count)

    def _count(self, _message: str | bytes) -> None:
        self.sent += 1

    def settle(self) -> None:
        """Wait until the page has said what it says by itself."""
        before = None
        while self.sent != before:
            before = self.sent
            self.page.wait_for_timeout(QUIET)
        assert self.sent > 0, "the socket is watched"

    def expect_silence_since(self, before: int) -> None:
        """Fail when something was sent; what is sent late has its time."""
        self.page.wait_for_timeout(QUIET)
        assert self.sent == before
