from learning.people import urls as people

app_name = "institutions"

urlpatterns = [
    *people.officer,
]
