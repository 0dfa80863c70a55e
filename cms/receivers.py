"""When parts of the frame go stale."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest

from cms import frame, menu
from cms.models import SiteSettings, StandardPage, SupportContact


def forget_frame(**kwargs: object) -> None:
    transaction.on_commit(frame.forget)


for model in (SiteSettings, StandardPage, SupportContact):
    post_save.connect(forget_frame, sender=model)
    post_delete.connect(forget_frame, sender=model)


@receiver(user_logged_in)
def remember_menu(request: HttpRequest | None, user: AbstractBaseUser, **kwargs: object) -> None:
    if request is not None:
        menu.remember(request, user)
