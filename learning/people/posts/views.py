"""The pages on which HR changes a person by hand."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from learning.people.access import institution_of
from learning.people.models import Institution, Membership, User

from . import services
from .errors import PostRefused
from .forms import ChangeForm, NewPostForm, PersonForm, PostForm


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_person(request: HttpRequest, code: str, number: UUID) -> HttpResponse:
    """Name, address, language and the list of posts; also of those who left."""
    institution = institution_of(request, code)
    person, posts = _person(institution, number)
    form = PersonForm.of(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.correct_person(
                person=person,
                institution=institution,
                values=form.cleaned_data,
                by=request.user,
                on=timezone.localdate(),
            )
        except PostRefused as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("institutions:edit_person", code=code, number=number)
    page = {"institution": institution, "person": person, "posts": posts, "form": form, "today": timezone.localdate()}
    return render(request, "institutions/person_edit.html", page, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_post(request: HttpRequest, code: str, number: UUID) -> HttpResponse:
    """One more post, beside the others or after them."""
    institution = institution_of(request, code)
    person, _posts = _person(institution, number)
    form = NewPostForm(institution, request.POST or None, initial={"starts_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            services.open_post(
                person=person,
                institution=form.place,
                details=form.details(),
                by=request.user,
                on=timezone.localdate(),
            )
        except PostRefused as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, _("Saved. Training that the post requires is assigned."))
            return redirect("institutions:edit_person", code=code, number=number)
    page = {"institution": institution, "person": person, "form": form}
    return render(request, "institutions/person_edit_post.html", page, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_post(request: HttpRequest, code: str, number: UUID, post: int) -> HttpResponse:
    """Correct a post or end it; or, with `change`, another post from some day on."""
    institution = institution_of(request, code)
    person, posts = _person(institution, number)
    held = next((one for one in posts if one.pk == post), None)
    if held is None:
        raise Http404
    changes = "change" in request.POST
    form = PostForm.of(held, request.POST if request.method == "POST" and not changes else None)
    change = ChangeForm.of(held, request.POST if changes else None)
    sent = change if changes else form
    if request.method == "POST" and sent.is_valid():
        act = services.change_post if changes else services.correct_post
        try:
            act(post=held, details=sent.details(), by=request.user, on=timezone.localdate())
        except PostRefused as refusal:
            _refuse(sent, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("institutions:edit_person", code=code, number=number)
    page = {"institution": institution, "person": person, "post": held, "form": form, "change": change}
    return render(request, "institutions/person_edit_post.html", page, status=422 if sent.errors else 200)


def _person(institution: Institution, number: UUID) -> tuple[User, list[Membership]]:
    """Somebody with a post here or below, a past one at least."""
    person = get_object_or_404(User, number=number)
    posts = services.posts_of(person, institution)
    if not posts:
        raise Http404
    return person, posts


def _refuse(form: forms.Form, refusal: PostRefused) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
