from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LearningConfig(AppConfig):
    name = "learning"
    verbose_name = _("Learning")

    def ready(self) -> None:
        from learning import receivers  # noqa: F401 - receivers connect themselves; models exist only now
        from learning.coverage import dialect
        from learning.gatherings import letters as session_letters
        from learning.people import invitation_letters, invitations, menu, names
        from learning.people.staff_import import ordering
        from learning.records import outbox
        from learning.records.views import preview
        from learning.reminders import planning, sending

        menu.register()
        preview.register()
        names.register()
        dialect.register()
        outbox.handlers[invitations.TOPIC] = invitation_letters.send_invitation
        outbox.handlers[ordering.TOPIC] = ordering.carry_out
        outbox.handlers[invitations.DECLINED_TOPIC] = invitation_letters.send_declined
        outbox.handlers[session_letters.TOPIC] = session_letters.send
        outbox.handlers[planning.TOPIC] = sending.send_letter
