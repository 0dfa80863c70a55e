"""F20: saves that come shuffled, doubled and late leave what they would have left in order."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from runtime.models import ActivityState, Registration
from runtime.saves import parse

from .saving import T0, a_launch, a_package, body, cmi12

STATUSES = ["not attempted", "incomplete", "completed", "passed"]
AT = T0 + timedelta(hours=1)
RECORD = ("completed_at", "passed_at", "failed_at", "best_score")

# A learner goes forward: the status rises and the score as well. Each step is a full save or a slim one.
steps = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 100), st.booleans()), min_size=1, max_size=7)


def forward(rows):
    """Saves in order as (sequence, cmi, is_slim). A slim one may follow any full one, and the last one is full."""
    statuses = sorted(status for status, _, _ in rows)
    scores = sorted(score for _, score, _ in rows)
    for number, (status, score, (_, _, is_slim)) in enumerate(zip(statuses, scores, rows, strict=True), start=1):
        whole = cmi12(
            STATUSES[status], raw=str(score), lesson_location=f"p{number}", session_time=f"0000:00:{number:02}"
        )
        if is_slim and number < len(rows):
            yield number, whole, True
        else:
            yield number, whole | {"suspend_data": f"data {number}"}, False


def deliver(launch, saves):
    from runtime.services import commit

    for number, cmi, is_slim in saves:
        commit(launch=launch.number, save=parse(body(launch, number, cmi, partial=is_slim)), at=AT)
        yield record_of(launch)


def record_of(launch):
    state = ActivityState.objects.get(registration=launch.registration_id)
    whole = Registration.objects.get(pk=launch.registration_id)
    return {f"{row._meta.model_name}.{name}": getattr(row, name) for row in (state, whole) for name in RECORD} | {
        "seconds": state.seconds
    }


def left(launch):
    state = ActivityState.objects.get(registration=launch.registration_id)
    return (
        record_of(launch),
        state.data,
        state.sequence,
        state.slim,
        Registration.objects.get(pk=launch.registration_id).done_at,
    )


class Order(TestCase):
    @settings(max_examples=40)
    @given(rows=steps, data=st.data())
    def test_any_order_leaves_what_the_right_order_leaves(self, rows, data):
        saves = list(forward(rows))
        shuffled = data.draw(st.permutations(saves + data.draw(st.lists(st.sampled_from(saves), max_size=4))))
        package = a_package()
        ordered, mixed = a_launch(package), a_launch(package)

        list(deliver(ordered, saves))
        list(deliver(mixed, shuffled))

        assert left(mixed) == left(ordered)

    @settings(max_examples=40)
    @given(
        history=st.lists(
            st.tuples(
                st.integers(1, 9),
                st.sampled_from([*STATUSES, "failed", "browsed"]),
                st.integers(0, 100),
                st.booleans(),
            ),
            min_size=1,
            max_size=8,
        )
    )
    def test_whatever_comes_nothing_reached_is_taken_back(self, history):
        launch = a_launch(a_package(), done_when="completed_and_passed")
        saves = [(number, cmi12(status, raw=str(raw)), slim) for number, status, raw, slim in history]

        before = record_of(launch)
        for after in deliver(launch, saves):
            for name, value in before.items():
                if name.endswith("_at"):
                    assert value is None or after[name] == value
                else:
                    assert value is None or after[name] >= value
            before = after

    @settings(max_examples=30)
    @given(cut=st.integers(1, 6), order=st.permutations([1, 2, 3, 4, 5, 6]))
    def test_the_last_full_save_and_the_last_slim_one_after_it_remain_in_any_order(self, cut, order):
        launch = a_launch(a_package())
        full = {number: cmi12(suspend_data=f"{number}") for number in range(1, cut + 1)}
        slim = {number: cmi12(lesson_location=f"{number}") for number in range(cut + 1, 7)}
        cmis = full | slim

        list(deliver(launch, [(number, cmis[number], number in slim) for number in order]))

        state = ActivityState.objects.get(registration=launch.registration_id)
        assert (state.data, state.slim) == ({"cmi": full[cut]}, slim.get(6))
