"""A person without a mouse: what has the focus is all that can be pressed."""

from playwright.sync_api import Page, expect

MOST_TABS = 250


def tab_to(page: Page, selector: str) -> None:
    """Tab on, past the end and round again if need be, until the focus is there and can be seen."""
    expect(page.locator(selector).first).to_be_attached()
    for _press in range(MOST_TABS):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            break
        page.keyboard.press("Tab")
    else:
        raise AssertionError(f"{page.url}: {MOST_TABS} times Tab do not reach {selector}")
    assert page.evaluate("document.activeElement.matches(':focus-visible')"), f"{page.url}: no focus ring on {selector}"


def press(page: Page, selector: str) -> None:
    """Tab to a link or button that leads to another page, and follow it."""
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def choose_radio(page: Page, name: str, value: str) -> None:
    """Only one radio of a group is a tab stop; the arrows go to the others."""
    tab_to(page, f"input[type=radio][name={name}]")
    page.keyboard.press("Space")
    for _press in range(page.locator(f"input[name={name}]").count()):
        if page.evaluate("document.activeElement.value") == value:
            break
        page.keyboard.press("ArrowDown")
    expect(page.locator(f"input[name={name}][value='{value}']")).to_be_checked()


def tick(page: Page, name: str, value: str) -> None:
    box = f"input[type=checkbox][name={name}][value='{value}']"
    tab_to(page, box)
    if not page.locator(box).is_checked():
        page.keyboard.press("Space")
    expect(page.locator(box)).to_be_checked()


def choose_from_list(page: Page, name: str, value: str) -> None:
    tab_to(page, f"select[name={name}]")
    page.keyboard.press("Home")
    for _press in range(page.locator(f"select[name={name}] option").count()):
        if page.locator(f"select[name={name}]").input_value() == value:
            break
        page.keyboard.press("ArrowDown")
    expect(page.locator(f"select[name={name}]")).to_have_value(value)
