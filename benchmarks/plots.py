"""Plots as SVG, written by hand: a bar for each row, or a line for each series. No library draws them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from math import log10

WIDTH = 720
_COLOURS = ("#1b6ca8", "#c8553d", "#3a7d44", "#8d6a9f", "#b08900", "#555555")
_DASHES = ("", "7 3", "2 3")
"""After the colours, the same again with other dashes."""
_STYLE = (
    "<style>text{font:13px system-ui,sans-serif;fill:#24292f}.s{font-size:11px;fill:#57606a}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.s{fill:#9198a1}}</style>"
)


def bars(title: str, values: Mapping[str, float], unit: str, *, ours: str = "dedup") -> str:
    """Return horizontal bars on a logarithmic scale, the row `ours` in its own colour; values above 0.

    >>> bars("Speed", {"dedup": 50.0, "other": 5.0}, "MB/s").count("<rect")
    2
    """
    shown = {name: value for name, value in values.items() if value > 0}
    if not shown:
        return _svg(title, [], 40)
    low, high = _decades(shown.values())
    label, bar, row = 150, WIDTH - 260, 26
    parts = []
    for at, (name, value) in enumerate(shown.items()):
        y = 40 + at * row
        length = bar * max(0.02, (log10(value) - low) / (high - low))
        colour = _COLOURS[0] if name == ours else "#9aa5b1"
        parts += [
            f'<text x="{label - 8}" y="{y + 14}" text-anchor="end">{escape(name)}</text>',
            f'<rect x="{label}" y="{y}" width="{length:.1f}" height="18" fill="{colour}"/>',
            f'<text x="{label + length + 6:.1f}" y="{y + 14}">{_short(value)} {escape(unit)}</text>',
        ]
    foot = 40 + len(shown) * row + 12
    parts.append(f'<text class="s" x="{label}" y="{foot}">logarithmic scale</text>')
    return _svg(title, parts, foot + 12)


def lines(title: str, series: Mapping[str, Sequence[tuple[float, float]]], x: str, y: str) -> str:
    """Return a line for each series of points, both axes logarithmic; coordinates above 0.

    >>> lines("Growth", {"a": [(1, 1), (10, 5)]}, "n", "ms").count("<polyline")
    1
    """
    points = [(a, b) for row in series.values() for a, b in row if a > 0 and b > 0]
    if not points:
        return _svg(title, [], 40)
    (left, right), (low, high) = (_decades(values) for values in zip(*points, strict=True))
    x0, y0, wide, tall = 70, 40, WIDTH - 250, max(260, 22 * len(series))

    def place(a: float, b: float) -> str:
        across = x0 + wide * (log10(a) - left) / (right - left)
        return f"{across:.1f},{y0 + tall - tall * (log10(b) - low) / (high - low):.1f}"

    parts = []
    for decade in range(low, high + 1):
        here = y0 + tall - tall * (decade - low) / (high - low)
        parts.append(f'<path d="M{x0} {here:.1f}h{wide}" stroke="#8884"/>')
        parts.append(
            f'<text class="s" x="{x0 - 8}" y="{here + 4:.1f}" text-anchor="end">{_short(10**decade)}</text>'
        )
    for decade in range(left, right + 1):
        here = x0 + wide * (decade - left) / (right - left)
        parts.append(
            f'<text class="s" x="{here:.1f}" y="{y0 + tall + 18}" text-anchor="middle">{_short(10**decade)}</text>'
        )
    for at, (name, row) in enumerate(series.items()):
        colour = _COLOURS[at % len(_COLOURS)]
        drawn = [place(a, b) for a, b in row if a > 0 and b > 0]
        dashes = _DASHES[at // len(_COLOURS) % len(_DASHES)]
        parts.append(
            f'<polyline points="{" ".join(drawn)}" fill="none" stroke="{colour}" stroke-width="2" '
            f'stroke-dasharray="{dashes}"/>'
        )
        parts += [
            f'<circle cx="{p.split(",")[0]}" cy="{p.split(",")[1]}" r="3" fill="{colour}"/>' for p in drawn
        ]
        parts.append(
            f'<path d="M{x0 + wide + 12} {y0 + at * 22 + 6}h18" stroke="{colour}" stroke-width="3" '
            f'stroke-dasharray="{dashes}"/>'
        )
        parts.append(f'<text x="{x0 + wide + 34}" y="{y0 + at * 22 + 11}">{escape(name)}</text>')
    foot = y0 + tall + 38
    parts.append(
        f'<text class="s" x="{x0 + wide / 2}" y="{foot}" text-anchor="middle">{escape(x)}; {escape(y)}</text>'
    )
    return _svg(title, parts, foot + 12)


def _decades(values: Iterable[float]) -> tuple[int, int]:
    logs = [log10(value) for value in values]
    low, high = int(min(logs) // 1), int(-(-max(logs) // 1))
    return low, max(high, low + 1)


def _short(value: float) -> str:
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:.3g} {letter}"
    return f"{value:.3g}"


def _svg(title: str, parts: Sequence[str], height: float) -> str:
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height:.0f}" '
        f'viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(title, quote=True)}">\n'
        f'{_STYLE}\n<text x="10" y="22" font-weight="600">{escape(title)}</text>\n{body}\n</svg>\n'
    )
