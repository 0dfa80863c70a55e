"""What every kind of package comes to once it is read. Plain values: no database, no files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

# A text per language tag as the package gives it ("lv", "en-US"); "und" where it names none.
Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ActivityFacts:
    """A part that is launched on its own.

    `href` is a normalised path below the root of the package, proven to exist, encoded as it stands in a URL, with its
    query and fragment; of a cmi5 assignable unit it may be an absolute web address. `settings` by kind of package:

    - scorm12: `mastery_score` (0–100 or None), `max_time_allowed`, `time_limit_action`, `launch_data`,
      `prerequisites`, `prerequisites_above` (of the items around it), `is_visible`
    - scorm2004: `launch_data`, `scaled_passing_score` (−1–1 or None), `completion_threshold` (0–1 or None),
      `time_limit_action`, `max_time_allowed`, `objectives` (identifiers, the primary first), `is_visible`, `hides`
      (names of the navigation controls that this activity hides)
    - h5p: `library` (machine name and version of the main library)
    - cmi5: `launch_method`, `move_on`, `mastery_score` (0–1 or None), `launch_parameters`, `entitlement_key`,
      `activity_type`, `description`, `parents` (identifiers of its blocks, outermost first)
    """

    identifier: str
    title: Texts
    href: str
    is_tracked: bool = True
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """A package as its manifest describes it. `kind` is one of courses.models.Package.Kind.

    `settings` by kind:

    - scorm12: `menu` (nested items: identifier, title, children; hidden items are not in it)
    - scorm2004: `menu` likewise, `edition` ("2nd", "3rd", "4th"), `sequencing` (what scorm-again takes as `sequencing`,
      with `activityTree`), `hides` (names of the navigation controls that every activity hides)
    - h5p: `library`, `dependencies` (names and versions of all libraries it needs)
    - cmi5: `course` (id, title, description) and `blocks` (nested: id, title, description, children)
    """

    kind: str
    identifier: str
    title: Texts
    activities: tuple[ActivityFacts, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str | Promise, ...] = ()
