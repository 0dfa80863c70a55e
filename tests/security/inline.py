"""What the content policy forbids in a page: script, style or handlers written into the HTML."""

from html.parser import HTMLParser


class InlineFinder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in given and given.get("type") != "application/json"):
            self.found.append(f"<{tag}>")
        self.found += [
            f"<{tag} {name}={value!r}>"
            for name, value in attrs
            if name.startswith("on") or name == "style" or (value or "").strip().lower().startswith("javascript:")
        ]


def inline_parts(html: str) -> list[str]:
    finder = InlineFinder()
    finder.feed(html)
    return finder.found
