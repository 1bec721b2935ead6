"""Reading pages as a browser does: elements by tag, class and attribute."""

from html.parser import HTMLParser

VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
    "use",
    "rect",
}


class Element:
    def __init__(self, tag, attrs):
        self.tag, self.attrs, self.children, self.pieces = tag, dict(attrs), [], []

    @property
    def text(self):
        parts = [piece if isinstance(piece, str) else piece.text for piece in self.pieces]
        return " ".join(" ".join(parts).split())

    def all(self, tag=None, **attrs):
        """Elements below with the tag and attributes (``class_`` is contained, others equal; dashes as underscores)."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attrs.items()}
        return [
            one
            for one in self.walk()
            if (tag is None or one.tag == tag) and all(one.has(*pair) for pair in wanted.items())
        ]

    def one(self, tag=None, **attrs):
        found = self.all(tag, **attrs)
        assert len(found) == 1, f"{len(found)} of {tag} {attrs}"
        return found[0]

    def has(self, name, value):
        if name == "class":
            return value in self.attrs.get("class", "").split()
        return (
            self.attrs.get(name, None if value is not True else False) == value
            if value is not True
            else name in self.attrs
        )

    def walk(self):
        for child in self.children:
            yield child
            yield from child.walk()


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.root = Element("root", [])
        self.stack = [self.root]

    def handle_starttag(self, tag, attrs):
        element = Element(tag, attrs)
        self.stack[-1].children.append(element)
        self.stack[-1].pieces.append(element)
        if tag not in VOID:
            self.stack.append(element)

    def handle_startendtag(self, tag, attrs):
        element = Element(tag, attrs)
        self.stack[-1].children.append(element)

    def handle_endtag(self, tag):
        if any(element.tag == tag for element in self.stack):
            while self.stack.pop().tag != tag:
                pass

    def handle_data(self, data):
        self.stack[-1].pieces.append(data)


def page(response):
    """The parsed page of a response."""
    reader = Reader()
    reader.feed(response.content.decode())
    return reader.root
