from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LearningConfig(AppConfig):
    name = "learning"
    verbose_name = _("Learning")

    def ready(self) -> None:
        from learning import receivers  # noqa: F401 - receivers connect themselves; models exist only now
        from learning.people import menu

        menu.register()
