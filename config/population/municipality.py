"""Demo novads: its sectors, posts and institutions. All of it is invented."""

from dataclasses import dataclass

ROOT_CODE = "demo-novads"
ROOT_NAME = "Demo novads"
MAIL_DOMAIN = "demonovads.example"


@dataclass(frozen=True, slots=True)
class Post:
    """A position: names of a man and a woman in it, the role of its content, its point of section 5.1 of the Law."""

    key: str
    lv: str
    lv_woman: str
    en: str
    role: str
    law_point: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """An institution and how many people hold which post there. `women` is their share."""

    code: str
    name: str
    sector: str
    women: float
    posts: dict[str, int]


SECTORS = (
    ("education", "Izglītība", "Education"),
    ("social", "Sociālie pakalpojumi", "Social services"),
    ("orphans-court", "Bāriņtiesa", "Orphans' court (bāriņtiesa)"),
    ("municipal-police", "Pašvaldības policija", "Municipal police"),
    ("state-police", "Valsts policija", "State Police"),
    ("health", "Veselības aprūpe", "Health care"),
    ("youth-sport", "Jaunatne, sports un NVO", "Youth, sport and NGOs"),
)

# Section 5.1 of the Law on the Protection of the Children's Rights; an empty point: not in that list by the post alone.
POSTS = (
    Post("teacher", "Skolotājs", "Skolotāja", "Teacher", "teacher", "18"),
    Post("class-teacher", "Klases audzinātājs", "Klases audzinātāja", "Class teacher", "teacher", "18"),
    Post("sport-teacher", "Sporta skolotājs", "Sporta skolotāja", "Sports teacher", "teacher", "18"),
    Post("music-teacher", "Mūzikas skolotājs", "Mūzikas skolotāja", "Music teacher", "teacher", "18"),
    Post("preschool-teacher", "Pirmsskolas skolotājs", "Pirmsskolas skolotāja", "Pre-school teacher", "teacher", "18"),
    Post("teaching-assistant", "Skolotāja palīgs", "Skolotāja palīgs", "Teaching assistant", "teacher", "20"),
    Post("social-pedagogue", "Sociālais pedagogs", "Sociālā pedagoģe", "Social pedagogue", "support", "12"),
    Post("psychologist", "Izglītības psihologs", "Izglītības psiholoģe", "School psychologist", "support", "12"),
    Post("speech-therapist", "Logopēds", "Logopēde", "Speech therapist", "support", "20"),
    Post("head", "Direktors", "Direktore", "Head of school", "head", "3"),
    Post("preschool-head", "Pirmsskolas vadītājs", "Pirmsskolas vadītāja", "Head of pre-school", "head", "3"),
    Post(
        "deputy-head",
        *("Direktora vietnieks izglītības jomā", "Direktora vietniece izglītības jomā"),
        *("Deputy head for education", "head", "3"),
    ),
    Post("education-officer", "Izglītības speciālists", "Izglītības speciāliste", "Education officer", "head", "20"),
    Post("social-worker", "Sociālais darbinieks", "Sociālā darbiniece", "Social worker", "social", "10"),
    Post(
        "family-social-worker",
        *("Sociālais darbinieks darbam ar ģimenēm", "Sociālā darbiniece darbam ar ģimenēm"),
        *("Social worker for families", "social", "13"),
    ),
    Post("social-carer", "Sociālais rehabilitētājs", "Sociālā rehabilitētāja", "Social carer", "social", "20"),
    Post(
        "orphans-chair",
        "Bāriņtiesas priekšsēdētājs",
        "Bāriņtiesas priekšsēdētāja",
        "Chair of the orphans' court",
        "orphans",
        "2",
    ),
    Post(
        "orphans-member", "Bāriņtiesas loceklis", "Bāriņtiesas locekle", "Member of the orphans' court", "orphans", "2"
    ),
    Post(
        "mpolice-inspector",
        *("Pašvaldības policijas inspektors", "Pašvaldības policijas inspektore"),
        *("Municipal police inspector", "mpolice", "9"),
    ),
    Post(
        "spolice-inspector",
        *("Valsts policijas inspektors", "Valsts policijas inspektore"),
        *("State Police inspector", "spolice", "17"),
    ),
    Post(
        "minors-inspector",
        *("Nepilngadīgo lietu inspektors", "Nepilngadīgo lietu inspektore"),
        *("Inspector for minors", "spolice", "17"),
    ),
    Post("nurse", "Medicīnas māsa", "Medicīnas māsa", "Nurse", "support", "20"),
    Post("youth-worker", "Jaunatnes darbinieks", "Jaunatnes darbiniece", "Youth worker", "teacher", "20"),
    Post("coach", "Sporta treneris", "Sporta trenere", "Sports coach", "teacher", "20"),
    Post("hr-officer", "Personāla speciālists", "Personāla speciāliste", "HR officer", "teacher"),
    Post("office-clerk", "Lietvedis", "Lietvede", "Office clerk", "teacher"),
    Post("caretaker", "Saimniecības pārzinis", "Saimniecības pārzine", "Caretaker", "teacher"),
)


def _school(teachers: int, *, class_teachers: int, others: int = 1) -> dict[str, int]:
    return {
        "head": 1,
        "deputy-head": others,
        "class-teacher": class_teachers,
        "teacher": teachers,
        "sport-teacher": others,
        "music-teacher": 1,
        "teaching-assistant": 2 * others,
        "social-pedagogue": 1,
        "psychologist": 1,
        "speech-therapist": 1,
        "nurse": 1,
        "office-clerk": 1,
        "caretaker": 1,
    }


def _preschool(teachers: int, assistants: int) -> dict[str, int]:
    return {
        "preschool-head": 1,
        "preschool-teacher": teachers,
        "teaching-assistant": assistants,
        "music-teacher": 1,
        "speech-therapist": 1,
        "nurse": 1,
        "caretaker": 1,
    }


PLACES = (
    Place("demo-vidusskola", "Demo vidusskola", "education", 0.78, _school(30, class_teachers=18, others=2)),
    Place("centra-pamatskola", "Centra pamatskola", "education", 0.85, _school(20, class_teachers=14, others=2)),
    Place("liepkalnu-pamatskola", "Liepkalnu pamatskola", "education", 0.84, _school(12, class_teachers=9)),
    Place("ezermalas-pamatskola", "Ezermalas pamatskola", "education", 0.88, _school(9, class_teachers=7)),
    Place("pii-saulite", "Pirmsskolas izglītības iestāde „Saulīte”", "education", 0.97, _preschool(15, 10)),
    Place("pii-rukitis", "Pirmsskolas izglītības iestāde „Rūķītis”", "education", 0.97, _preschool(12, 8)),
    Place("pii-pienenite", "Pirmsskolas izglītības iestāde „Pienenīte”", "education", 0.97, _preschool(9, 7)),
    Place(
        *("makslu-skola", "Demo mūzikas un mākslas skola", "education", 0.7),
        {"head": 1, "deputy-head": 1, "music-teacher": 16, "teacher": 5, "office-clerk": 1},
    ),
    Place(
        *("izglitibas-parvalde", "Demo novada izglītības pārvalde", "education", 0.85),
        {"education-officer": 9, "psychologist": 2, "office-clerk": 1},
    ),
    Place(
        *("socialais-dienests", "Demo novada sociālais dienests", "social", 0.9),
        {"social-worker": 12, "family-social-worker": 11, "social-carer": 4, "psychologist": 1, "office-clerk": 1},
    ),
    Place(
        *("gimenes-centrs", "Ģimenes atbalsta centrs „Pavards”", "social", 0.9),
        {"family-social-worker": 5, "social-carer": 6, "psychologist": 1, "caretaker": 1},
    ),
    Place(
        *("barintiesa", "Demo novada bāriņtiesa", "orphans-court", 0.9),
        {"orphans-chair": 1, "orphans-member": 7, "office-clerk": 1},
    ),
    Place(
        *("pasvaldibas-policija", "Demo novada pašvaldības policija", "municipal-police", 0.25),
        {"mpolice-inspector": 19, "office-clerk": 1},
    ),
    Place(
        *("valsts-policija", "Valsts policijas Demo iecirknis", "state-police", 0.3),
        {"spolice-inspector": 19, "minors-inspector": 3, "office-clerk": 1},
    ),
    Place(
        *("veselibas-centrs", "Demo veselības centrs", "health", 0.92),
        {"nurse": 12, "psychologist": 1, "office-clerk": 1},
    ),
    Place(
        *("jaunatnes-centrs", "Demo jaunatnes un sporta centrs", "youth-sport", 0.5),
        {"youth-worker": 7, "coach": 9, "caretaker": 1},
    ),
)
