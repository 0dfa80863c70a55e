"""What the pages of a quiz may send. The answer itself is read by the question: see `questions.base.read_answer`."""

from django import forms

# Browsers count exactly up to here.
MOST_SAVES = 2**53


class PageForm(forms.Form):
    """Which question of an attempt to show; the one after the last asks whether to hand in."""

    q = forms.IntegerField(min_value=1)


class SaveForm(forms.Form):
    """Which question an answer is for, and the how-many-eth save of it this is."""

    question = forms.IntegerField(min_value=1, max_value=1_000)
    sequence = forms.IntegerField(min_value=1, max_value=MOST_SAVES)


class TurnForm(SaveForm):
    """A press of any button of the page: save, then turn to another question or stay."""

    go = forms.CharField(max_length=10, required=False)
    move = forms.RegexField(r"^(up|down)-\d{1,2}$", required=False)

    def destination(self) -> int:
        here = self.cleaned_data["question"]
        match self.cleaned_data["go"]:
            case "next":
                return here + 1
            case "prev":
                return max(here - 1, 1)
            case number if number.isascii() and number.isdigit():
                return int(number)
        return here

    def anchor(self) -> str:
        """Where reading goes on when the page stays: at the item just moved, else at the question."""
        moved = self.cleaned_data["move"]
        return f"#item-{moved.rpartition('-')[2]}" if moved else "#now"
