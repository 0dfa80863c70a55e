"""How accounts behave: nobody signs up by themselves; people are invited."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from cms.models import SupportContact


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed. If you still work here, ask your HR officer."),
        "email_password_mismatch": _("The password does not fit this e-mail. Check that Caps Lock is off."),
        "enter_current_password": _("This is not your current password. Check that Caps Lock is off."),
        "incorrect_password": _("This is not your password. Check that Caps Lock is off."),
        "too_many_login_attempts": _("Too many attempts. Wait five minutes and try again, or set a new password."),
        "rate_limited": _("Too many attempts. Wait a few minutes and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("profile")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Links in mail come from settings, never from the request's Host header (SECURITY S36)."""
        uid, _dash, token = key.partition("-")
        return settings.SITE_URL + reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: object) -> str:
        return settings.SITE_URL + reverse("account_confirm_email", args=[emailconfirmation.key])

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        """In the language of whoever receives it."""
        person = context.get("user")
        language = person.language if isinstance(person, AbstractBaseUser) else get_language()
        with override(language):
            frame = {"site_url": settings.SITE_URL, "contacts": SupportContact.objects.filter(in_footer=True)}
            super().send_mail(template_prefix, email, context | frame)

    def send_notification_mail(self, template_prefix: str, user: AbstractBaseUser, *args, **kwargs) -> None:
        """What changed in an account is told in its owner's language, whoever's page changed it."""
        with override(user.language):
            super().send_notification_mail(template_prefix, user, *args, **kwargs)


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code does not fit. The app shows a new one every 30 seconds: type the newest."),
        "rate_limited": _("Too many attempts. Wait a few minutes and try again."),
        "unverified_email": _("Confirm your e-mail first: open the link we sent you."),
    }
