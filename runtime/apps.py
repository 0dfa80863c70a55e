from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RuntimeConfig(AppConfig):
    name = "runtime"
    verbose_name = _("Packages in use")

    def ready(self) -> None:
        from learning.sweepers import sweepers
        from runtime.services import prune_commits

        sweepers["old saves of packages dropped"] = prune_commits
