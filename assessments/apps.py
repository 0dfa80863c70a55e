from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = _("Assessments")

    def ready(self) -> None:
        from assessments import receivers  # noqa: F401  Receivers register when imported.
        from assessments.freezing import questions_in_use
        from assessments.importing import import_questions
        from assessments.statements import handed_in
        from courses.importers import pool_readers, question_importers
        from courses.models import Unit
        from learning.players import players
        from lrs.telling import tellers

        players[Unit.Kind.QUIZ] = "assessments:start"
        tellers["attempts"] = handed_in
        question_importers.append(import_questions)
        pool_readers.append(questions_in_use)
