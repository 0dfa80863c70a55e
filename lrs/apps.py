from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LrsConfig(AppConfig):
    name = "lrs"
    verbose_name = _("Learning record store")

    def ready(self) -> None:
        # Models exist only now.
        from learning.records import outbox
        from learning.sweepers import sweepers
        from lrs import principals, telling
        from lrs.native import tellers
        from lrs.services import credentials, forwarding

        principals.authenticators.append(credentials.authenticate)
        telling.tellers["units"] = tellers.finished_units
        telling.tellers["completions"] = tellers.completions
        outbox.handlers[forwarding.TOPIC] = forwarding.keep_promise
        sweepers["statements written"] = telling.tell
        sweepers["batches of statements promised"] = forwarding.promise_batches
