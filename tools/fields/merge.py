"""What the releases say of a kind, put together, and its text."""

import re


class Shape:
    """A value and everything in it, with the minors in which each is so."""

    def __init__(self):
        self.kinds = {}     # minor -> message, list, map, string, ...
        self.values = {}    # of an enum: name -> minors
        self.limits = {}    # minor -> (least, greatest)
        self.fields = {}    # of a message: name -> Shape
        self.inner = None   # of a list or a map
        self.keys = None    # of a map: the type of its keys
        self.one_ofs = {}   # names of which at most one may be there -> minors
        self.required = {}  # name -> minors

    def saw(self, minors, kind):
        for minor in minors:
            self.kinds[minor] = kind

    def field(self, name):
        return self.fields.setdefault(name, Shape())

    def item(self):
        self.inner = self.inner or Shape()
        return self.inner

    def allow(self, minors, values):
        for value in values:
            self.values.setdefault(str(value), set()).update(minors)

    def limit(self, minors, low, high):
        for minor in minors:
            self.limits[minor] = low, high

    def one_of(self, minors, names):
        self.one_ofs.setdefault(tuple(sorted(names)), set()).update(minors)

    def require(self, minors, name):
        self.required.setdefault(name, set()).update(minors)

    def last_until(self, last, minors, gone):
        """Repeats for the minors what was so in the last one."""
        if last in self.kinds:
            self.saw(minors, self.kinds[last])
            if last in self.limits:
                self.limit(minors, *self.limits[last])
            for shown in self.values.values():
                if last in shown:
                    shown.update(minors)
        if self.inner:
            self.inner.last_until(last, minors, gone)
        for name, shape in self.fields.items():
            if name not in gone:
                shape.last_until(last, minors, gone)

    def read_by_proto_name(self, until):
        """Before a minor, a field was read by its name in the .proto, too."""
        if self.inner:
            self.inner.read_by_proto_name(until)
        for name, shape in self.fields.items():
            shape.read_by_proto_name(until)
            camel = re.sub(r"_(.)", lambda match: match.group(1).upper(), name)
            for minor, kind in self.fields[camel].kinds.items():
                if minor < until and minor not in shape.kinds:
                    shape.saw([minor], kind)
                    shape.limit([minor], *self.fields[camel].limits[minor])

    def minors(self):
        return set(self.kinds)


def span(minors, around):
    """The minors as `@FIRST-LAST`, nothing where it is all of those around."""
    if minors == around:
        return ""
    first, last = min(minors), max(minors)
    # A field is not taken away and given back; where a table says so, it is
    # there all the time.
    return f" @{first}-{'' if last == max(around) else last}"


class Writer:
    """Writes shapes; those that are alike are written once."""

    def __init__(self):
        self.numbers = {}  # text of a message -> its number
        self.blocks = []

    def kind(self, shape, path):
        """How the type of a value is written."""
        kinds = set(shape.kinds.values())
        wide = kinds & {"open", "int-or-string"}
        if len(kinds) > 1 and len(wide) != 1:
            raise ValueError(f"{path} is all of {', '.join(sorted(kinds))}")
        kind = (wide or kinds).pop()
        if kind in ("list", "map"):
            mark = "[]" if kind == "list" else \
                "{}" if shape.keys == "string" else "{int}"
            return mark + self.kind(shape.inner, path + mark)
        if kind == "message":
            return f"#{self.message(shape, path)}"
        if kind == "enum":
            return "enum:" + "|".join(
                name + span(minors, shape.minors()).strip()
                for name, minors in shape.values.items())
        if kind in ("int", "number"):
            return kind + self.limits(shape)
        return kind

    def limits(self, shape):
        lows = [low for low, _ in shape.limits.values()]
        highs = [high for _, high in shape.limits.values()]
        low = "" if None in lows or not lows else min(lows)
        high = "" if None in highs or not highs else max(highs)
        return f":{low}:{high}" if low != "" or high != "" else ""

    def message(self, shape, path):
        """The number of the block that describes a message."""
        around = shape.minors()
        lines = []
        for name in sorted(shape.fields):
            field = shape.fields[name]
            if field.minors():
                lines.append(f"{name} {self.kind(field, f'{path}.{name}')}"
                             f"{span(field.minors(), around)}")
        for names, minors in sorted(shape.one_ofs.items()):
            lines.append(f"? {'|'.join(names)}{span(minors, around)}")
        for name, minors in sorted(shape.required.items()):
            lines.append(f"! {name}{span(minors, around)}")
        text = "\n".join(lines)
        if text not in self.numbers:
            self.numbers[text] = len(self.numbers) + 1
            self.blocks.append(f"#{self.numbers[text]}\n{text}\n")
        return self.numbers[text]


def write(kinds, newest):
    """The table's text, of kind -> (group, shape)."""
    writer = Writer()
    heads = []
    for kind, (group, shape) in sorted(kinds.items()):
        minors = shape.minors()
        last = "" if max(minors) == newest else max(minors)
        number = writer.message(shape, kind)
        heads.append(f"{kind} {group} #{number} @{min(minors)}-{last}\n")
    return "".join([*heads, "\n", "\n".join(writer.blocks)])
