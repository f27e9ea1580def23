"""A real browser looks at a report: what it asks for, says, lets overflow or keeps from a reader.

    python -m tests.report.browser report.html [...]

The browser is Debian's `chromium`; playwright only speaks to it. Scripts are injected by the test
and by nobody else: the page itself is first opened with JavaScript switched off.
"""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, Page, sync_playwright

WIDTHS = (375, 1400)
SCHEMES = ("light", "dark")
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_OVERFLOWING = """() => {
  const wide = document.documentElement.clientWidth;
  const scrolled = e => e.closest('.scroll') !== null && !e.matches('.scroll');
  const hidden = e => e.matches('.skip') || e.closest('svg') !== null;
  return [...document.body.querySelectorAll('*')]
    .filter(e => !scrolled(e) && !hidden(e) && e.getBoundingClientRect().right > wide + 1)
    .map(e => `${e.tagName.toLowerCase()}.${e.className} ends at ${
      Math.round(e.getBoundingClientRect().right)} of ${wide} px`);
}"""
_REACHABLE = "a[href], [tabindex='0'], details > summary, button, input"
_FOCUSED = """reachable => {
  const e = document.activeElement;
  const order = [...document.querySelectorAll(reachable)];
  const style = getComputedStyle(e);
  const box = e.getBoundingClientRect();
  return {at: order.indexOf(e), outline: style.outlineStyle !== 'none',
    seen: box.bottom > 0 && box.top < innerHeight && box.height > 0};
}"""


def chromium() -> str | None:
    """Return where the browser is, or None."""
    return shutil.which("chromium") or shutil.which("google-chrome")


@dataclass
class Heard:
    """What a page said and asked for while it was open."""

    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@contextmanager
def browser() -> Iterator[Browser]:
    """Start the browser, headless; as root it has no sandbox of its own."""
    with sync_playwright() as play:
        opened = play.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            yield opened
        finally:
            opened.close()


@contextmanager
def opened(
    engine: Browser, path: Path, *, width: int = 1400, scheme: str = "light", scripts: bool = True
) -> Iterator[tuple[Page, Heard]]:
    """Open a file as a reader would."""
    heard = Heard()
    context = engine.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        java_script_enabled=scripts,
    )
    page = context.new_page()
    page.on("console", lambda message: heard.said.append(message.text))
    page.on("pageerror", lambda error: heard.said.append(str(error)))
    page.on("request", lambda request: heard.asked.append(request.url))
    page.goto(path.resolve().as_uri())
    try:
        yield page, heard
    finally:
        context.close()


def requests_and_messages(engine: Browser, path: Path) -> list[str]:
    """Return what the page loads beside itself and what it says on the console."""
    with opened(engine, path) as (page, heard):
        page.wait_for_load_state("networkidle")
    own = path.resolve().as_uri()
    foreign = [url for url in heard.asked if url != own and not url.startswith("data:")]
    return [f"asks for {url[:80]}" for url in foreign] + [f"says {m[:200]}" for m in heard.said]


def without_scripts(engine: Browser, path: Path) -> str:
    """Return the text that stands on the page where JavaScript is switched off."""
    with opened(engine, path, scripts=False) as (page, _):
        return page.locator("body").inner_text()


def overflow(engine: Browser, path: Path, *, width: int) -> list[str]:
    """Return what reaches beyond the right edge, save what scrolls by itself."""
    with opened(engine, path, width=width) as (page, _):
        beyond: list[str] = page.evaluate(_OVERFLOWING)
        wide = page.evaluate("document.documentElement.scrollWidth")
    return [*beyond[:5], *([f"the page is {wide} px wide"] if wide > width else [])]


def keyboard(engine: Browser, path: Path) -> list[str]:
    """Return where the way by the tab key leaves the order, is unseen, or ends early."""
    faults: list[str] = []
    with opened(engine, path) as (page, _):
        count = page.locator(_REACHABLE).count()
        for step in range(count):
            page.keyboard.press("Tab")
            found = page.evaluate(_FOCUSED, _REACHABLE)
            if found["at"] != step:
                return [*faults, f"tab {step + 1} of {count} reaches number {found['at'] + 1}"]
            if not found["outline"]:
                faults.append(f"number {step + 1} shows no focus")
            if not found["seen"]:
                faults.append(f"number {step + 1} has the focus out of sight")
    return faults


def skip_link(engine: Browser, path: Path) -> str:
    """Return where the first link leads: its target, once it was followed by the keyboard."""
    with opened(engine, path) as (page, _):
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        return str(page.evaluate("location.hash"))


def accessibility(engine: Browser, path: Path, *, width: int, scheme: str) -> list[str]:
    """Return what axe finds: rule, how often, and the first place."""
    with opened(engine, path, width=width, scheme=scheme) as (page, _):
        page.evaluate(AXE_FILE_PATH.read_text())
        found = page.evaluate(
            "rules => axe.run({runOnly: {type: 'tag', values: rules}})", list(RULES)
        )
    return [
        f"{v['id']} ({v['impact']}), {len(v['nodes'])} times, {v['nodes'][0]['html'][:120]}"
        for v in found["violations"]
    ]


def every_fault(engine: Browser, path: Path) -> list[str]:
    """Return all that a browser finds wrong with a page."""
    faults = requests_and_messages(engine, path) + keyboard(engine, path)
    for width in WIDTHS:
        faults += [f"{width} px: {fault}" for fault in overflow(engine, path, width=width)]
        for scheme in SCHEMES:
            found = accessibility(engine, path, width=width, scheme=scheme)
            faults += [f"{width} px, {scheme}: {fault}" for fault in found]
    return faults


def main(paths: list[str]) -> int:
    """Print every fault of every page; answer 1 if there is any."""
    with browser() as engine:
        faults = [f"{p}: {fault}" for p in paths for fault in every_fault(engine, Path(p))]
    sys.stdout.write("\n".join([*faults, f"{len(faults)} faults in {len(paths)} pages"]) + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
