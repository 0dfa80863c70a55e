"""The account forms of allauth in our words: labels instead of placeholders, one password field, a short hint."""

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.utils.translation import gettext_lazy as _

PASSWORD_HINT = _("At least 12 characters. Three words in a row will do.")


class Plain(forms.Form):
    """Takes away what repeats the label or breaks the page."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
            field.help_text = ""


class NewPassword(Plain):
    """Whoever mistypes a new password can have another link, so nobody types it twice."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        self.fields["password1"].label = _("New password")
        self.fields["password1"].help_text = PASSWORD_HINT


class LoginForm(Plain, account.LoginForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail")
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["remember"].label = _("Keep me signed in for two weeks")
        self.fields["remember"].help_text = _("Not on a computer that others use.")

    def clean(self) -> dict[str, object]:
        """A refusal stands beside the password, where the reader is."""
        try:
            return super().clean()
        except forms.ValidationError as refusal:
            self.add_error("password", refusal)
            return self.cleaned_data


class ResetPasswordForm(Plain, account.ResetPasswordForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail")


class ResetPasswordKeyForm(NewPassword, account.ResetPasswordKeyForm):
    pass


class SetPasswordForm(NewPassword, account.SetPasswordForm):
    pass


class ChangePasswordForm(NewPassword, account.ChangePasswordForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Current password")


class ReauthenticateForm(Plain, account.ReauthenticateForm):
    pass


class AuthenticateForm(Plain, mfa.AuthenticateForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = _("Six digits from the app, or one of your recovery codes.")
        self.fields["code"].widget.attrs["inputmode"] = "text"


class ReauthenticateWithCodeForm(Plain, mfa.ReauthenticateForm):
    pass


class ActivateTOTPForm(Plain, totp.ActivateTOTPForm):
    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Six digits from the app")
        self.fields["code"].widget.attrs["inputmode"] = "numeric"
