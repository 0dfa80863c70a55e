"""An HR officer of one institution of usual size, signed in; printed for the process that measures."""

from django.db.models import Count

from benchmarks.crowd import sign_in
from learning.models import Institution, Scope, User


def print_one() -> None:
    """Cookies and the address of the coverage page, separated by a tab."""
    usual = Institution.objects.filter(numchild=0).annotate(people=Count("memberships")).filter(people__gt=0)
    institution = usual.order_by("pk")[usual.count() // 2]
    user, _ = User.objects.get_or_create(
        email=f"officer@{institution.code}.example.test", defaults={"first_name": "Inga", "last_name": "Liepiņa"}
    )
    Scope.objects.get_or_create(user=user, institution=institution, role=Scope.Role.HR)
    print(sign_in(user).cookies, f"/institutions/{institution.code}/coverage/", sep="\t")
