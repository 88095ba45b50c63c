"""A page as a test reads it, and the checks that every page must pass."""

import re
from collections import Counter
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode
from werkzeug.test import TestResponse

UNTRANSLATED = re.compile(r"%\((\w+)\)[sd]|\{\{|\{%|\bNone\b|<(?:lazy|object)|LazyString|Undefined")
LABELLED_BY_THEMSELVES = {"hidden", "submit", "button", "reset", "image"}


class Page:
    """An HTML answer: ``css`` finds nodes, ``text`` reads, ``form`` gives what a form would send."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.html = response.get_data(as_text=True)
        self.tree = LexborHTMLParser(self.html)

    def css(self, selector: str) -> list[LexborNode]:
        """Every node that matches."""
        return self.tree.css(selector)

    def one(self, selector: str) -> LexborNode:
        """The only node that matches."""
        found = self.css(selector)
        assert len(found) == 1, f"{len(found)} × {selector} on {self.title!r}"
        return found[0]

    def text(self, selector: str = "body") -> str:
        """The words in all nodes that match, in one line."""
        return " ".join(" ".join(node.text(separator=" ").split()) for node in self.css(selector))

    @property
    def title(self) -> str:
        """The window's title."""
        return self.text("title")

    @property
    def links(self) -> dict[str, str]:
        """Text of each link and where it leads; the last of the same text wins."""
        return {" ".join(a.text().split()): a.attributes.get("href") or "" for a in self.css("a[href]")}

    def form(self, selector: str = "main form") -> dict[str, str | list[str]]:
        """The values that the (first) form matching would send if nothing were typed, hidden ones included."""
        found = self.css(selector)
        assert found, f"no {selector} on {self.title!r}"
        values: dict[str, str | list[str]] = {}
        for field in found[0].css("input[name], select[name], textarea[name]"):
            name = field.attributes["name"] or ""
            for value in _values(field):
                before = values.get(name)
                values[name] = value if before is None else [*([before] if isinstance(before, str) else before), value]
        return values

    def errors(self) -> dict[str, str]:
        """Words of the error at each field, by the field's name."""
        found = {}
        for field in self.css("[name][aria-invalid=true]"):
            ids = (field.attributes.get("aria-describedby") or field.attributes.get("aria-errormessage") or "").split()
            words = [self.text(f"[id='{i}']") for i in ids if i.endswith(("-error", "-errors"))]
            found[field.attributes["name"] or ""] = " ".join(words)
        return found

    def check(self) -> None:
        """What must hold on every page, whatever it shows."""
        faults = list(self._faults())
        assert not faults, f"{self.response.request.path}: " + "; ".join(faults)

    def _faults(self):
        is_whole = bool(re.match(r"\s*<!doctype html>", self.html, re.IGNORECASE))
        if is_whole:
            yield from self._frame_faults()
        ids = Counter(node.attributes.get("id") for node in self.css("[id]"))
        yield from (f"id {name!r} stands {n} times" for name, n in ids.items() if n > 1)
        for form in self.css("form"):
            method = (form.attributes.get("method") or "get").lower()
            if method == "post" and not form.css("input[name=csrf_token][value]"):
                yield f"a form that posts to {form.attributes.get('action') or 'itself'} has no CSRF token"
        yield from self._label_faults(set(ids))
        yield from self._policy_faults()
        for image in self.css("img:not([alt])"):
            yield f"no alt on {image.attributes.get('src')}"
        words = self.text("body")
        if found := UNTRANSLATED.search(words):
            yield f"reads {words[max(0, found.start() - 20) : found.end() + 20]!r}"

    def _frame_faults(self):
        language = self.one("html").attributes.get("lang")
        if language not in {"zh-CN", "en"}:
            yield f"lang={language}"
        if not self.title.strip(" ·"):
            yield "no title"
        if len(self.css("h1")) != 1:
            yield f"{len(self.css('h1'))} × h1"
        if len(self.css("main")) != 1:
            yield f"{len(self.css('main'))} × main"

    def _label_faults(self, ids: set[str | None]):
        for field in self.css("input, select, textarea"):
            kind = (field.attributes.get("type") or "").lower()
            if kind in LABELLED_BY_THEMSELVES:
                continue
            own = field.attributes.get("id")
            named = field.attributes.get("aria-label") or field.attributes.get("aria-labelledby")
            if not named and not (own and self.css(f"label[for='{own}']")) and not _inside_label(field):
                yield f"no label for {field.attributes.get('name') or own}"
        for button in self.css("button, a[href]"):
            spoken = button.text().strip() or button.attributes.get("aria-label") or button.attributes.get("title")
            if not spoken and not button.css("img[alt]:not([alt=''])"):
                yield f"a button or link without words: {button.html}"
        for label in self.css("label[for]"):
            if label.attributes["for"] not in ids:
                yield f"a label for {label.attributes['for']}, which is not there"

    def _policy_faults(self):
        for script in self.css("script:not([src])"):
            if script.attributes.get("type") not in {"application/json", "importmap"}:
                yield "an inline script"
        if self.css("style"):
            yield "an inline style sheet"
        if self.css("[style]"):
            yield f"an inline style on {self.css('[style]')[0].tag}"
        for node in self.css("*"):
            if any(name.startswith("on") for name in node.attributes):
                yield f"an event handler on {node.tag}"
            if (node.attributes.get("href") or "").lower().startswith("javascript:"):
                yield "a javascript: link"
        for node in self.css("script[src], link[href], img[src]"):
            address = node.attributes.get("src") or node.attributes.get("href") or ""
            if urlsplit(address).netloc not in {"", "localhost"}:
                yield f"loads {address}"


def _values(field: LexborNode) -> list[str]:
    kind = (field.attributes.get("type") or "").lower()
    if "disabled" in field.attributes or kind in {"submit", "button", "reset", "image", "file"}:
        return []
    if field.tag == "select":
        options = field.css("option[selected]") or ([] if "multiple" in field.attributes else field.css("option")[:1])
        return [option.attributes.get("value", option.text()) or "" for option in options]
    if field.tag == "textarea":
        return [field.text().removeprefix("\n")]
    if kind in {"checkbox", "radio"} and "checked" not in field.attributes:
        return []
    return [field.attributes.get("value") or ("on" if kind == "checkbox" else "")]


def _inside_label(field: LexborNode) -> bool:
    parent = field.parent
    while parent is not None:
        if parent.tag == "label":
            return True
        parent = parent.parent
    return False
