"""Learning together: planned group sessions, who has a seat, and what was done there."""

from __future__ import annotations

import secrets
import uuid
from datetime import date, datetime, timedelta

from django.core.validators import URLValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import Course, CourseVersion, Unit
from learning.people.models import Institution, Membership, Scope, User
from learning.requirements.models import Enrolment

# Who plans and runs sessions of an institution and of everything below it.
RUN_SESSIONS = (Scope.Role.FACILITATOR, Scope.Role.HR)
# Letters and digits that nobody mistakes for one another when reading from a screen.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8  # 39 bits, good for a few hours and for people who may attend only.
# Signing in by code: from half an hour before the beginning to half an hour after the end.
DOORS = timedelta(minutes=30)
# How long after the end attendance and units may still be put down.
WRITE_UP = timedelta(days=7)
MOST_SEATS = 500


def new_code() -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


class GroupSessionQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> GroupSessionQuerySet:
        """Sessions at or below an institution where this person is a facilitator or an HR officer."""
        return self.filter(institution__in=Institution.objects.visible_to(user, *RUN_SESSIONS))

    def for_staff_like(self, user: User, *, at: datetime) -> GroupSessionQuerySet:
        """Sessions of the institutions this person works at that day, and of those above them."""
        posts = Membership.objects.employed(on=timezone.localdate(at)).filter(
            user=user, institution__path__startswith=OuterRef("institution__path")
        )
        return self.filter(Exists(posts))

    def planned(self) -> GroupSessionQuerySet:
        return self.filter(state=GroupSession.State.PLANNED)

    def ahead(self, *, at: datetime) -> GroupSessionQuerySet:
        """Not over yet."""
        return self.filter(ends_at__gt=at)


class GroupSession(models.Model):
    """A session that people attend together, in a room or behind an online link.

    `taken` counts the seats that are booked or attended. Whatever changes a seat claims the row of its session first,
    so `taken` is never above `capacity` and nobody waits while a seat is free.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        HELD = "held", _("Held")
        CANCELLED = "cancelled", _("Cancelled")

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(
        CourseVersion, on_delete=models.PROTECT, related_name="+", help_text="The newest one when it was planned"
    )
    units = models.ManyToManyField(Unit, related_name="+", blank=True)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=200, blank=True, help_text="Room and address; empty: online")
    online_link = models.URLField(max_length=500, blank=True, validators=[URLValidator(schemes=["https"])])
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    sign_up_until = models.DateTimeField()
    capacity = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0, editable=False)
    takes_walk_ins = models.BooleanField(default=True)
    facilitators = models.ManyToManyField(User, related_name="+", blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    cancel_reason = models.CharField(max_length=300, blank=True)
    code = models.CharField(max_length=CODE_LENGTH, unique=True, default=new_code)
    edition = models.PositiveSmallIntegerField(default=0, help_text="Grows with every change that people are told of")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = GroupSessionQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        verbose_name = _("group session")
        verbose_name_plural = _("group sessions")
        constraints = [
            models.CheckConstraint(condition=Q(taken__lte=F("capacity")), name="learning_session_not_overbooked"),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="learning_session_has_seats"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="learning_session_ends_later"),
            models.CheckConstraint(
                condition=Q(sign_up_until__lte=F("starts_at")), name="learning_session_sign_up_before"
            ),
            models.CheckConstraint(
                condition=(Q(place="") & ~Q(online_link="")) | (~Q(place="") & Q(online_link="")),
                name="learning_session_one_place",
            ),
            models.CheckConstraint(
                condition=Q(online_link="") | Q(online_link__startswith="https://"), name="learning_session_https"
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled") | Q(cancel_reason=""), name="learning_session_reason_when_cancelled"
            ),
        ]
        indexes = [models.Index(fields=["institution", "starts_at"], name="learning_session_find")]

    def __str__(self) -> str:
        return f"session {self.pk}"

    @property
    def is_on_site(self) -> bool:
        return bool(self.place)

    @property
    def free(self) -> int:
        return self.capacity - self.taken

    @property
    def code_shown(self) -> str:
        """In two halves, to be read from a screen."""
        return f"{self.code[:4]}-{self.code[4:]}"

    def takes_sign_ups(self, *, at: datetime) -> bool:
        return self.state == self.State.PLANNED and at <= self.sign_up_until

    def may_withdraw(self, *, at: datetime) -> bool:
        return self.state == self.State.PLANNED and at < self.starts_at

    def doors_open(self, *, at: datetime) -> bool:
        """Whether the code signs people in."""
        return self.state != self.State.CANCELLED and self.starts_at - DOORS <= at <= self.ends_at + DOORS

    def needs_code(self, *, at: datetime) -> bool:
        """Whether the code may still be shown, now or once the doors open."""
        return self.state != self.State.CANCELLED and at <= self.ends_at + DOORS

    def takes_attendance(self, *, at: datetime) -> bool:
        """Whether whoever runs it may put down who is there."""
        return self.state != self.State.CANCELLED and self.starts_at - DOORS <= at <= self.ends_at + WRITE_UP

    def may_confirm(self, *, at: datetime) -> bool:
        """Whether units may be marked done: never before it has begun."""
        return self.state != self.State.CANCELLED and self.starts_at <= at <= self.ends_at + WRITE_UP


class SeatQuerySet(models.QuerySet):
    def taking(self) -> SeatQuerySet:
        """Those that count against the capacity."""
        return self.filter(state__in=TAKING)

    def in_order(self) -> SeatQuerySet:
        """As people came: the order of the waiting list."""
        return self.order_by("place_in_line", "pk")


class Seat(models.Model):
    """One person's place in one session, from booking to attendance.

    That somebody left early is kept nowhere: who came has attended.
    """

    class State(models.TextChoices):
        BOOKED = "booked", _("Signed up")
        WAITING = "waiting", _("On the waiting list")
        ATTENDED = "attended", _("Present")
        ABSENT = "absent", _("Absent")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Origin(models.TextChoices):
        SELF = "self", _("Signed up alone")
        LIST = "list", _("Added to the list")
        CODE = "qr", _("Came with the code")

    session = models.ForeignKey(GroupSession, on_delete=models.PROTECT, related_name="seats")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="seats")
    state = models.CharField(max_length=10, choices=State.choices)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    place_in_line = models.DateTimeField(help_text="When the seat was asked for; the earliest waits in front")
    booked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    signed_in_at = models.DateTimeField(null=True)
    signed_in_how = models.CharField(max_length=10, choices=Origin.choices, blank=True)
    signed_in_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, help_text="When the units done here were confirmed for this person")

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        constraints = [
            models.UniqueConstraint(fields=["session", "user"], name="learning_seat_once"),
            models.CheckConstraint(
                condition=(Q(state="attended") & Q(signed_in_at__isnull=False))
                | (~Q(state="attended") & Q(signed_in_at=None)),
                name="learning_seat_attended_when_signed_in",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(state="attended"), name="learning_seat_confirmed_when_there"
            ),
        ]
        indexes = [models.Index(fields=["user", "session"], name="learning_seat_of_person")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.session_id}"

    def was_confirmed_on(self, day: date) -> bool:
        """Only then can the units be taken back."""
        return self.confirmed_at is not None and timezone.localdate(self.confirmed_at) == day


TAKING = (Seat.State.BOOKED, Seat.State.ATTENDED)


class UnitMark(models.Model):
    """A facilitator's word that a unit was done in a session. Written once; see `MarkWithdrawal`."""

    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="marks")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    marked_at = models.DateTimeField()
    marked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        verbose_name = _("unit marked done")
        verbose_name_plural = _("units marked done")
        indexes = [models.Index(fields=["enrolment", "unit"], name="learning_unit_mark_find")]

    def __str__(self) -> str:
        return f"mark {self.pk}"


class MarkWithdrawal(models.Model):
    """A mark that turned out wrong, taken back the same day. The mark itself stays as it was."""

    mark = models.OneToOneField(UnitMark, on_delete=models.PROTECT, related_name="withdrawal")
    withdrawn_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"withdrawal of mark {self.mark_id}"
