"""Days and months, without a clock."""

from calendar import monthrange
from datetime import date


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later; the 31st of a month that has none is its last.

    Beyond the calendar it is the last day that there is.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def day_of(text: str) -> date | None:
    """Return the day that a text states; None where it states none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
