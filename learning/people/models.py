"""Who learns and where they work."""

from __future__ import annotations

import uuid
from datetime import date

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from cms.i18n import Translated


class UserManager(BaseUserManager["User"]):
    use_in_migrations = True

    def create_user(self, email: str | None = None, password: str | None = None, **fields: object) -> User:
        """A person; no password means one is set by invitation."""
        user = self.model(email=email.strip().lower() if email else None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. People without e-mail have none in `email`."""

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail"), unique=True, null=True, blank=True)
    first_name = models.CharField(_("given name"), max_length=100)
    last_name = models.CharField(_("surname"), max_length=100)
    language = models.CharField(_("language"), max_length=10, default="lv")
    is_staff = models.BooleanField(_("platform staff"), default=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    date_joined = models.DateTimeField(default=timezone.now)
    sign_in_number = models.CharField(
        _("number to sign in with"),
        max_length=8,
        unique=True,
        null=True,
        blank=True,
        editable=False,
        help_text="For people without e-mail: eight digits, drawn by lot when the first sheet is printed",
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        help_text="The account of the same person that stayed; this one is closed",
    )

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["first_name", "last_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [models.UniqueConstraint(Lower("email"), name="learning_user_email_once")]
        indexes = [models.Index(fields=["last_name", "first_name"], name="learning_user_by_name")]

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.first_name

    @property
    def has_account(self) -> bool:
        """Whether this person has set a password. None set: an invitation leads in."""
        return self.has_usable_password()


class Sector(models.Model):
    """Education, social service, orphans' court, police …"""

    key = models.SlugField(_("key"), max_length=30, unique=True)
    name_lv = models.CharField(_("name in Latvian"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    name = Translated("name")

    class Meta:
        ordering = ["position", "key"]
        verbose_name = _("sector")
        verbose_name_plural = _("sectors")

    def __str__(self) -> str:
        return self.name


class InstitutionQuerySet(MP_NodeQuerySet):
    def visible_to(self, user: User, *roles: str) -> InstitutionQuerySet:
        """Institutions at or below a node where this person holds one of `roles` (HR when none is named)."""
        held = Scope.objects.filter(user=user, role__in=roles or [Scope.Role.HR]).values_list(
            "institution__path", flat=True
        )
        below = Q(pk__in=[])
        for path in held:
            below |= Q(path__startswith=path)
        return self.filter(below)

    def under(self, institution: Institution) -> InstitutionQuerySet:
        """This institution and everything below it."""
        return self.filter(path__startswith=institution.path)


class InstitutionManager(MP_NodeManager.from_queryset(InstitutionQuerySet)):
    def get_queryset(self) -> InstitutionQuerySet:
        return InstitutionQuerySet(self.model, using=self._db).order_by("path")


class Institution(MP_Node):
    """A node of the organisation tree: a municipality, below it schools, services, police …"""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    registration_number = models.CharField(_("registration number"), max_length=20, blank=True)
    contact_name = models.CharField(_("contact person"), max_length=200, blank=True)
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    contact_phone = models.CharField(_("contact telephone"), max_length=30, blank=True)
    sector = models.ForeignKey(Sector, verbose_name=_("sector"), on_delete=models.PROTECT, null=True, blank=True)

    objects = InstitutionManager()

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")

    def __str__(self) -> str:
        return self.name


class Position(models.Model):
    """A post, mapped to a role of the content and to a point of section 5.1 of the law."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    name_lv = models.CharField(_("name in Latvian"), max_length=150)
    name_en = models.CharField(_("name in English"), max_length=150)
    role = models.ForeignKey("courses.Role", verbose_name=_("role"), on_delete=models.PROTECT, related_name="positions")
    law_point = models.CharField(_("point of section 5.1"), max_length=10, blank=True)

    name = Translated("name")

    class Meta:
        ordering = ["name_lv"]
        verbose_name = _("position")
        verbose_name_plural = _("positions")

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet):
    def employed(self, *, on: date) -> MembershipQuerySet:
        """Posts held on that day, first and last day included."""
        return self.filter(starts_on__lte=on).filter(Q(ends_on=None) | Q(ends_on__gte=on))

    def visible_to(self, user: User) -> MembershipQuerySet:
        """Only institutions where this person holds the HR role."""
        return self.filter(institution__in=Institution.objects.visible_to(user))


class Membership(models.Model):
    """One person in one post of one institution, with its days. Never deleted: leavers get an end."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="memberships")
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="memberships")
    department = models.CharField(_("unit"), max_length=120, blank=True)
    staff_number = models.CharField(_("staff number"), max_length=40, blank=True)
    starts_on = models.DateField(_("start"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    employed_since = models.DateField(
        _("working here since"),
        null=True,
        blank=True,
        help_text="The first day of unbroken work at the institution, in whatever post; None: the post's own start",
    )
    manager = models.ForeignKey(
        User,
        verbose_name=_("manager"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="managed_memberships",
        help_text="The reporting line. What somebody may see is a scope, not this",
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "institution", "position"],
                condition=Q(ends_on=None),
                name="learning_membership_open_once",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")), name="learning_membership_ends_later"
            ),
            models.CheckConstraint(
                condition=Q(employed_since=None) | Q(employed_since__lte=models.F("starts_on")),
                name="learning_membership_employed_before",
            ),
        ]
        indexes = [
            models.Index(
                fields=["institution", "starts_on", "ends_on"],
                include=["user", "position", "employed_since"],
                name="learning_membership_cover",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} @ {self.institution_id}"


class Scope(models.Model):
    """What someone may see beyond their own learning: a role on a node and everything below it."""

    class Role(models.TextChoices):
        HR = "hr", _("HR officer")
        COORDINATOR = "coordinator", _("Programme coordinator")
        AUDITOR = "auditor", _("Auditor")
        FACILITATOR = "facilitator", _("Facilitator")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="scopes")
    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="scopes")
    role = models.CharField(max_length=20, choices=Role.choices)

    class Meta:
        verbose_name = _("scope")
        verbose_name_plural = _("scopes")
        constraints = [models.UniqueConstraint(fields=["user", "institution", "role"], name="learning_scope_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.institution_id}"


class InvitationQuerySet(models.QuerySet):
    def open(self) -> InvitationQuerySet:
        """Neither used nor void; whether they have run out is not asked."""
        return self.filter(accepted_at=None, voided_at=None)

    def void(self, *, reason: str) -> int:
        return self.open().update(voided_at=timezone.now(), void_reason=reason)


class Invitation(models.Model):
    """A one-time link that lets a person set a password. Only the token's SHA-256 is kept."""

    class Void(models.TextChoices):
        NEWER = "newer", _("A newer one was sent")
        NOT_ME = "not-me", _("Whoever got it is somebody else")
        ADDRESS = "address", _("The address was corrected")
        LEFT = "left", _("The person has left")
        JOINED = "joined", _("The account was joined with another")

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    email = models.EmailField(help_text="Where the link was sent; acceptance proves this address")
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=10, choices=Void.choices, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(accepted_at=None, voided_at=None),
                name="learning_invitation_open_once",
            )
        ]
        indexes = [models.Index(fields=["user", "-created_at"], name="learning_invitation_latest")]

    def __str__(self) -> str:
        return f"invitation {self.pk}"
