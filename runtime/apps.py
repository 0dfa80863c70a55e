from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RuntimeConfig(AppConfig):
    name = "runtime"
    verbose_name = _("Packages in use")

    def ready(self) -> None:
        from courses.models import Unit
        from learning.players import players
        from learning.sweepers import sweepers
        from runtime.services import prune_commits

        players[Unit.Kind.PACKAGE] = "runtime:open"
        sweepers["old saves of packages dropped"] = prune_commits
