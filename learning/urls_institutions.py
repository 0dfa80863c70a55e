from learning.coverage import urls as coverage
from learning.evidence import urls as evidence
from learning.gatherings import urls as gatherings
from learning.people import urls as people
from learning.records import urls as records
from learning.reminders import urls as reminders
from learning.requirements import urls as requirements

app_name = "institutions"

urlpatterns = [
    *coverage.institutions,
    *evidence.institutions,
    *requirements.institutions,
    *people.officer,
    *records.institutions,
    *gatherings.institutions,
    *reminders.officer,
]
