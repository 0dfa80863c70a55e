from learning.people import urls as people
from learning.records import urls as records

app_name = "learning"

urlpatterns = [
    *people.invited,
    *records.study,
]
