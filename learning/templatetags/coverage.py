"""Bars, columns and links of coverage pages. Charts are plain SVG in percent, so no script or style is needed."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django import template
from django.template.context import RequestContext
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from learning.coverage import wording
from learning.coverage.figures import Figures, bar
from learning.coverage.reports import OfPosition

register = template.Library()
register.filter("percent", wording.percent)
register.filter("asks", wording.asks)
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
