from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = _("Assessments")

    def ready(self) -> None:
        from assessments import receivers  # noqa: F401  Receivers register when imported.
        from assessments.freezing import questions_in_use
        from assessments.importing import import_questions
        from courses.importers import pool_readers, question_importers
        from courses.models import Unit
        from learning.players import players

        players[Unit.Kind.QUIZ] = "assessments:start"
        question_importers.append(import_questions)
        pool_readers.append(questions_in_use)
