from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RuntimeConfig(AppConfig):
    name = "runtime"
    verbose_name = _("Packages in use")

    def ready(self) -> None:
        from courses.models import Package, Unit
        from learning.players import players
        from learning.sweepers import sweepers
        from lrs.native import tellers
        from lrs.principals import authenticators
        from runtime import player, player_h5p, player_scorm, statements
        from runtime.cmi5 import playing, principals, sessions
        from runtime.services import prune_commits

        players[Unit.Kind.PACKAGE] = "runtime:open"
        player.players[Package.Kind.CMI5] = player.Player(scripts=("player/cmi5.js",), facts=playing.facts)
        player_scorm.register()
        player.players[Package.Kind.H5P] = player_h5p.player
        tellers.results_of[Unit.Kind.PACKAGE] = statements.results_of
        authenticators += [principals.of_session, principals.of_staff]
        sweepers["silent cmi5 sessions abandoned"] = sessions.abandon_silent
        sweepers["old saves of packages dropped"] = prune_commits
