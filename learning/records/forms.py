"""What the pages of a unit send."""

from django import forms

from courses.rendering import Check

MOST_BLOCKS = 1_000
LARGEST_SEQUENCE = 2**53  # What a script can count exactly.


class PositionForm(forms.Form):
    """The block a reader has come to, counted from 0."""

    block = forms.IntegerField(min_value=0, max_value=MOST_BLOCKS)


class CheckForm(forms.Form):
    """An answer to a knowledge check: places of options as the page shows them, counted from 0."""

    chosen = forms.TypedMultipleChoiceField(coerce=int)
    sequence = forms.IntegerField(min_value=0, max_value=LARGEST_SEQUENCE)
    reveal = forms.BooleanField(required=False)

    def __init__(self, data: object, *, check: Check) -> None:
        super().__init__(data)
        self.check = check
        self.fields["chosen"].choices = [(place, text) for place, text in enumerate(check.options)]

    def clean_chosen(self) -> list[int]:
        chosen = self.cleaned_data["chosen"]
        if not self.check.is_possible(chosen):
            raise forms.ValidationError("one option only")
        return chosen


class CaseForm(forms.Form):
    """What a reader does in a case: an option by its place on the page, or the summary instead."""

    summary = forms.BooleanField(required=False)
    option = forms.TypedChoiceField(coerce=int, required=False, empty_value=None)

    def __init__(self, data: object, *, options: int) -> None:
        super().__init__(data)
        self.fields["option"].choices = [(place, place) for place in range(options)]
