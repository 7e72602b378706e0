"""The calendar page as a person with a mouse uses it."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """One user's calendar, opened in the browser."""

    page: Page
    address: str

    def open(self, email: str, date: str) -> None:
        self.page.goto(f"{self.address}/ui/calendar/{email}?date={date}")
        self.wait()

    def wait(self) -> None:
        expect(self.page.locator("#grid")).to_have_attribute("data-ready", "true")

    def event(self, title: str) -> Locator:
        """The event in the grid, not the one in the list."""
        return self.page.locator("#grid").get_by_role("button", name=title)

    def column(self, date: str) -> Locator:
        return self.page.locator(f'#grid [data-date="{date}"]')

    def point(self, date: str, time: str) -> tuple[float, float]:
        """Where on the screen a time of a day is, from the hooks that the page promises."""
        box = self.column(date).bounding_box()
        assert box is not None
        hour_height = float(self.page.locator("#grid").get_attribute("data-hour-height") or "0")
        hours, minutes = (int(part) for part in time.split(":"))
        return box["x"] + box["width"] / 2, box["y"] + (hours + minutes / 60) * hour_height

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        mouse.move(start[0] + 3, start[1] + 8)
        mouse.move(*end, steps=6)
        mouse.up()

    def move(self, title: str, from_: tuple[str, str], to: tuple[str, str]) -> None:
        """Takes the event a little below its upper edge at `from_` (date, time) and drops that edge at `to`."""
        start, end = self.point(*from_), self.point(*to)
        expect(self.event(title).first).to_be_visible()
        self.drag((start[0], start[1] + 6), (end[0], end[1] + 6))

    def stretch(self, title: str, date: str, time: str) -> None:
        """Drags the lower edge of the event to the time."""
        box = self.event(title).bounding_box()
        assert box is not None
        self.drag((box["x"] + box["width"] / 2, box["y"] + box["height"] - 3), self.point(date, time))

    def choose(self, scope: str) -> None:
        self.page.get_by_role("button", name=scope, exact=True).click()
