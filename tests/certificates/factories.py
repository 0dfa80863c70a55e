"""A snapshot with every field filled, as a full programme leaves it."""

from datetime import date
from typing import Any

from certificates.snapshot import Snapshot, Topic


def a_snapshot(**facts: Any) -> Snapshot:
    return Snapshot(
        **{
            "language": "lv",
            "number": "KP-2026-000123",
            "code": "7K4M2XQD9C0VRTV",
            "verification_address": "https://kopa.example/v/7K4M2-XQD9C-0VRTV/",
            "given_names": "Ilze",
            "surname": "Kalniņa",
            "programme": "Pamanīt. Uzklausīt. Ziņot. Sadarboties.",
            "programme_kind": "Starpnozaru mācību programma bērnu drošībai",
            "version": "1.0",
            "version_in_force_on": date(2026, 9, 1),
            "approval": "DN-2026/14",
            "replaces": "KP-2023-000007",
            "minutes": 270,
            "academic_hour_min": 45,
            "studied_from": date(2026, 10, 5),
            "studied_to": date(2026, 11, 23),
            "form": "Tiešsaistē",
            "completed_on": date(2026, 11, 23),
            "issued_on": date(2026, 11, 24),
            "valid_from": date(2026, 11, 24),
            "valid_until": date(2029, 11, 23),
            "validity_basis": "programmas noteikumi: 3 gadi",
            "topics": (
                Topic(title="Pamanīt: pazīmes un riski", outcomes=("Nosaukt brīdinājuma pazīmes.", "Pierakstīt.")),
                Topic(title="Uzklausīt: ja bērns uzticas", outcomes=("Mierīgi reaģēt pirmajās minūtēs.",)),
            ),
            "issuer": "Demo novada pašvaldība",
            "issuer_registration_number": "90000000000",
            "issuer_contact": "macibas@demonovads.example",
            "signatory": "Signe Vītola",
            "signatory_post": "programmas koordinatore",
            "legal_status": "Šis dokuments neapliecina speciālo zināšanu apguvi bērnu tiesību aizsardzības jomā.",
            **facts,
        }
    )
