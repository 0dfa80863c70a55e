"""Bars, columns and links of coverage pages. Charts are plain SVG in percent, so no script or style is needed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from urllib.parse import urlencode

from django import template
from django.template.context import RequestContext
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from learning.coverage import wording
from learning.coverage.figures import Figures, bar
from learning.coverage.sources import Month, OfPosition

register = template.Library()
register.filter("percent", wording.percent)
register.filter("asks", wording.asks)
register.filter("terms", wording.terms)
register.filter("why_not", wording.why_not)
register.filter("day_text", wording.day_text)
register.filter("reason", wording.reason_of)

PATTERNS = {"soon": "hatch", "progress": "dots", "over": "hatch"}
COLUMN_UNIT = 9
TALLEST = 72


def _piece(kind: str, x: str, width: str, height: int) -> SafeString:
    plain = format_html('<rect class="fill-{}" x="{}%" width="{}%" height="{}" rx="3"/>', kind, x, width, height)
    if kind not in PATTERNS:
        return plain
    over = '<rect fill="url(#{})" x="{}%" width="{}%" height="{}" rx="3" opacity=".55"/>'
    return plain + format_html(over, PATTERNS[kind], x, width, height)


@register.simple_tag
def coverage_bar(figures: Figures, height: int = 26) -> SafeString:
    """Those required side by side, with the same in words. Needs components/patterns.html on the page."""
    label = _(
        "Valid: %(valid)d, of them expiring soon: %(soon)d; in progress: %(progress)d; not started: %(none)d; "
        "expired: %(over)d"
    ) % {
        "valid": figures.valid,
        "soon": figures.expiring_60,
        "progress": figures.in_progress,
        "none": figures.not_started,
        "over": figures.expired,
    }
    pieces = ((_piece(piece.kind, piece.x, piece.width, height),) for piece in bar(figures))
    return format_html(
        '<svg class="chart" height="{}" role="img" aria-label="{}">{}</svg>',
        height,
        label,
        format_html_join("", "{}", pieces),
    )


@register.simple_tag
def legend_piece(kind: str) -> SafeString:
    """A swatch of the bar."""
    plain = format_html('<rect class="fill-{}" width="24" height="16" rx="3"/>', kind)
    over = '<rect fill="url(#{})" width="24" height="16" rx="3" opacity=".55"/>'
    pattern = format_html(over, PATTERNS[kind]) if kind in PATTERNS else ""
    return format_html('<svg aria-hidden="true">{}{}</svg>', plain, pattern)


@register.simple_tag
def columns(counts: Sequence[int], tallest: int, label: str) -> SafeString:
    """Counts as columns with their numbers above; `tallest` is the largest count of all charts side by side."""
    step = 100 / len(counts)
    unit = min(COLUMN_UNIT, TALLEST / max(tallest, 1))
    drawn = format_html_join(
        "",
        '<rect class="fill-soon" x="{}%" width="{}%" y="{}" height="{}" rx="4"/>'
        '<text x="{}%" y="{}" text-anchor="middle" font-size="14">{}</text>',
        (
            (
                f"{step * index + 1:.2f}",
                f"{step * 0.9:.2f}",
                f"{93 - unit * count:.1f}",
                f"{unit * count:.1f}",
                f"{step * (index + 0.5):.2f}",
                f"{87 - unit * count:.1f}",
                str(count),
            )
            for index, count in enumerate(counts)
        ),
    )
    return format_html(
        '<svg class="chart" height="96" role="img" aria-label="{}">{}'
        '<line class="axis" x1="0" x2="100%" y1="93" y2="93"/></svg>',
        label,
        drawn,
    )


@register.simple_tag
def month_columns(months: Sequence[tuple[date, int]], label: str) -> SafeString:
    """Counts by month as columns, with the month below and the year where it begins."""
    step, tallest = 100 / len(months), max(count for _, count in months)
    unit = min(COLUMN_UNIT, 120 / max(tallest, 1))
    drawn = format_html_join(
        "",
        '<rect class="fill-soon" x="{}%" width="{}%" y="{}" height="{}" rx="4"/>'
        '<text x="{}%" y="{}" text-anchor="middle" font-size="14">{}</text>'
        '<text class="axis-text" x="{}%" y="170" text-anchor="middle" font-size="13">{}</text>',
        (
            (
                f"{step * index + step * 0.1:.2f}",
                f"{step * 0.8:.2f}",
                f"{150 - unit * count:.1f}",
                f"{unit * count:.1f}",
                f"{step * (index + 0.5):.2f}",
                f"{144 - unit * count:.1f}",
                str(count),
                f"{step * (index + 0.5):.2f}",
                f"{day.month}.",
            )
            for index, (day, count) in enumerate(months)
        ),
    )
    days = [day for day, _ in months]
    return format_html(
        '<svg class="chart" height="196" role="img" aria-label="{}">'
        '<line class="axis" x1="0" x2="100%" y1="150" y2="150"/>{}{}</svg>',
        label,
        drawn,
        _years(days, [step * (index + 0.5) for index in range(len(days))], 190),
    )


@register.simple_tag
def trend_line(months: Sequence[Month], label: str) -> SafeString:
    """Coverage by month as a line from 0 to 100 percent; months in which nobody was required are left out."""
    left, right, top, bottom = 9.0, 97.0, 26.0, 210.0
    step = (right - left) / max(len(months) - 1, 1)
    xs = [left + 2 + (step * index) * 0.97 for index in range(len(months))]

    def y(percent: int) -> float:
        return bottom - percent * (bottom - top) / 100

    axis = format_html_join(
        "",
        '<line class="axis" x1="{}%" x2="100%" y1="{}" y2="{}"/>'
        '<text class="axis-text" x="7.5%" y="{}" text-anchor="end" font-size="13">{}</text>',
        (
            (f"{left:.0f}", f"{y(mark):.1f}", f"{y(mark):.1f}", f"{y(mark) + 5:.1f}", mark)
            for mark in (0, 25, 50, 75, 100)
        ),
    )
    points = [(x, month.percent) for x, month in zip(xs, months, strict=True) if month.percent is not None]
    lines = format_html_join(
        "",
        '<line class="line-real" x1="{}%" y1="{}" x2="{}%" y2="{}"/>',
        (
            (f"{x:.2f}", f"{y(percent):.1f}", f"{then_x:.2f}", f"{y(then):.1f}")
            for (x, percent), (then_x, then) in pairwise(points)
        ),
    )
    dots = format_html_join(
        "", '<circle class="fill-valid" cx="{}%" cy="{}" r="5"/>', ((f"{x:.2f}", f"{y(p):.1f}") for x, p in points)
    )
    ends = {(points[0], points[:2][-1]), (points[-1], points[-2:][0])}
    named = format_html_join(
        "",
        '<text x="{}%" y="{}" text-anchor="middle" font-size="15" font-weight="700">{}</text>',
        (
            # On the side of the point where the line is not.
            (f"{x:.2f}", f"{y(percent) + (22 if beside > percent else -12):.1f}", wording.percent(percent))
            for (x, percent), (_x, beside) in sorted(ends)
        ),
    )
    below = format_html_join(
        "",
        '<text class="axis-text" x="{}%" y="230" text-anchor="middle" font-size="13">{}.</text>',
        ((f"{x:.2f}", month.last_day.month) for x, month in zip(xs, months, strict=True)),
    )
    return format_html(
        '<svg class="chart" height="260" role="img" aria-label="{}">{}{}{}{}{}{}</svg>',
        label,
        axis,
        lines,
        dots,
        named,
        below,
        _years([month.last_day for month in months], xs, 252),
    )


def _years(days: Sequence[date], xs: Sequence[float], y: int) -> SafeString:
    """The year under its first month shown."""
    firsts = {day.year: x for day, x in reversed(list(zip(days, xs, strict=True)))}
    return format_html_join(
        "",
        '<text x="{}%" y="{}" text-anchor="middle" font-size="14">{}</text>',
        ((f"{x:.2f}", y, str(year)) for year, x in sorted(firsts.items())),
    )


@register.simple_tag(takes_context=True)
def kept(context: RequestContext, **changes: object) -> SafeString:
    """The query of this page's choices (`kept` of the context) with these changes; an empty one removes."""
    chosen = {**context.get("kept", {}), **changes}
    query = urlencode({name: value for name, value in chosen.items() if value not in ("", None)})
    return format_html("?{}", query) if query else SafeString("")


@register.inclusion_tag("institutions/sort_header.html", takes_context=True)
def sort_header(context: RequestContext, order: str, title: str) -> dict[str, object]:
    """A column header that sorts by `order`, and backwards when asked again. Needs `choice` and `kept`."""
    now = context["choice"].sort
    direction = {order: "ascending", f"-{order}": "descending"}.get(now, "")
    return {
        "title": title,
        "direction": direction,
        "href": kept(context, sort=f"-{order}" if now == order else order),
    }


@register.simple_tag
def basis(position: OfPosition) -> str:
    """The point of the law for this position, else the legal basis of what is asked of it."""
    return wording.law_point(position.law_point) or "; ".join(
        dict.fromkeys(clause.legal_basis for clause in position.clauses)
    )
