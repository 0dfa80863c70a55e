from learning.coverage import urls as coverage
from learning.evidence import urls as evidence
from learning.people import urls as people

app_name = "institutions"

urlpatterns = [
    *coverage.institutions,
    *evidence.institutions,
    *people.officer,
]
