"""Sign-in and its kin: the doors of allauth that are in use, by name. What is not listed here does not exist.

Names and e-mail addresses come from the institution's staff list, so people do not change them here.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.urls import path, re_path

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("signup/", account.signup, name="account_signup"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("confirm-email/", account.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", account.confirm_email, name="account_confirm_email"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/sent/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("two-step/", mfa.index, name="mfa_index"),
    path("two-step/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("two-step/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("two-step/app/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("two-step/app/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("two-step/codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("two-step/codes/generate/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("two-step/codes/download/", recovery_codes.download_recovery_codes, name="mfa_download_recovery_codes"),
]
