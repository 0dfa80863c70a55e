"""Every template compiles and names only pictures that exist."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

FOLDER = settings.BASE_DIR / "templates"
TEMPLATES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.*"))
SPRITE = (settings.BASE_DIR / "static/kopa/icons.svg").read_text()
PICTURES = set(re.findall(r'id="i-([a-z]+)"', SPRITE))
# {% icon "check" %}, {% note "info" "clock" … %}, {% include "components/…" with icon="check" %}
NAMED = re.compile(r'\{% icon "([^"]+)"|\{% note "[^"]+" "([^"]+)"|\bicon="([^"]+)"')


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_compiles_and_its_pictures_exist(name):
    get_template(name)

    named = {picture for groups in NAMED.findall(Path(FOLDER / name).read_text()) for picture in groups if picture}
    assert named <= PICTURES
