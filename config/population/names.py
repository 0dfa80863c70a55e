"""Latvian names, as common as possible, put together at random: no real person is meant."""

import re
import unicodedata
from random import Random

WOMEN = (
    *("Aija", "Aiga", "Agnese", "Alise", "Anda", "Anita", "Anna", "Antra", "Ārija", "Aurika", "Baiba", "Biruta"),
    *("Dace", "Daiga", "Daina", "Diāna", "Dita", "Dzintra", "Elīna", "Elza", "Evita", "Gita", "Gunita", "Guna"),
    *("Ieva", "Iluta", "Ina", "Indra", "Ineta", "Inese", "Ingrīda", "Inguna", "Iveta", "Jana", "Jolanta", "Karīna"),
    *("Kristīne", "Laila", "Laima", "Laura", "Lāsma", "Lauma", "Liene", "Līga", "Linda", "Lolita", "Maija", "Mārīte"),
    *("Marta", "Monta", "Olga", "Paula", "Rasma", "Rita", "Rūta", "Sandra", "Sanita", "Santa", "Sarmīte", "Signe"),
    *("Silvija", "Skaidrīte", "Solvita", "Svetlana", "Tatjana", "Una", "Valda", "Velga", "Vija", "Vineta", "Vita"),
    *("Zaiga", "Zanda", "Zane", "Žanete"),
)
MEN = (
    *("Aigars", "Ainārs", "Aivars", "Aldis", "Andris", "Armands", "Arnis", "Artūrs", "Arvīds", "Dainis", "Dzintars"),
    *("Edgars", "Egils", "Elmārs", "Ēriks", "Gatis", "Gints", "Guntars", "Gunārs", "Haralds", "Igors", "Ivars"),
    *("Jānis", "Jēkabs", "Juris", "Kārlis", "Kaspars", "Kristaps", "Lauris", "Māris", "Mārtiņš", "Miks", "Modris"),
    *("Niks", "Normunds", "Oskars", "Oļegs", "Pēteris", "Raimonds", "Raivis", "Rihards", "Roberts", "Rūdolfs"),
    *("Sandis", "Toms", "Uldis", "Valdis", "Viesturs", "Viktors", "Vilnis", "Zigmārs", "Žanis"),
)
# As a man bears them; `surname` gives the form that a woman bears.
SURNAMES = (
    *("Ābele", "Ābols", "Alksnis", "Apinis", "Apsītis", "Āboliņš", "Balodis", "Baltais", "Bērzs", "Birznieks"),
    *("Bite", "Briedis", "Bumbieris", "Cālītis", "Celmiņš", "Celms", "Ceriņš", "Cielava", "Cīrulis", "Dambis"),
    *("Dreimanis", "Dzenis", "Dzērve", "Dzilna", "Eglītis", "Egle", "Feldmanis", "Freimanis", "Gailis", "Gaigals"),
    *("Graudiņš", "Grava", "Grīnbergs", "Irbe", "Ivanovs", "Jansons", "Jaunzems", "Jurjāns", "Kaija", "Kalējs"),
    *("Kalns", "Kārkliņš", "Kauliņš", "Ķirsis", "Kļava", "Kļaviņš", "Kovaļevskis", "Krastiņš", "Krauklis", "Krēsliņš"),
    *("Krūmiņš", "Kronbergs", "Kundziņš", "Lācis", "Lapsa", "Lapiņš", "Lasis", "Laukmanis", "Lazdiņš", "Leja"),
    *("Liepa", "Līcis", "Lielmanis", "Lodziņš", "Lūsis", "Medenis", "Melderis", "Mednis", "Mežs", "Mucenieks"),
    *("Muižnieks", "Niedra", "Ozols", "Osis", "Pakalns", "Paegle", "Petrovs", "Plūme", "Podnieks", "Priede"),
    *("Priedītis", "Pūce", "Pūpols", "Purviņš", "Putniņš", "Rozītis", "Roze", "Rudzītis", "Rutks", "Saulītis"),
    *("Siliņš", "Skudra", "Skujiņš", "Smilga", "Sproģis", "Spriņģis", "Stārks", "Strautiņš", "Strazdiņš", "Strazds"),
    *("Šķēle", "Stūrītis", "Sudrabs", "Sūniņš", "Tauriņš", "Teteris", "Timermanis", "Upenieks", "Upītis", "Ūdris"),
    *("Vanags", "Vasiļjevs", "Vējš", "Veidemanis", "Vilks", "Vilciņš", "Vītoliņš", "Vītols", "Zaķis", "Zālītis"),
    *("Zariņš", "Zeltiņš", "Ziediņš", "Ziemelis", "Zīle", "Zirnis", "Znotiņš", "Zvaigzne", "Zvirbulis", "Žagars"),
)
ENDINGS = (
    ("skis", "ska"),
    ("nieks", "niece"),
    ("ais", "ā"),
    ("iņš", "iņa"),
    ("jš", "ja"),
    ("is", "e"),
    ("š", "a"),
    ("s", "a"),
)


def surname(as_a_man: str, *, woman: bool) -> str:
    """The form of a surname that this person bears: Bērziņš or Bērziņa, Lācis or Lāce, and Liepa for both."""
    if not woman:
        return as_a_man
    for his, hers in ENDINGS:
        if as_a_man.endswith(his):
            return as_a_man.removesuffix(his) + hers
    return as_a_man


class Names:
    """Different full names, drawn from a seeded source."""

    def __init__(self, source: Random) -> None:
        self.source = source
        self.given: set[str] = set()

    def reserve(self, *names: str) -> None:
        self.given.update(names)

    def next(self, *, woman: bool) -> tuple[str, str]:
        while True:
            first = self.source.choice(WOMEN if woman else MEN)
            last = surname(self.source.choice(SURNAMES), woman=woman)
            if woman and self.source.random() < 0.04:
                second = surname(self.source.choice(SURNAMES), woman=True)
                last = last if second == last else f"{last}-{second}"
            if (name := f"{first} {last}") not in self.given:
                self.given.add(name)
                return first, last


def ascii_of(text: str) -> str:
    """Small Latin letters and hyphens, for addresses."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return re.sub(r"[^a-z-]", "", bare.lower())
