"""What the staff API takes and gives for cmi5."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field

from runtime.cmi5.addresses import is_storable, is_web_address
from runtime.cmi5.models import Session


def _web_address(value: str) -> str:
    if not is_web_address(value):
        raise ValueError("an absolute http or https address is needed")
    return value


def _storable(value: str) -> str:
    if not is_storable(value):
        raise ValueError("it holds a character that cannot be kept")
    return value


class Taken(Schema):
    """Base of what is sent: an unknown name is a mistake, not something to pass over (S14)."""

    model_config = ConfigDict(extra="forbid")


class LaunchIn(Taken):
    actor: dict[str, Any] = Field(
        examples=[{"account": {"homePage": "https://hr.example", "name": "17"}}], description="An Agent with an account"
    )
    registration: UUID | None = Field(None, description="A new one when it is left out")
    launchMode: Literal["Normal", "Browse", "Review"] = "Normal"
    returnUrl: Annotated[str, AfterValidator(_web_address), Field(max_length=2000)] | None = None


class WaiveIn(Taken):
    unit: int = Field(ge=0, description="Place of the assignable unit in the course, counted from 0")
    reason: Annotated[
        str,
        AfterValidator(_storable),
        Field(
            min_length=1,
            max_length=200,
            description="cmi5 names: Tested Out, Equivalent AU, Equivalent Outside Activity, Administrative",
        ),
    ]


class UnitOut(Schema):
    index: int
    id: str = Field(description="As in the course structure")
    activityId: str = Field(description="The id that statements are about")
    title: dict[str, str]
    moveOn: str
    launchMethod: str
    masteryScore: float | None


class CourseOut(Schema):
    id: UUID = Field(description="Names the course in this API")
    courseId: str = Field(description="As in the course structure")
    activityId: str
    title: dict[str, str]
    units: list[UnitOut]
    warnings: list[str]


class LaunchOut(Schema):
    url: str = Field(description="Open it once, in the browser of the actor")
    session: UUID
    registration: UUID
    launchMethod: str


class UnitStandingOut(Schema):
    index: int
    id: str
    activityId: str
    satisfied: bool
    completedAt: datetime | None
    passedAt: datetime | None
    failedAt: datetime | None
    waivedAt: datetime | None
    score: float | None


class BlockStandingOut(Schema):
    id: str
    activityId: str
    satisfiedAt: datetime | None


class SessionOut(Schema):
    id: UUID
    unit: int
    launchMode: str
    launchedAt: datetime
    initialized: bool
    endedAt: datetime | None
    abandoned: bool

    @classmethod
    def of(cls, session: Session, unit: int) -> SessionOut:
        return cls(
            id=session.number,
            unit=unit,
            launchMode=session.mode,
            launchedAt=session.launched_at,
            initialized=session.initialized_at is not None,
            endedAt=session.ended_at,
            abandoned=session.is_abandoned,
        )


class RegistrationOut(Schema):
    id: UUID
    course: UUID
    actor: dict[str, Any]
    satisfiedAt: datetime | None = Field(description="When all units of the course were")
    units: list[UnitStandingOut]
    blocks: list[BlockStandingOut]
    sessions: list[SessionOut]


class ProblemOut(Schema):
    code: str
    message: str


class RefusedPackageOut(ProblemOut):
    where: str = Field(description="Member of the archive or field of the course structure")
    mend: str
