"""Google's palettes. Source: captures of colors.get, unchanged since 2012."""

_CALENDAR = (
    "#ac725e #d06b64 #f83a22 #fa573c #ff7537 #ffad46 #42d692 #16a765 #7bd148 #b3dc6c #fbe983 #fad165 "
    "#92e1c0 #9fe1e7 #9fc6e7 #4986e7 #9a9cff #b99aff #c2c2c2 #cabdbf #cca6ac #f691b2 #cd74e6 #a47ae2"
)
_EVENT = "#a4bdfc #7ae7bf #dbadff #ff887c #fbd75b #ffb878 #46d6db #e1e1e1 #5484ed #51b749 #dc2127"
CALENDAR_COLOURS = {str(number): colour for number, colour in enumerate(_CALENDAR.split(), 1)}
EVENT_COLOURS = {str(number): colour for number, colour in enumerate(_EVENT.split(), 1)}


def nearest(colour: str) -> str:
    """The id of the calendar colour that is closest to `#rrggbb`."""
    wanted = _channels(colour)

    def distance(number: str) -> int:
        return sum((a - b) ** 2 for a, b in zip(wanted, _channels(CALENDAR_COLOURS[number]), strict=True))

    return min(CALENDAR_COLOURS, key=distance)


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
