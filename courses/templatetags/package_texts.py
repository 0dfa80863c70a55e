"""Texts of packages in templates."""

from django import template

from courses.packages.manifest import Texts
from courses.packages.texts import in_language

register = template.Library()


@register.filter
def of_package(texts: Texts) -> str:
    """A text that a package gives per language tag, in the reader's language or the nearest there is."""
    return in_language(texts)
