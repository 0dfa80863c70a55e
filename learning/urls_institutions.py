from learning.coverage import urls as coverage
from learning.people import urls as people

app_name = "institutions"

urlpatterns = [
    *coverage.institutions,
    *people.officer,
]
