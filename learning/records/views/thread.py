"""The modules of a programme as one thread; each is drawn once for all who are equally far in it.

Addresses are relative to the programme's page, so nothing in a drawing belongs to one learner.
"""

from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import override

from courses.selectors import UnitOutline, outline
from learning.records.progress import DONE, NOT_STARTED, STARTED, tally
from learning.records.selectors import Study
from learning.requirements.paths import modules_on


@dataclass(frozen=True, slots=True)
class Stretch:
    """A module and how far a learner is in it: `states` of its units in order, as the component `state` names them.

    `number` counts from 1 on the thread. `go_on` is the relative address of the next step when it lies in this module.
    """

    version_id: int
    path: str
    language: str
    number: int
    states: tuple[str, ...]
    go_on: str = ""
    has_begun: bool = False


def thread_of(study: Study) -> list[SafeString]:
    """The modules of the study, ready for the page."""
    step, go_on = study.next_step, ""
    if step:
        go_on = f"{step.unit.key}/" + (f"#b{study.next_block}" if study.next_block else "")
    return [
        draw(
            Stretch(
                version_id=study.outline.version_id,
                path=study.enrolment.path,
                language=study.language,
                number=number,
                states=tuple(_state(study, unit) for unit in module.units),
                go_on=go_on if module.is_now else "",
                has_begun=study.last is not None,
            )
        )
        for number, module in enumerate(study.modules, start=1)
    ]


@lru_cache(maxsize=1_000)
def draw(stretch: Stretch) -> SafeString:
    modules = list(modules_on(stretch.path, outline(stretch.version_id, stretch.language)))
    module, units = modules[stretch.number - 1]
    states = {unit.id: state for unit, state in zip(units, stretch.states, strict=True)}
    context = {
        "module": module,
        "units": [(unit, states[unit.id]) for unit in units],
        "tally": tally(
            units,
            done=[pk for pk, state in states.items() if state == DONE],
            opened=[pk for pk, state in states.items() if state == STARTED],
        ),
        "stretch": stretch,
    }
    with override(stretch.language):
        return render_to_string("learning/module.html", context)


def _state(study: Study, unit: UnitOutline) -> str:
    if unit.id in study.done:
        return DONE
    return STARTED if unit.id in study.traces else NOT_STARTED
