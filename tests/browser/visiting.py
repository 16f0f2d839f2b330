"""A visitor with a real browser, who notes everything a page ought not to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from chromium import CHROMIUM
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

WEB = Path(__file__).parents[2] / "server" / "web"
AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"

needs_axe = pytest.mark.skipif(
    not AXE.is_file(), reason="axe-core is not there: npm ci in server/web"
)

WIDE = (1200, 900)
NARROW = (375, 800)

_ON_THE_NET = frozenset({"http", "https", "ws", "wss"})
# WCAG 2.2 AA and what axe counts as good practice; experimental rules are left out.
_AXE_OPTIONS = {"resultTypes": ["violations"]}
_QUIET = ["--no-first-run", "--disable-background-networking", "--disable-component-update"]


@contextmanager
def browsing() -> Iterator[Browser]:
    """Start Debian's Chromium; Playwright's own download is never asked for."""
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", *_QUIET]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@dataclass
class Visit:
    """A page of a server, open in a browser.

    complaints: errors of scripts, breaches of the Content-Security-Policy, foreign requests.
    forgiven: what a message in the console may hold and is no complaint then, "" for nothing.
    """

    url: str
    page: Page
    forgiven: str = ""
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        # That the page itself is a problem, with its status, is no fault of the page.
        of_the_page = message.location.get("url") == self.page.url
        if self.forgiven and self.forgiven in message.text:
            return
        if message.type == "error" and not (of_the_page and "status of" in message.text):
            self.complaints.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if (
            parts.scheme in {"http", "https", "ws", "wss"}
            and parts.netloc != urlsplit(self.url).netloc
        ):
            self.complaints.append(f"asked of another host: {request.url}")

    def open(self, path: str) -> Page:
        """Go to a path of the server and wait until nothing more is loaded."""
        self.page.goto(urljoin(self.url, path.lstrip("/")), wait_until="load")
        return self.page

    def look(self, size: tuple[int, int], scheme: Any) -> None:
        """Change the window's size in CSS pixels and the colours, "light" or "dark"."""
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        self.page.emulate_media(color_scheme=scheme)

    def violations(self) -> list[str]:
        """Return what axe finds on the page as it stands: rule, help, and the places."""
        if not self.page.evaluate("typeof axe !== 'undefined'"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found: dict[str, Any] = self.page.evaluate("options => axe.run(options)", _AXE_OPTIONS)
        return [
            f"{one['id']}: {one['help']}: {[node['target'] for node in one['nodes']][:5]}"
            for one in found["violations"]
        ]

    def overflows(self) -> bool:
        """Return whether the page is wider than the window, so that one has to scroll sideways."""
        wide: bool = self.page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        return wide


@contextmanager
def visit(
    browser: Browser,
    url: str,
    size: tuple[int, int] = WIDE,
    scheme: Any = "light",
    script: bool = True,
    forgiven: str = "",
) -> Iterator[Visit]:
    """Open a browser window on a server. At the end, fails with what there is to complain about.

    scheme: "light" or "dark". script: whether JavaScript runs. forgiven: see `Visit`.
    """
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,
        java_script_enabled=script,
        reduced_motion="reduce",
        accept_downloads=True,
    )
    context.set_default_timeout(90_000)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    visited = Visit(url, context.new_page(), forgiven)
    try:
        yield visited
    finally:
        context.close()
    assert not visited.complaints, visited.complaints
