"""Statements about learning and the documents beside them, as the Experience API defines them."""

from __future__ import annotations

import uuid

from django.conf import settings as platform
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import Package
from lrs.keys import iri_key
from lrs.validation.statements import VOIDED

VOIDED_KEY = iri_key(VOIDED)


class StatementQuerySet(models.QuerySet):
    """Whether a statement is void is asked when it is read: whichever of the two came first, no moment is missed."""

    def voided(self) -> StatementQuerySet:
        return self.filter(_is_voided())

    def standing(self) -> StatementQuerySet:
        return self.filter(~_is_voided())


def _is_voided() -> Exists:
    """Part 2, 2.3.2: the target of a voiding, and none itself."""
    voidings = Statement.objects.filter(refers_to=OuterRef("number"), verb_key=VOIDED_KEY)
    # Said within: with OR outside, PostgreSQL would read every voiding first instead of looking a page's targets up.
    return Exists(voidings.exclude(verb_key=OuterRef("verb_key")))


class Statement(models.Model):
    """One statement, immutable. `body` is what is sent out; the other columns are what is asked by."""

    number = models.UUIDField(unique=True, editable=False, help_text="The statement's id")
    body = models.TextField(help_text="JSON as text: PostgreSQL's own type would change numbers and refuse some texts")
    stored = models.DateTimeField(help_text="To the millisecond, as sent out")
    timestamp = models.DateTimeField()
    verb_key = models.UUIDField(help_text="See lrs.keys")
    registration = models.UUIDField(null=True)
    refers_to = models.UUIDField(null=True, help_text="Number of the statement that a StatementRef names")
    authority_key = models.UUIDField(null=True, help_text="See lrs.keys; None: an anonymous group")
    package = models.ForeignKey(Package, on_delete=models.PROTECT, null=True, related_name="+")

    objects = StatementQuerySet.as_manager()

    class Meta:
        ordering = ["-stored", "-pk"]
        indexes = [
            models.Index(fields=["stored", "id"], name="lrs_statement_stored"),
            models.Index(fields=["verb_key", "stored", "id"], name="lrs_statement_verb"),
            models.Index(
                fields=["registration", "stored"],
                condition=Q(registration__isnull=False),
                name="lrs_statement_registration",
            ),
            models.Index(fields=["refers_to"], condition=Q(refers_to__isnull=False), name="lrs_statement_refers_to"),
            models.Index(
                fields=["package", "stored"], condition=Q(package__isnull=False), name="lrs_statement_package"
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)


class StatementRelation(models.Model):
    """An agent or activity that a statement mentions, by its key."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="relations", db_index=False)
    key = models.UUIDField(help_text="See lrs.keys")
    is_direct = models.BooleanField(help_text="Actor or object; otherwise a context, authority or part within")
    stored = models.DateTimeField(help_text="Of the statement, so that one index answers in order")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["statement", "key"], name="lrs_relation_once")]
        indexes = [models.Index(fields=["key", "stored", "statement"], name="lrs_relation_key")]

    def __str__(self) -> str:
        return f"{self.statement_id}/{self.key}"


class Term(models.Model):
    """A verb or activity as the store knows it best: what `format=canonical` shows."""

    key = models.UUIDField(unique=True, help_text="See lrs.keys")
    iri = models.TextField()
    is_verb = models.BooleanField()
    body = models.TextField(default="{}", help_text="JSON: display of a verb, definition of an activity")

    def __str__(self) -> str:
        return self.iri


class Attachment(models.Model):
    """The bytes of an attachment, known by their hash. The file lies in `lrs.attachments`."""

    sha2 = models.CharField(max_length=128, unique=True)
    size = models.PositiveBigIntegerField(help_text="Bytes")
    stored_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.sha2


class Document(models.Model):
    """A document of a client, kept as it came (part 3, 2.2)."""

    key = models.UUIDField(help_text="Of the identifier, see lrs.keys")
    identifier = models.TextField(help_text="stateId or profileId")
    content = models.BinaryField()
    content_type = models.CharField(max_length=255)
    sha1 = models.CharField(max_length=40, help_text="Of the content: the ETag")
    updated_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.identifier


class StateDocument(Document):
    # A document without a registration still must be there at most once, and databases let NULLs repeat.
    NO_REGISTRATION = uuid.UUID(int=0)

    activity_key = models.UUIDField()
    agent_key = models.UUIDField()
    registration = models.UUIDField(default=NO_REGISTRATION, help_text="Zero: none")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agent_key", "activity_key", "registration", "key"], name="lrs_state_document_once"
            )
        ]


class ActivityProfile(Document):
    activity_key = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activity_key", "key"], name="lrs_activity_profile_once")]


class AgentProfile(Document):
    agent_key = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent_key", "key"], name="lrs_agent_profile_once")]


class CredentialQuerySet(models.QuerySet):
    def usable(self) -> CredentialQuerySet:
        return self.filter(revoked_at=None)


class Credential(models.Model):
    """Key and secret of a client. The secret is shown once and known here only by its hash."""

    class Scope(models.TextChoices):
        WRITE = "statements/write", _("Write statements")
        READ_MINE = "statements/read/mine", _("Read the statements it wrote")
        READ = "statements/read", _("Read every statement")
        STATE = "state", _("Read and write states of activities")
        PROFILE = "profile", _("Read and write profiles of activities and agents")
        ALL = "all", _("Everything, also voiding what others wrote")

    name = models.CharField(_("name"), max_length=100, help_text=_("Whose it is: a tool, a partner, a test."))
    key = models.CharField(_("key"), max_length=64, unique=True, editable=False)
    secret_sha256 = models.CharField(max_length=64, editable=False)
    scopes = models.JSONField(_("rights"), default=list)
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        platform.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    objects = CredentialQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("access to the record store")
        verbose_name_plural = _("accesses to the record store")

    def __str__(self) -> str:
        return self.name


class Telling(models.Model):
    """How far the facts of a teller have been told; see lrs.telling."""

    teller = models.SlugField(max_length=60, unique=True)
    told_until = models.DateTimeField()

    def __str__(self) -> str:
        return self.teller


class Forwarder(models.Model):
    """A record store elsewhere that is sent a copy of every statement, in the order they were stored."""

    name = models.CharField(_("name"), max_length=100)
    endpoint = models.CharField(
        _("address"),
        max_length=500,
        help_text=_("The base of its xAPI addresses, such as https://lrs.example.org/xapi/"),
    )
    key = models.CharField(_("key"), max_length=200, blank=True)
    sealed_secret = models.TextField(blank=True, editable=False)
    is_paused = models.BooleanField(_("paused"), default=False)
    # Where the next batch begins: everything stored up to here was sent.
    sent_stored = models.DateTimeField(null=True, editable=False)
    sent_pk = models.BigIntegerField(default=0, editable=False)
    batch = models.PositiveIntegerField(default=0, editable=False, help_text="Number of the batch promised last")
    sent_count = models.PositiveBigIntegerField(default=0, editable=False)
    refused_count = models.PositiveBigIntegerField(default=0, editable=False)
    sent_at = models.DateTimeField(null=True, editable=False)
    problem = models.CharField(max_length=100, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        platform.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("forwarding of statements")
        verbose_name_plural = _("forwardings of statements")

    def __str__(self) -> str:
        return self.name
