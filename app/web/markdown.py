"""Markdown of definitions and notes as HTML, through the sanitiser; the same text is rendered once."""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_reader = MarkdownIt("commonmark", {"html": False}).enable("table")
TAGS = {
    "p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "code", "pre", "h3", "h4", "h5", "h6", "hr", "a",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


@lru_cache(maxsize=500)
def markdown(source: str) -> Markup:
    """HTML of a Markdown text: no raw HTML, no pictures, links marked as leading out."""
    html = nh3.clean(_reader.render(source), tags=TAGS, attributes={"a": {"href"}}, link_rel="noopener noreferrer")
    return Markup(html)  # noqa: S704 - cleaned just now
