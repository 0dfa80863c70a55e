"""What somebody invited is told before anything else: what it is, how long it takes, by when and why."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from courses.selectors import outline
from learning.people.models import Invitation
from learning.requirements.models import Enrolment
from learning.requirements.paths import modules_on


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme to study, with sums that are true for its path."""

    title: str
    subtitle: str
    module_count: int
    shortest_minutes: int
    longest_minutes: int
    minutes: int
    due_on: date | None
    legal_basis: str

    @classmethod
    def of(cls, enrolment: Enrolment) -> "Programme":
        contents = outline(enrolment.version_id, get_language())
        sums = [
            sum(unit.minutes for unit in units if unit.required) for _, units in modules_on(enrolment.path, contents)
        ]
        return cls(
            title=contents.title,
            subtitle=contents.subtitle,
            module_count=len(sums),
            shortest_minutes=min(sums, default=0),
            longest_minutes=max(sums, default=0),
            minutes=sum(sums),
            due_on=enrolment.due_on,
            legal_basis=enrolment.requirement.legal_basis if enrolment.requirement else "",
        )


@dataclass(frozen=True, slots=True)
class Welcome:
    """The programmes somebody is invited to, and the post they are asked of."""

    programmes: tuple[Programme, ...]
    position: str

    def reasons(self) -> list[str]:
        """Why the most urgent programme is asked for; nothing when no rule asks for it."""
        if not self.programmes or not self.programmes[0].legal_basis:
            return []
        post = _("Required for your post: %(position)s.") % {"position": self.position} if self.position else ""
        return [f"{post} {self.programmes[0].legal_basis}".strip()]

    @classmethod
    def of(cls, invitation: Invitation) -> "Welcome":
        """The programmes of the person invited, the most urgent first, in the active language."""
        studies = Enrolment.objects.open().of(invitation.user).select_related("requirement").order_by("due_on", "pk")
        post = (
            invitation.user.memberships.filter(institution=invitation.institution)
            .select_related("position")
            .order_by("-starts_on")
            .first()
        )
        return cls(tuple(map(Programme.of, studies)), post.position.name if post else "")
