"""What every template keeps to: parts that exist, no styles or scripts of its own, colours that can be read."""

import gzip
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = "\n".join(path.read_text() for path in sorted((ROOT / "static" / "css").glob("*.css")))
SCRIPTS = "\n".join(path.read_text() for path in sorted((ROOT / "static" / "js").glob("*.js")))
COMMENT = re.compile(r"{#.*?#}", re.DOTALL)
JINJA = re.compile(r"{{.*?}}|{%.*?%}", re.DOTALL)
HANDLER = re.compile(r"""\s(on[a-z]+|style)\s*=\s*["']""")


def source(path: Path) -> str:
    """A template without its comments."""
    return COMMENT.sub("", path.read_text())


def classes(path: Path) -> set[str]:
    """The class names that stand in a template as plain words."""
    found: set[str] = set()
    for value in re.findall(r'class="((?:{{.*?}}|{%.*?%}|[^"])*)"', source(path), re.DOTALL):
        plain = JINJA.sub("\x00", value)
        found.update(word for word in plain.split() if "\x00" not in word)
    return found


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_uses_only_classes_that_are_styled(path: Path) -> None:
    known = set(re.findall(r"\.(-?[A-Za-z_][\w-]*)", STYLES + SCRIPTS)) | {"icon"}
    assert classes(path) - known == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_has_no_style_and_no_script_of_its_own(path: Path) -> None:
    text = source(path)
    assert HANDLER.search(text) is None
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert "javascript:" not in text


def test_every_named_icon_is_in_the_sprite() -> None:
    listed = {
        line.partition("=")[0].strip()
        for line in (ROOT / "static" / "icons.txt").read_text().splitlines()
        if line.strip() and not line.startswith("#")
    }
    places = [*TEMPLATES, *(ROOT / "app").rglob("*.py")]
    used = {
        name
        for path in places
        for name in re.findall(r"""\bicon(?:_name)?\s*[=(:]\s*["']([a-z][a-z0-9-]*)["']""", path.read_text())
    }
    assert used - listed == set()


def tokens(block: str) -> dict[str, str]:
    """The colours that a block of tokens sets."""
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", block))


LIGHT = tokens(STYLES[: STYLES.index('[data-bs-theme="dark"]')])
DARK = {
    **LIGHT,
    **tokens(STYLES[STYLES.index('[data-bs-theme="dark"]') : STYLES.index("@media (prefers-color-scheme")]),
}
PAIRS = [
    *((ink, ground) for ink in ("ink", "ink-2") for ground in ("ground", "sheet", "raised", "well", "rail")),
    ("ink-3", "sheet"),
    ("jade", "sheet"),
    ("jade", "ground"),
    ("jade", "jade-tint"),
    ("ink", "jade-tint"),
    ("ink-2", "jade-tint"),
    ("on-jade", "jade"),
    ("on-jade", "jade-deep"),
    ("sheet", "bad"),
    *((tone, place) for tone in ("good", "warn", "bad", "info", "mute") for place in (f"{tone}-tint", "sheet")),
    *(("ink", f"{tone}-tint") for tone in ("good", "warn", "bad", "info", "mute")),
]


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_text_can_be_read_on_its_ground(mode: str) -> None:
    colours = LIGHT if mode == "light" else DARK
    weak = {pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in PAIRS}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_edges_of_inputs_and_the_focus_ring_can_be_seen(mode: str) -> None:
    colours = LIGHT if mode == "light" else DARK
    for mark in ("line-2", "jade"):
        for ground in ("sheet", "ground"):
            assert contrast(colours[mark], colours[ground]) >= 3


def test_the_system_s_dark_mode_is_the_chosen_dark_mode() -> None:
    system = STYLES[STYLES.index("@media (prefers-color-scheme") :]
    assert {**LIGHT, **tokens(system[: system.index("/* base */")])} == DARK


def test_all_own_styles_and_scripts_together_stay_small() -> None:
    assert len(gzip.compress((STYLES + SCRIPTS).encode())) < 24 * 1024
