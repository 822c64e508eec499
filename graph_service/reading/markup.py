"""The words of an HTML page: its main text, one paragraph a line, and its title.

The page is read in one pass without a tree, so that neither depth nor unclosed tags cost more than their
length.
"""

import re
from dataclasses import dataclass, field
from html import unescape

_TAG = re.compile(r"""(/?)([A-Za-z][A-Za-z0-9:-]*)((?:[^>"']|"[^"]*"|'[^']*')*)>""")


def _tags(names: str) -> frozenset[str]:
    return frozenset(names.split())


_SILENT = _tags("script style noscript template svg math iframe object textarea select head")
_ASIDE = _tags("nav footer aside form button menu")
_HEAD = _tags("title meta link script style base noscript template")
_MAIN = frozenset(["article", "main"])
_INLINE = _tags(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark q rb rp rt ruby s samp "
    "small span strike strong sub sup time tt u var wbr img"
)
_VOID = _tags("area base br col embed hr img input link meta param source track wbr")
_SPACE = re.compile(r"[ \t\r\n\f\v\u00a0]+")


@dataclass(slots=True)
class _Block:
    """One paragraph: its words, whether it stands in the main part or beside it, how much of it is links."""

    main: bool
    aside: bool
    words: list[str] = field(default_factory=list)
    linked: int = 0

    @property
    def text(self) -> str:
        return _SPACE.sub(" ", "".join(self.words)).strip()


@dataclass(slots=True)
class _Page:
    """What one pass over a page has seen so far."""

    blocks: list[_Block] = field(default_factory=lambda: [_Block(main=False, aside=False)])
    open: dict[str, int] = field(default_factory=dict)
    silent: str | None = None
    title: list[str] = field(default_factory=list)
    headline: str | None = None

    def within(self, names: frozenset[str]) -> bool:
        return any(self.open.get(name) for name in names)

    def tag(self, closing: bool, name: str) -> None:
        if self.silent is not None:
            self._quiet(closing, name)
            return
        if name in _SILENT and not closing:
            self.silent = name
            return
        if closing and name == "h1" and self.headline is None:
            self.headline = self.blocks[-1].text or None
        if name not in _VOID:
            self.open[name] = max(0, self.open.get(name, 0) + (-1 if closing else 1))
        if name in ("td", "th"):
            self.blocks[-1].words += [] if closing else ["\u2003"]
        elif name not in _INLINE:
            self._break()

    def _quiet(self, closing: bool, name: str) -> None:
        """Follow the tags inside what is not text; `head` ends where something begins that it cannot hold."""
        if name == "title" and self.silent == "head":
            self.open["title"] = 0 if closing else 1
        elif (closing and name == self.silent) or (self.silent == "head" and name not in _HEAD):
            self.silent = None
            self.open["title"] = 0
            if not closing:
                self.tag(closing, name)

    def _break(self) -> None:
        main, aside = self.within(_MAIN), self.within(_ASIDE)
        if self.blocks[-1].words:
            self.blocks.append(_Block(main, aside))
        else:
            self.blocks[-1].main, self.blocks[-1].aside = main, aside

    def text(self, words: str) -> None:
        if not words:
            return
        if self.open.get("title"):
            self.title.append(unescape(words))
        if self.silent is not None or self.open.get("title"):
            return
        plain = unescape(words)
        self.blocks[-1].words.append(plain)
        if self.open.get("a"):
            self.blocks[-1].linked += len(plain.strip())


def read_html(html: str) -> tuple[str, str | None]:
    """Return the main text of a page, one paragraph a line, and its title (None where it states none).

    Where the page has an `article` or `main` part with words, only that is taken; otherwise everything but
    navigation, footers, forms and paragraphs that are mostly links.
    """
    page = _read(html)
    kept = [b for b in page.blocks if not b.aside]
    kept = kept if any(b.text for b in kept) else page.blocks
    main = [b for b in kept if b.main]
    chosen = main if sum(len(b.text) for b in main) >= 20 else kept
    lines = [(b.text, b.linked) for b in chosen]
    text = "\n".join(
        line.replace(" \u2003 ", "\t").replace("\u2003", "\t").strip()
        for line, linked in lines
        if line and not (linked > 0.6 * len(line) and len(line) < 200)
    )
    title = page.headline or _SPACE.sub(" ", "".join(page.title)).strip()
    return text, title or None


def _read(html: str) -> _Page:
    page, raw = _Page(), None
    for number, chunk in enumerate(_uncommented(html).split("<")):
        match = _TAG.match(chunk) if number else None
        if raw is not None and not (match and match[1] and match[2].lower() == raw):
            continue
        raw = None
        if match is None:
            page.text(chunk if not number else _stray(chunk))
            continue
        name = match[2].lower()
        page.tag(bool(match[1]), name)
        raw = name if name in ("script", "style") and not match[1] else None
        page.text(chunk[match.end() :])
    return page


def _stray(chunk: str) -> str:
    """Return the words after a `<` that begins no tag: declarations go, a lone sign stays."""
    return chunk.partition(">")[2] if chunk[:1] in ("!", "?", "/") or chunk[:1].isalpha() else "<" + chunk


def _uncommented(html: str) -> str:
    """Return the page without comments; one that never ends takes the rest with it."""
    kept, at = [], 0
    while (start := html.find("<!--", at)) >= 0:
        kept.append(html[at:start])
        end = html.find("-->", start + 4)
        if end < 0:
            return "".join(kept)
        at = end + 3
    return "".join([*kept, html[at:]])
