"""What can go wrong with cmi5, said in English to systems of the staff and to their developers."""


class Cmi5Error(Exception):
    """`message` says what happened and what to do; `code` and `status` say it to the systems of the staff."""

    code = "refused"
    status = 422
    message = ""


class CourseUnknown(Cmi5Error):
    code = "course-unknown"
    status = 404
    message = "There is no cmi5 course with this number."


class UnitUnknown(Cmi5Error):
    code = "unit-unknown"
    status = 404
    message = "The course has no assignable unit at this place. Units are counted from 0."


class RegistrationUnknown(Cmi5Error):
    code = "registration-unknown"
    status = 404
    message = "There is no such registration."


class SessionUnknown(Cmi5Error):
    code = "session-unknown"
    status = 404
    message = "There is no such session, or none that is open."


class ActorNotFit(Cmi5Error):
    """cmi5 9.2: the actor is an Agent with an account."""

    code = "actor-not-fit"
    message = "The actor must be an Agent with an account: a homePage (an absolute address) and a name."


class RegistrationTaken(Cmi5Error):
    code = "registration-taken"
    status = 409
    message = "This registration belongs to another course or another actor, or to a learner of the platform."


class AlreadyWaived(Cmi5Error):
    """cmi5 9.3.7: a unit is waived once per registration."""

    code = "already-waived"
    status = 409
    message = "This unit has been waived already."


class SessionEnded(Cmi5Error):
    code = "session-ended"
    status = 409
    message = "This session has ended already."


class LengthNeeded(Cmi5Error):
    """A body that is sent piece by piece: the server in front may hand on nothing of it."""

    code = "length-needed"
    status = 411
    message = "Send the package with its Content-Length, not in pieces without one."


class TooLarge(Cmi5Error):
    code = "too-large"
    status = 413
    message = "The package is larger than this platform takes."
