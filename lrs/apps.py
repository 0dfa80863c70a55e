from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LrsConfig(AppConfig):
    name = "lrs"
    verbose_name = _("Learning record store")

    def ready(self) -> None:
        from lrs import principals  # Models exist only now.
        from lrs.services import credentials

        principals.authenticators.append(credentials.authenticate)
