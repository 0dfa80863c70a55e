"""Small parts of pages as tags. They run many times on a lesson page, so each builds one string.

Larger parts are templates in `templates/components/`; docs/components.md shows all of them.
"""

from collections.abc import Collection
from functools import lru_cache

from django import template
from django.core.paginator import Page
from django.forms import BoundField
from django.forms.boundfield import BoundWidget
from django.http import HttpRequest
from django.template.context import Context, RequestContext
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from cms import frame, menu

register = template.Library()

# Kind of state -> colour of the design system, icon. The words come from the glossary, from whoever shows the state.
STATES = {
    "valid": ("success", "check"),
    "done": ("success", "check"),
    "soon": ("warning", "clock"),
    "progress": ("info", "half"),
    "none": ("neutral", "ring"),
    "expired": ("heather", "refresh"),
    "superseded": ("heather", "refresh"),
    "exempt": ("neutral", "dash"),
    "revoked": ("neutral", "x"),
    "required": ("accent", "pin"),
    "error": ("danger", "bang"),
}
ICON = '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#i-{}"/></svg>'


@register.simple_tag
@lru_cache(maxsize=128)
def icon(name: str) -> SafeString:
    """A picture of `static/kopa/icons.svg`, hidden from screen readers: words stand beside it."""
    return format_html(ICON, static("kopa/icons.svg"), name)


@register.simple_tag
def state(kind: str, text: str) -> SafeString:
    """A status as icon, word and colour. `kind` is a key of `STATES`."""
    colour, picture = STATES[kind]
    return format_html('<span class="state" data-color="{}">{}{}</span>', colour, icon(picture), text)


@register.simple_tag
def meter(done: float, total: float, label: str) -> SafeString:
    """A bar filled by `done` of `total`; `label` says the same in words."""
    percent = round(min(done / total, 1) * 100, 1) if total else 0
    bar = format_html('<rect class="done" width="{}%" height="10" rx="5"/>', str(percent)) if percent else ""
    return format_html(
        '<svg class="meter" role="img" aria-label="{}"><rect class="track" width="100%" height="10" rx="5"/>{}</svg>',
        label,
        bar,
    )


@register.simple_tag
def strands(done: int | Collection[int], total: int, label: str, now: int | None = None) -> SafeString:
    """One strand per step: the first `done` of `total` (or those at the indexes `done`) are filled, the one at index
    `now` is marked."""
    filled = range(done) if isinstance(done, int) else done
    kinds = ["now" if step == now else "done" if step in filled else "track" for step in range(total)]
    bars = format_html_join(
        "",
        '<rect class="{}" x="{}%" width="{}%" height="10" rx="5"/>',
        ((kind, f"{step * 100 / total:.2f}", f"{100 / total - 1.5:.2f}") for step, kind in enumerate(kinds)),
    )
    return format_html('<svg class="meter" role="img" aria-label="{}">{}</svg>', label, bars)


@register.simple_block_tag
def note(content: str, colour: str, icon_name: str, title: str = "", level: int = 2, role: str = "") -> SafeString:
    """A note with a title: `{% note "info" "clock" title %}<p>…</p>{% endnote %}`. `role` is status or alert."""
    return format_html(
        '<div class="note" data-color="{}"{}>{}{}{}</div>',
        colour,
        format_html(' role="{}"', role) if role else "",
        icon(icon_name),
        format_html("<h{0}>{1}</h{0}>", level, title) if title else "",
        mark_safe(content),  # noqa: S308 - the template's own rendered block
    )


@register.simple_tag
def crumbs(*pairs: str) -> tuple[tuple[str, str], ...]:
    """`{% crumbs title url title url as trail %}` for components/crumbs.html; the last one is this page."""
    return tuple(zip(pairs[::2], pairs[1::2], strict=True))


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """The input of a form field in our look; Django itself adds `aria-invalid` and `aria-describedby`."""
    extra = {"class": f"ds-input {field.field.widget.attrs.get('class', '')}".strip()}
    return field.as_widget(attrs=extra)


@register.simple_tag
def option_control(option: BoundWidget) -> SafeString:
    """One radio button or checkbox of a group."""
    option.data["attrs"]["class"] = "ds-input"
    return option.tag()


@register.simple_tag
def page_numbers(page: Page) -> list[int | str]:
    """The numbers a pager shows, with an ellipsis where some are left out."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


@register.simple_tag(name="frame", takes_context=True)
def frame_parts(context: Context) -> frame.Frame:
    """The parts of the frame that are the same for everyone: `{% frame as frame %}`."""
    user = context.get("user")
    return frame.parts(signed_in=user is not None and user.is_authenticated)


@register.simple_tag(takes_context=True)
def frame_navigation(context: RequestContext) -> SafeString | str:
    request = context["request"]
    links = menu.links_of(request)
    return frame.navigation(links, menu.current(links, request.path)) if links else ""


@register.simple_tag(takes_context=True)
def this_page(context: RequestContext) -> str:
    """Where to come back to after changing the language: this address, or the form's page when it was posted."""
    request: HttpRequest = context["request"]
    return request.get_full_path() if request.method in {"GET", "HEAD"} else request.headers.get("Referer", "/")
