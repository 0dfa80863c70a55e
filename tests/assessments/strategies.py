"""Hypothesis strategies: valid questions of every kind, and answers to them.

Every text is numbered, so that no two are alike, and each secret one carries a word that may never reach a browser.
"""

from itertools import count
from typing import Any

from hypothesis import strategies as st

from assessments.questions import KINDS, parse_question

SECRET = "UNSEEN"
LOCALES = ("lv", "en")


class Texts:
    """Different words at every call, the same ones in the same order for every example."""

    def __init__(self) -> None:
        self.numbers = count()

    def shown(self) -> dict[str, str]:
        number = next(self.numbers)
        return {locale: f"{locale} text {number}" for locale in LOCALES}

    def secret(self) -> dict[str, str]:
        number = next(self.numbers)
        return {locale: f"{SECRET} {locale} {number}" for locale in LOCALES}


@st.composite
def contents(draw: st.DrawFn, kind: str | None = None) -> dict[str, Any]:
    """Valid content of a question."""
    kind = kind or draw(st.sampled_from(sorted(KINDS)))
    texts = Texts()
    head = {"kind": kind, "text": texts.shown(), "why": texts.secret(), "source": f"{SECRET} law", "lesson": "m1-law"}
    return {**head, **draw(BODIES[kind](texts))}


@st.composite
def _options(draw: st.DrawFn, texts: Texts, *, most_right: int, most: int = 10) -> dict[str, Any]:
    size = draw(st.integers(2, most))
    places = st.integers(0, size - 1)
    right = draw(st.sets(places, min_size=1, max_size=min(most_right, size - 1)))
    return {
        "options": [{"text": texts.shown(), "correct": place in right, "why": texts.secret()} for place in range(size)]
    }


@st.composite
def _items(draw: st.DrawFn, texts: Texts) -> dict[str, Any]:
    size = draw(st.integers(3, 10))
    return {"items": [{"text": texts.shown(), "why": texts.secret()} for _ in range(size)]}


@st.composite
def _pairs(draw: st.DrawFn, texts: Texts) -> dict[str, Any]:
    size = draw(st.integers(2, 10))
    rights = [texts.shown() for _ in range(draw(st.integers(2, size)))]
    others = [draw(st.sampled_from(rights)) for _ in range(size - len(rights))]
    return {"pairs": [{"left": texts.shown(), "right": right} for right in draw(st.permutations(rights + others))]}


@st.composite
def _nodes(draw: st.DrawFn, texts: Texts) -> dict[str, Any]:
    """A case of up to eight steps: each leads to the next, and choices may skip ahead."""
    size = draw(st.integers(2, 8))
    nodes = []
    for number in range(size):
        last = number == size - 1
        choices = [] if last else draw(st.lists(st.integers(number + 1, size - 1), min_size=1, max_size=4))
        leads = [] if last else [number + 1, *choices]
        good = draw(st.integers(0, len(leads) - 1)) if leads else 0
        nodes.append(
            {
                "id": f"n{number}",
                "text": texts.shown() if number == 0 else texts.secret(),
                "choices": [
                    {
                        "text": texts.shown() if number == 0 else texts.secret(),
                        "to": f"n{lead}",
                        "feedback": texts.secret(),
                        "quality": "good" if place == good else draw(st.sampled_from(["good", "ok", "poor"])),
                    }
                    for place, lead in enumerate(leads)
                ],
            }
        )
    return {"nodes": nodes}


BODIES = {
    "single": lambda texts: _options(texts, most_right=1),
    "multi": lambda texts: _options(texts, most_right=9),
    "true_false": lambda texts: _options(texts, most_right=1, most=2),
    "ordering": _items,
    "matching": _pairs,
    "branching": _nodes,
}

seeds = st.integers(0, 2**63 - 1).map(str)
fields = st.dictionaries(
    st.sampled_from(["choice", "order", "move", "step", "confirm", "pair-0", "pair-1", "pair-9"]),
    st.lists(st.one_of(st.integers(-2, 12).map(str), st.sampled_from(["up-1", "down-0", "²", "", "9" * 30]))),
)


@st.composite
def answers(draw: st.DrawFn, content: dict[str, Any]) -> tuple[int, ...]:
    """An answer that a browser could have led to, from nothing to everything."""
    question = parse_question(content, locale="lv")
    seed = draw(seeds)
    answer: tuple[int, ...] = ()
    for _ in range(draw(st.integers(0, 8))):
        answer = question.read_answer(draw(sensible_fields(question.public_form(seed, answer))), seed, answer)
    return answer


@st.composite
def sensible_fields(draw: st.DrawFn, form: dict[str, Any]) -> dict[str, list[str]]:
    """What the page of this public form could send."""
    values = [option["value"] for option in form.get("options", [])]
    match form["kind"]:
        case "single" | "true_false":
            return {"choice": [draw(st.sampled_from(values))]}
        case "multi":
            return {"choice": draw(st.lists(st.sampled_from(values), unique=True))}
        case "ordering":
            return {"order": list(draw(st.permutations([item["value"] for item in form["items"]])))}
        case "matching":
            return {row["name"]: [draw(st.sampled_from(["", *values]))] for row in form["rows"]}
        case "branching":
            chosen = draw(st.lists(st.sampled_from(values or [""]), max_size=1))
            return {"step": [str(form["step"])], "choice": chosen, "confirm": ["yes"]}
    raise AssertionError(form["kind"])


def key_of(content: dict[str, Any]) -> tuple[int, ...]:
    """The complete answer, found from the content without the code under test."""
    match content["kind"]:
        case "ordering":
            return tuple(range(len(content["items"])))
        case "matching":
            rights = list(dict.fromkeys(pair["right"]["lv"] for pair in content["pairs"]))
            return tuple(rights.index(pair["right"]["lv"]) for pair in content["pairs"])
        case "branching":
            nodes = {node["id"]: node for node in content["nodes"]}
            node, path = content["nodes"][0], []
            while node["choices"]:
                place = next(n for n, choice in enumerate(node["choices"]) if choice["quality"] == "good")
                path.append(place)
                node = nodes[node["choices"][place]["to"]]
            return tuple(path)
    return tuple(place for place, option in enumerate(content["options"]) if option["correct"])
