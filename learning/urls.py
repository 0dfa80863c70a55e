from learning.evidence import urls as evidence
from learning.gatherings import urls as gatherings
from learning.people import urls as people
from learning.records import urls as records
from learning.reminders import urls as reminders

app_name = "learning"

urlpatterns = [
    *people.invited,
    *evidence.study,
    *gatherings.learn,
    *records.study,
    *reminders.study,
]
