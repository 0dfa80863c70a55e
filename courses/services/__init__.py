"""Every change of programmes that touches more than one row."""

from .loading import LoadReport, load_programme
from .publishing import Publication, publish_version

__all__ = ["LoadReport", "Publication", "load_programme", "publish_version"]
