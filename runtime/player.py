"""What the player's page is told about a launch. Each kind of package adds its own facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils.translation import gettext

from courses.models import Activity, Package
from runtime.models import ActivityState, Launch, Progress


@dataclass(frozen=True)
class Stage:
    """A package as the player's page shows it: with the token of its addresses, in one language.

    `launch` is a learner's window; None: an editor tries the package, and nothing is kept.
    """

    package: Package
    token: str
    language: str
    launch: Launch | None

    @property
    def is_trial(self) -> bool:
        return self.launch is None

    @cached_property
    def activities(self) -> list[Activity]:
        return list(self.package.activities.all())

    @cached_property
    def saved(self) -> dict[int, ActivityState]:
        """By activity; empty on trial."""
        states = self.launch.registration.states.all() if self.launch else ()
        return {state.activity_id: state for state in states}

    @property
    def states(self) -> dict[int, str]:
        """By activity, in the words of the menu; what was not begun is not in it."""
        return {activity: state_of(state) for activity, state in self.saved.items()}

    @property
    def learner(self) -> str:
        """A learner is a number to a package; it needs no name."""
        return str(self.launch.registration.enrolment.user.number) if self.launch else "trial"

    def file(self, href: str) -> str:
        """The address of a file of the package; `href` is a path below its root with its query, or a web address."""
        return href if href.startswith(("https://", "http://")) else file_address(self.token, href)

    def address(self, tail: str) -> str:
        """An address where the player saves or asks: `commit/`, `h5p/state/` …"""
        return f"/rt/{self.token}/{tail}"

    def text(self, texts: Mapping[str, str]) -> str:
        """The text in the learner's language, else without a language, else any."""
        return in_language(texts, self.language)


@dataclass(frozen=True)
class Player:
    """How a kind of package is played. `scripts` are static files, loaded in order after player/player.js.

    `facts` gives what its script needs beside the common facts, and may replace some of those.
    """

    scripts: tuple[str, ...]
    facts: Callable[[Stage], dict[str, Any]]
    styles: tuple[str, ...] = ()


# A kind without a player of its own shows its files, and tracks nothing.
PLAIN = Player(scripts=(), facts=lambda stage: {})
# Kind of package -> its player. Modules of this app add theirs when the app starts.
players: dict[str, Player] = {}


def file_address(token: str, href: str) -> str:
    """Where the content origin serves a file of the package of a token; `href` as its manifest was read, so encoded."""
    return f"/p/{token}/{href}"


def launch_facts(stage: Stage) -> dict[str, Any]:
    """The JSON of the player's page.

    kind, title, language · activities: identifier, title, href (an address), is_tracked, settings, state ("" when not
    begun, else "begun", "completed", "passed", "failed") · menu: nested identifier, title, children · platform: its
    origin · commit: address for saves · is_trial · texts: the player's own words · and what the kind adds.
    """
    package = stage.package
    facts = {
        "kind": package.kind,
        "title": stage.text(package.title),
        "language": stage.language,
        "activities": [_activity(stage, activity) for activity in stage.activities],
        "menu": [_item(stage, item) for item in package.settings.get("menu", [])],
        "platform": settings.SITE_URL,
        "commit": stage.address("commit/"),
        "is_trial": stage.is_trial,
        "texts": _texts(),
    }
    return facts | player_of(package.kind).facts(stage)


def player_of(kind: str) -> Player:
    return players.get(kind, PLAIN)


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text for a language or a region of it, else one without a language, else any; "" when there is none."""
    exact = (text for tag, text in texts.items() if tag.lower().partition("-")[0] == language)
    return next(exact, "") or texts.get("und", "") or next(iter(texts.values()), "")


def _activity(stage: Stage, activity: Activity) -> dict[str, Any]:
    return {
        "identifier": activity.identifier,
        "title": stage.text(activity.title),
        "href": stage.file(activity.href),
        "is_tracked": activity.is_tracked,
        "settings": activity.settings,
        "state": stage.states.get(activity.pk, ""),
    }


def state_of(state: ActivityState) -> str:
    """In the words of the menu; "" when it was not begun."""
    return result_of(state) or ("begun" if state.saved_at else "")


def result_of(reached: Progress) -> str:
    """Of an activity or a whole registration: passed, completed or failed; "" while there is none."""
    if reached.passed_at:
        return "passed"
    if reached.completed_at:
        return "completed"
    return "failed" if reached.failed_at else ""


def _item(stage: Stage, item: Mapping[str, Any]) -> dict[str, Any]:
    title = item.get("title", {})
    return {
        "identifier": item["identifier"],
        "title": title if isinstance(title, str) else stage.text(title),
        "children": [_item(stage, child) for child in item.get("children", [])],
    }


def _texts() -> dict[str, str]:
    return {
        "parts": gettext("Parts of this training"),
        "done_of": gettext("{done} of {total} done"),
        "begun": gettext("In progress"),
        "completed": gettext("Completed"),
        "passed": gettext("Passed"),
        "failed": gettext("Not passed yet"),
        "choose": gettext("Choose a part to begin with."),
        "opened_elsewhere": gettext(
            "You opened this training in another window. Go on there, or open it again here from the page of the "
            "programme."
        ),
        "not_saved": gettext("The last step could not be saved yet. Keep this window open; we try again."),
        "saved_again": gettext("Everything is saved again."),
        "ended": gettext("This window was open for too long. Open the training again from the page of the programme."),
        "trial_over": gettext("The training has ended here. Load the page anew to try it from the beginning."),
        "close_part": gettext("You have finished this part. Choose another, or leave the training."),
    }
