from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = _("Site")

    def ready(self) -> None:
        from cms import menu, receivers  # noqa: F401 - receivers connect themselves; models exist only now

        menu.sources.append(menu.own_links)
