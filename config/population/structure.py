"""Sectors, posts, institutions and requirements of Demo novads."""

from datetime import date, timedelta

from courses.models import Course, Role
from learning.models import Institution, Position, Requirement, Sector

from .municipality import MAIL_DOMAIN, PLACES, POSTS, ROOT_CODE, ROOT_NAME, SECTORS

# The programme came in waves: those who protect children every day and a pilot school first, all others this year.
PILOT_SECTORS = ("social", "orphans-court", "municipal-police", "state-police")
PILOT_SCHOOL = "centra-pamatskola"
PILOT_SCHOOL_POSTS = ("teacher", "head", "deputy-head", "social-pedagogue", "psychologist")
PILOT_BEGAN = timedelta(days=1200)
WAVE_BEGAN = timedelta(days=150)
LEGAL_BASIS = {
    "legal_basis_lv": ("Demo novada prevencijas plāns; amati pēc Bērnu tiesību aizsardzības likuma 5.1 panta saraksta"),
    "legal_basis_en": (
        "Prevention plan of Demo novads; posts as listed in section 5.1 of the Law on the Protection of the "
        "Children's Rights"
    ),
    "legal_checked_on": date(2026, 2, 21),
}


def create_posts() -> dict[str, Sector]:
    """Sectors, by key, and positions. What exists already stays as it is."""
    sectors = {}
    for place, (key, lv, en) in enumerate(SECTORS, start=1):
        sectors[key], _created = Sector.objects.get_or_create(
            key=key, defaults={"name_lv": lv, "name_en": en, "position": place}
        )
    roles = {role.key: role for role in Role.objects.all()}
    for post in POSTS:
        Position.objects.get_or_create(
            key=post.key,
            defaults={
                "name_lv": post.lv,
                "name_en": post.en,
                "role": roles[post.role],
                "law_point": post.law_point,
            },
        )
    return sectors


def create_structure() -> Institution:
    """The tree, with posts and sectors, and its root. What exists already stays as it is."""
    sectors = create_posts()
    root = Institution.objects.filter(code=ROOT_CODE).first() or Institution.add_root(
        code=ROOT_CODE,
        name=ROOT_NAME,
        registration_number="90000000000",
        contact_name="Signe Vītola",
        contact_email=f"macibas@{MAIL_DOMAIN}",
        contact_phone="+371 60000000",
    )
    existing = set(Institution.objects.under(root).values_list("code", flat=True))
    for place in PLACES:
        if place.code not in existing:
            root = Institution.objects.get(pk=root.pk)
            root.add_child(code=place.code, name=place.name, sector=sectors[place.sector])
    return Institution.objects.get(pk=root.pk)


def create_requirements(root: Institution, course: Course, *, today: date) -> None:
    """Who must study, since when and by when. What exists already stays as it is."""
    if Requirement.objects.filter(institution__path__startswith=root.path, course=course).exists():
        return
    positions = list(Position.objects.exclude(law_point=""))
    for key, _lv, _en in SECTORS:
        began, due_days = (
            (PILOT_BEGAN, 90) if key in PILOT_SECTORS else (WAVE_BEGAN, 175 if key == "education" else 120)
        )
        _require(course, root, positions, today - began, due_days, sector=Sector.objects.get(key=key))
    pilots = [position for position in positions if position.key in PILOT_SCHOOL_POSTS]
    _require(course, Institution.objects.get(code=PILOT_SCHOOL), pilots, today - PILOT_BEGAN, 90)


def _require(
    course: Course,
    institution: Institution,
    positions: list[Position],
    valid_from: date,
    due_days: int,
    sector: Sector | None = None,
) -> None:
    requirement = Requirement.objects.create(
        course=course, institution=institution, sector=sector, due_days=due_days, valid_from=valid_from, **LEGAL_BASIS
    )
    requirement.positions.set(positions)
