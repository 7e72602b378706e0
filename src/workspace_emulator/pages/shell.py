"""Puts a page together from its template and the frame that all pages share. Every value is escaped here, once."""

from functools import cache
from html import escape
from importlib.resources import files
from string import Template


def page(name: str, *, title: str, script: str, user: str = "") -> str:
    """The HTML of the page whose template is `name`, run by the module `script`, about `user` where it is about one."""
    values = {"title": escape(title), "script": escape(script), "user": escape(user)}
    main = _template(name).substitute(values)
    return _template("frame").substitute(values, main=main, page=escape(name))


@cache
def _template(name: str) -> Template:
    return Template((files("workspace_emulator.pages") / "templates" / f"{name}.html").read_text(encoding="utf-8"))
