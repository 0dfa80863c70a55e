"""QR codes as drawings."""

import base64
import io

DARK = "#0a312b"


def svg(address: str, *, border: int = 0, light: str | None = None) -> str:
    """The QR code of an address as SVG. `border` is the quiet zone in modules; None in `light` is transparent."""
    import segno  # Only pages with a code need it.

    drawing = io.BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(drawing, kind="svg", border=border, dark=DARK, light=light, xmldecl=False)
    return drawing.getvalue().decode()


def image(address: str, *, border: int = 0, light: str | None = None) -> str:
    """The same as a `data:` address for an `<img>`."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg(address, border=border, light=light).encode()).decode()
