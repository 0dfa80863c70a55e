from learning.people import urls as people

app_name = "learning"

urlpatterns = [
    *people.invited,
]
