"""Row figures: strips without words, drawn by hand; the words stand beside them in the table."""

from collections.abc import Iterable
from math import inf
from xml.sax.saxutils import escape, quoteattr

from audit.report.pieces import BarStrip, PartStrip, RateBar, Strip

INK, MID, RULE, HAIR = "#1b1b19", "#8c8980", "#bdbab1", "#dedbd3"
WIDTH = 240
LEFT, RIGHT = -0.5, 3.25
"""The axis of the forest, in limits: 0 is no effect, 1 is the limit."""
_PART_LEFT = -0.25
"""Left edge of the axis of parts: the right one is 1."""
COLOURS = {
    "not-met": "#a83200",
    "inconclusive": "#00609a",
    "met": "#00694a",
    "not-exceeded": "#00694a",
    "alarm": "#7a5600",
    "waived": INK,
}


def svg(width: float, height: float, *, title: str, body: Iterable[str]) -> str:
    """Return an SVG document; its title comes first, for those who listen."""
    size = f'viewBox="0 0 {_n(width)} {_n(height)}" width="{_n(width)}" height="{_n(height)}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}><title>{escape(title)}</title>'
    return head + "".join(body) + "</svg>"


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".") or "0"


def _element(name: str, **attributes: float | str) -> str:
    pairs = (
        f" {key.replace('_', '-')}={quoteattr(v if isinstance(v, str) else _n(v))}"
        for key, v in attributes.items()
    )
    return f"<{name}{''.join(pairs)}/>"


def _line(points: tuple[float, float, float, float], colour: str, width: float) -> str:
    x0, y0, x1, y1 = points
    path = f"M{_n(x0)} {_n(y0)}L{_n(x1)} {_n(y1)}"
    return _element("path", d=path, stroke=colour, stroke_width=width)


def forest_strip(strip: Strip, *, height: float = 26) -> str:
    """Return one row of the forest: axis lines, interval, point."""
    body = [_axis(at, height) for at in (0, 2, 3, 1)]
    if strip.value is not None:
        colour = COLOURS.get(strip.shape, INK)
        if not strip.is_exact:
            body += _interval(strip, colour, height / 2)
        body.append(_point(strip, colour, height / 2))
    return svg(WIDTH, height, title=strip.alt, body=body)


def _axis(at: float, height: float) -> str:
    colour, width = {0: (RULE, 0.9), 1: (INK, 1.3)}.get(int(at), (HAIR, 0.9))
    x = _x(at)
    return _line((x, 0, x, height), colour, width)


def _x(at: float) -> float:
    return (min(max(at, LEFT), RIGHT) - LEFT) / (RIGHT - LEFT) * WIDTH


def _interval(strip: Strip, colour: str, y: float) -> list[str]:
    # An end that does not exist runs to the edge, without a cap and without an arrow.
    low = -inf if strip.low is None else strip.low
    high = inf if strip.high is None else strip.high
    body = [_line((_x(low), y, _x(high), y), colour, 2.2)]
    for end, known in ((low, strip.low is not None), (high, strip.high is not None)):
        if LEFT <= end <= RIGHT:
            body.append(_line((_x(end), y - 3.4, _x(end), y + 3.4), colour, 1.2))
        elif known:
            body.append(_arrow(end, colour, y))
    return body


def _arrow(end: float, colour: str, y: float) -> str:
    tip, back = (WIDTH - 0.5, WIDTH - 5.5) if end > RIGHT else (0.5, 5.5)
    path = f"M{_n(back)} {_n(y - 3.6)}L{_n(tip)} {_n(y)}L{_n(back)} {_n(y + 3.6)}Z"
    return _element("path", d=path, fill=colour)


def _point(strip: Strip, colour: str, y: float) -> str:
    assert strip.value is not None
    # A point beyond the edge stands just inside it, beside the arrow of its interval.
    x = min(max(_x(strip.value), 4.5), WIDTH - 9.5 if strip.value > RIGHT else WIDTH - 4.5)
    half = 5.12
    match strip.shape:
        case "not-met":
            return _element("rect", x=x - 3.7, y=y - 3.7, width=7.4, height=7.4, fill=colour)
        case "inconclusive":
            whole = f"M{_n(x)} {_n(y - half)}L{_n(x + half)} {_n(y)}L{_n(x)} {_n(y + half)}"
            left = f"L{_n(x - half)} {_n(y)}Z"
            half_path = f"M{_n(x)} {_n(y - half)}L{_n(x)} {_n(y + half)}{left}"
            outline = _element("path", d=whole + left, fill="#fff", stroke=colour, stroke_width=1.3)
            return outline + _element("path", d=half_path, fill=colour)
        case "not-exceeded":
            return _ring(x, y, colour, 1.3, stroke_dasharray="1.7 1.1")
        case "waived" | "alarm":
            path = f"M{_n(x - 3.6)} {_n(y - 3.6)}h7.2v7.2h-7.2zl7.2 7.2"
            return _element("path", d=path, fill="#fff", stroke=colour, stroke_width=1.2)
        case _:
            return _ring(x, y, colour, 1.5)


def _ring(x: float, y: float, colour: str, width: float, **more: str) -> str:
    return _element(
        "circle", cx=x, cy=y, r=3.6, fill="#fff", stroke=colour, stroke_width=width, **more
    )


def part_strip(strip: PartStrip) -> str:
    """Return one part of the people: no effect, everybody, interval, point; facts, so in ink."""
    height, middle = 20.0, 10.0
    body = [_line((_at(x), 0, _at(x), height), HAIR, 0.9) for x in (0.5, 1.0)]
    body.append(_line((_at(0.0), 0, _at(0.0), height), INK, 1.2))
    if strip.whole is not None:
        x = _at(strip.whole)
        body.append(
            _element(
                "path",
                d=f"M{_n(x)} 0V{_n(height)}",
                stroke=MID,
                stroke_width=1.1,
                stroke_dasharray="2.5 2.5",
            )
        )
    low = -inf if strip.low is None else strip.low
    high = inf if strip.high is None else strip.high
    body.append(_line((_at(low), middle, _at(high), middle), INK, 1.6))
    body += [
        _line((_at(end), middle - 3, _at(end), middle + 3), INK, 1.1)
        for end in (low, high)
        if _PART_LEFT <= end <= 1
    ]
    body.append(_element("circle", cx=_at(strip.value), cy=middle, r=3.3, fill=INK))
    return svg(WIDTH, height, title=strip.alt, body=body)


def _at(place: float) -> float:
    """Return where a position lies: no effect stands a fifth from the left."""
    return (min(max(place, _PART_LEFT), 1.0) - _PART_LEFT) / (1 - _PART_LEFT) * (WIDTH - 1) + 0.5


def bars_strip(strip: BarStrip) -> str:
    """Return three bars from 0 to 100 %: attack solid, control grey, baseline open."""
    height = 39 if strip.baseline else 29
    body = [_line((x, 0, x, height), HAIR, 0.9) for x in (WIDTH / 2, WIDTH - 0.4)]
    body += _bar(strip.attack, 6, fill=INK)
    body += _bar(strip.control, 15.4, fill=MID)
    if strip.baseline:
        body += _bar(strip.baseline, 24.8, fill="none")
    body.append(_line((0.6, 0, 0.6, height), INK, 1.2))
    return svg(WIDTH, height, title=strip.alt, body=body)


def _bar(rate: RateBar, top: float, *, fill: str) -> list[str]:
    x = rate.value / 100 * WIDTH
    low, high = rate.low / 100 * WIDTH, rate.high / 100 * WIDTH
    middle = top + 3.7
    if fill == "none":
        box = _element(
            "rect",
            x=0.4,
            y=top + 0.4,
            width=max(x - 0.4, 0),
            height=6.6,
            fill="#fff",
            stroke=MID,
            stroke_width=0.8,
        )
    else:
        box = _element("rect", x=0, y=top, width=x, height=7.4, fill=fill)
    if high - low < 0.2:
        return [box]
    inner = "#fff" if fill == INK else INK
    return [
        box,
        _line((low, middle, x, middle), inner, 1.1),
        _line((x, middle, high, middle), INK, 1.1),
        _line((high, middle - 2.3, high, middle + 2.3), INK, 1.1),
        _line((low, middle - 2.3, low, middle + 2.3), inner, 1.1),
    ]
