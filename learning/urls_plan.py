from learning.coverage import urls as coverage

app_name = "plan"

urlpatterns = coverage.plan
