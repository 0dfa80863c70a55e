"""What a cmi of SCORM 1.2 or 2004 says. Pure calculation on what a browser sent, so nothing in it is trusted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from runtime.refusals import SaveMalformed
from runtime.verdicts import FOUR_PLACES, Verdict, Wish

Cmi = Mapping[str, Any]

NUMBER = re.compile(r"[+-]?(\d{1,12}(\.\d{0,20})?|\.\d{1,20})(e-?\d{1,2})?", re.IGNORECASE)
# SCORM 1.2 RTE 3.4.4 CMITimespan; SCORM 2004 4th RTE 4.1.1.7 timeinterval(second,10,2).
TIMESPAN = re.compile(r"(\d{1,9}):(\d{1,2}):(\d{1,2})(\.\d{1,9})?")
INTERVAL = re.compile(
    r"P(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.\d{1,9})?S)?)?"
)
# As scorm-again counts them: a year of 365 days and 6 hours, a month a twelfth of it.
INTERVAL_SECONDS = (31_557_600, 2_629_800, 86_400, 3_600, 60, 1)

LESSON_STATUSES = {"", "passed", "completed", "failed", "incomplete", "browsed", "not attempted"}
COMPLETIONS = {"", "completed", "incomplete", "not attempted", "unknown"}
SUCCESSES = {"", "passed", "failed", "unknown"}


def verdict_12(cmi: Cmi, settings: Mapping[str, Any], wish: Wish, *, has_ended: bool) -> Verdict:
    """What a SCO of SCORM 1.2 came to. Raises SaveMalformed.

    `has_ended`: the SCO called LMSFinish. Then the mastery score decides (RTE 3.4.4, cmi.core.lesson_status), unless
    the learner only paused.
    """
    core = _part(cmi, "core")
    status = _word(core, "lesson_status", LESSON_STATUSES)
    raw, score = _score_12(_part(core, "score"))
    has_left = has_ended and core.get("exit") != "suspend"
    mastery = _number(settings.get("mastery_score"))
    if has_left and mastery is not None and raw is not None:
        status = "passed" if raw >= mastery else "failed"
    is_final = has_left or status in {"passed", "completed", "failed"}
    own = {"passed": True, "failed": False}.get(status)
    judged = wish.judge(Verdict(passed=own, score=score), is_final=is_final)
    is_failure_taken = wish.failed_counts or judged.passed is True
    is_completed = status in {"passed", "completed"} or (status == "failed" and is_failure_taken)
    return Verdict(is_completed, judged.passed, score)


def verdict_2004(cmi: Cmi, settings: Mapping[str, Any], wish: Wish, *, has_ended: bool) -> Verdict:
    """What a SCO of SCORM 2004 came to. Raises SaveMalformed.

    A completion threshold and a passing score of the manifest overrule what the SCO says of itself (4th edition RTE
    4.2.4.1 and 4.2.21.1).
    """
    completion = _word(cmi, "completion_status", COMPLETIONS)
    success = _word(cmi, "success_status", SUCCESSES)
    score = _score_2004(_part(cmi, "score"))
    progress = _number(cmi.get("progress_measure"))
    if progress is not None and not 0 <= progress <= 1:
        raise SaveMalformed("progress_measure")
    threshold = _number(settings.get("completion_threshold"))
    if threshold is not None and progress is not None:
        completion = "completed" if progress >= threshold else "incomplete"
    passing = _number(settings.get("scaled_passing_score"))
    if passing is not None and score is not None:
        success = "passed" if score >= passing else "failed"
    is_final = completion == "completed" or (has_ended and cmi.get("exit") != "suspend")
    return wish.judge(Verdict(completion == "completed", _success(success, is_final), score), is_final=is_final)


def verdict_of_course(course: Mapping[str, Any], wish: Wish) -> Verdict:
    """What sequencing rolled up to the root of the activity tree. Raises SaveMalformed."""
    completion = _word(course, "completion", COMPLETIONS)
    success = _word(course, "success", SUCCESSES)
    score = _number(course.get("score"))
    if score is not None and not -1 <= score <= 1:
        raise SaveMalformed("course.score")
    is_completed = completion == "completed"
    # Until the whole is completed, its measure is that of the parts taken so far.
    score = score.quantize(FOUR_PLACES) if score is not None and is_completed else None
    return wish.judge(Verdict(is_completed, _success(success, is_completed), score), is_final=is_completed)


def _success(word: str, is_final: bool) -> bool | None:
    """Who is under way has not failed yet."""
    if word == "failed":
        return False if is_final else None
    return True if word == "passed" else None


def session_seconds(kind: str, cmi: Cmi) -> int:
    """The session time reported, in whole seconds; 0 when none is. Raises SaveMalformed."""
    if kind == "scorm12":
        text = _part(cmi, "core").get("session_time")
        if text in (None, ""):
            return 0
        if not (isinstance(text, str) and (found := TIMESPAN.fullmatch(text))):
            raise SaveMalformed("session_time")
        hours, minutes, seconds = (int(part) for part in found.groups()[:3])
        return 3600 * hours + 60 * minutes + seconds
    text = cmi.get("session_time")
    if text in (None, ""):
        return 0
    if not (isinstance(text, str) and (found := INTERVAL.fullmatch(text))):
        raise SaveMalformed("session_time")
    return sum(int(part or 0) * size for part, size in zip(found.groups(), INTERVAL_SECONDS, strict=True))


def total_time(kind: str, seconds: int) -> str:
    """Seconds as the package reads its total time."""
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if kind == "scorm12":
        return f"{hours:04}:{minutes:02}:{seconds:02}"
    return f"PT{hours}H{minutes}M{seconds}S"


def merged(full: Cmi, slim: Cmi | None) -> dict[str, Any]:
    """A full save with a slim one laid over it."""
    whole = dict(full)
    for key, value in (slim or {}).items():
        below = whole.get(key)
        whole[key] = merged(below, value) if isinstance(value, Mapping) and isinstance(below, Mapping) else value
    return whole


def _score_12(score: Mapping[str, Any]) -> tuple[Decimal | None, Decimal | None]:
    """Raw and scaled. A maximum alone is no score."""
    raw, least, most = _scale(score, 0, 100)
    if raw is None:
        return None, None
    return raw, ((raw - least) / (most - least)).quantize(FOUR_PLACES)


def _score_2004(score: Mapping[str, Any]) -> Decimal | None:
    scaled = _number(score.get("scaled"))
    if scaled is not None and not -1 <= scaled <= 1:
        raise SaveMalformed("score.scaled")
    # Without a scale a raw score says nothing: SCORM 2004 knows no usual maximum.
    has_scale = _number(score.get("max")) is not None
    raw, least, most = _scale(score, 0, 100) if has_scale else (None, Decimal(0), Decimal(1))
    if scaled is None and raw is not None:
        scaled = (raw - least) / (most - least)
    return None if scaled is None else scaled.quantize(FOUR_PLACES)


def _scale(score: Mapping[str, Any], usual_least: int, usual_most: int) -> tuple[Decimal | None, Decimal, Decimal]:
    raw = _number(score.get("raw"))
    least = _or(_number(score.get("min")), usual_least)
    most = _or(_number(score.get("max")), usual_most)
    if raw is not None and (most <= least or not least <= raw <= most):
        raise SaveMalformed("score.raw")
    return raw, least, most


def _or(value: Decimal | None, usual: int) -> Decimal:
    return Decimal(usual) if value is None else value


def _part(cmi: Cmi, name: str) -> Mapping[str, Any]:
    part = cmi.get(name, {})
    if not isinstance(part, Mapping):
        raise SaveMalformed(name)
    return part


def _word(part: Cmi, name: str, known: set[str]) -> str:
    word = part.get(name) or ""
    if not (isinstance(word, str) and word in known):
        raise SaveMalformed(name)
    return word


def _number(value: object) -> Decimal | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise SaveMalformed("number")
    text = str(value)
    if len(text) > 40 or not NUMBER.fullmatch(text):
        raise SaveMalformed("number")
    return Decimal(text)
