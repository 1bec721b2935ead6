"""A person with a browser: what they open must fit the screen and leave the browser's console silent."""

from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import Error, expect, sync_playwright

from tests.browsing import QUIET
from tests.people import PASSWORD

DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
ATTEMPTS = 5
DRAWN_AGAIN = 50
PATIENCE = 60_000  # ms: a run waits for its worker, and the machine may be busy

# Elements that stick out on the right and whose surroundings do not scroll by themselves.
STICKING_OUT = """() => {
  const edge = document.documentElement.clientWidth + 1;
  const scrolls = (element) => element !== document.body && getComputedStyle(element).overflowX !== "visible";
  const enclosed = (element) => { for (let at = element.parentElement; at; at = at.parentElement) if (scrolls(at)) return true; };
  const found = document.documentElement.scrollWidth >= edge ? ["the page"] : [];
  for (const element of document.querySelectorAll("body *")) {
    const box = element.getBoundingClientRect();
    const seen = box.width && box.right > 0 && getComputedStyle(element).visibility === "visible";
    if (seen && box.right > edge && !enclosed(element)) found.push(element.outerHTML.slice(0, 120));
  }
  return found;
}"""


class Walker:
    """One tab. ``complaints`` gathers what a person would not see but must not happen."""

    def __init__(self, page):
        self.page = page
        self.visited = []
        self.complaints = []
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("console", self._console)
        page.on("response", self._response)
        page.on("dialog", lambda dialog: dialog.accept())

    def _console(self, line):
        if line.type in {"error", "warning"}:
            self.complaints.append(f"console on {self.page.url}: {line.text}")

    def _response(self, response):
        if response.status >= 400:
            self.complaints.append(f"{response.status} {response.request.method} {response.url}")

    def look(self, *texts):
        """The page shows the texts, is in Chinese or English as chosen, and fits the screen."""
        for text in texts:
            expect(self.page.locator("#content")).to_contain_text(text, timeout=PATIENCE)
        self.visited.append(urlsplit(self.page.url).path)
        found = self._sticking_out()
        for _ in range(DRAWN_AGAIN):
            if not found:
                break
            # A picture is drawn anew a moment after the screen has changed its size.
            self.page.wait_for_timeout(100)
            found = self._sticking_out()
        assert found == [], self.page.url

    def _sticking_out(self):
        """What does not fit; a page that is just giving way to the next one (a task has ended) is asked again."""
        for attempt in range(ATTEMPTS):
            self.page.wait_for_load_state()
            try:
                return self.page.evaluate(STICKING_OUT)
            except Error:
                if attempt == ATTEMPTS - 1:
                    raise
        raise AssertionError

    def go(self, path, *texts):
        self.page.goto(path)
        self.look(*texts)

    def click(self, selector, *texts):
        """Press what a person would press, and see what comes of it."""
        self.page.click(selector)
        self.look(*texts)

    def sign_in(self, user):
        self.go("/account/sign-in/")
        self.page.fill("[name=username]", user.username)
        self.page.fill("[name=password]", PASSWORD)
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_url("**/")
        self.look()


class Street:
    """A browser with a window for each person who walks."""

    def __init__(self, browser, address):
        self.browser = browser
        self.address = address
        self.walkers = []

    def walker(self, screen, *, language="zh-CN"):
        """Somebody with a fresh window of that size, not signed in yet."""
        context = self.browser.new_context(base_url=self.address, locale=language, **screen)
        self.walkers.append(Walker(context.new_page()))
        return self.walkers[-1]

    def signed_in(self, user, screen):
        walker = self.walker(screen)
        walker.sign_in(user)
        return walker


@contextmanager
def walking(program, address):
    """A browser in front of the site; when it closes nothing may have gone wrong behind the pages."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET.split())
        try:
            street = Street(browser, address)
            yield street
        finally:
            browser.close()
    assert [complaint for walker in street.walkers for complaint in walker.complaints] == []
