"""What the script of the H5P player needs beside the common facts; see static/player/h5p.js."""

from __future__ import annotations

from typing import Any

from django.templatetags.static import static
from django.utils.translation import gettext

from runtime import h5p
from runtime.player import Player, Stage

VENDOR = "player/vendor/h5p-standalone"


def facts(stage: Stage) -> dict[str, Any]:
    """`h5p`: content (its number in addresses), folder, object (id of statements), states (saved ones, by part and
    kind), save and results (addresses), storage_js, frame_js and frame_css, words (H5P's own, translated)."""
    activity = stage.activities[0]
    return {
        "h5p": {
            "content": activity.pk,
            "folder": f"/p/{stage.token}",
            "object": h5p.activity_id(stage.package),
            "states": h5p.saved_states(stage.saved.get(activity.pk)),
            "save": stage.address("h5p/:contentId/states/:dataType/:subContentId/"),
            "results": stage.address(f"h5p/{activity.pk}/results/"),
            "storage_js": static("player/storage.js"),
            "frame_js": static(f"{VENDOR}/frame.bundle.js"),
            "frame_css": static(f"{VENDOR}/styles/h5p.css"),
            "words": _words(),
        }
    }


def _words() -> dict[str, str]:
    """The words of H5P's own buttons and of its dialog about rights."""
    return {
        "copyrights": gettext("Rights of use"),
        "copyrightsDescription": gettext("View copyright information for this content."),
        "copyrightInformation": gettext("Rights of use"),
        "close": gettext("Close"),
        "title": gettext("Title"),
        "author": gettext("Author"),
        "year": gettext("Year"),
        "source": gettext("Source"),
        "license": gettext("Licence"),
        "fullscreen": gettext("Full screen"),
        "disableFullscreen": gettext("Leave full screen"),
    }


player = Player(scripts=(f"{VENDOR}/main.bundle.js", "player/h5p.js"), facts=facts)
