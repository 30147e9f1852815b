"""Reads .proto files, as far as Istio's API uses the language."""

import re

TOKEN = re.compile(
    r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|[A-Za-z_.][\w.]*|-?\d[\w.]*|\S')
COMMENT = re.compile(
    r'("(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\')|//[^\n]*|/\*.*?\*/', re.S)


class Field:
    """One field of a message, by its name in JSON."""

    def __init__(self, name, proto_name, type_name, scope, shape, keys):
        self.name = name
        self.proto_name = proto_name
        self.type_name = type_name  # as written
        self.scope = scope          # the message in which it is written
        self.shape = shape          # "one", "list" or "map"
        self.keys = keys            # of a map: the type of its keys


class Protos:
    """The messages and enums of a set of files, by full name."""

    def __init__(self, texts):
        self.messages = {}  # full name -> {name in JSON: Field}
        self.enums = {}     # full name -> [value]
        for text in texts:
            self._read(text)

    def resolve(self, name, scope):
        """The full name of the message or enum meant in a scope, or None."""
        if name.startswith("."):
            return name[1:] if self._known(name[1:]) else None
        parts = scope.split(".")
        for length in range(len(parts), -1, -1):
            full = ".".join([*parts[:length], name])
            if self._known(full):
                return full
        return None

    def _known(self, name):
        return name in self.messages or name in self.enums

    def _read(self, text):
        text = COMMENT.sub(lambda m: m.group(1) or " ", text)
        self._tokens = TOKEN.findall(text)
        self._at = 0
        package = ""
        while self._at < len(self._tokens):
            word = self._next()
            if word == "package":
                package = self._next()
                self._skip_statement()
            elif word == "message":
                self._message(package)
            elif word == "enum":
                self._enum(package)
            elif word != ";":
                self._skip_statement()

    def _next(self):
        self._at += 1
        return self._tokens[self._at - 1]

    def _peek(self):
        return self._tokens[self._at]

    def _skip_statement(self):
        """Up to the `;`, or over the `{}` that stands in its place."""
        depth = 0
        while True:
            word = self._next()
            if word in "{[":
                depth += 1
            elif word in "}]":
                depth -= 1
                if depth == 0 and word == "}":
                    if self._at < len(self._tokens) and self._peek() == ";":
                        self._next()
                    return
            elif word == ";" and depth == 0:
                return

    def _enum(self, scope):
        values = self.enums.setdefault(f"{scope}.{self._next()}", [])
        self._next()
        while self._peek() != "}":
            word = self._next()
            if word in ("option", "reserved"):
                self._skip_statement()
            elif word != ";":
                values.append(word)
                self._skip_statement()
        self._next()

    def _message(self, scope):
        full = f"{scope}.{self._next()}"
        fields = self.messages.setdefault(full, {})
        self._next()
        while self._peek() != "}":
            self._member(full, fields)
        self._next()

    def _member(self, full, fields):
        word = self._next()
        if word == "message":
            self._message(full)
        elif word == "enum":
            self._enum(full)
        elif word == "oneof":
            self._at += 2
            while self._peek() != "}":
                self._member(full, fields)
            self._next()
        elif word in ("option", "reserved", "extensions", "extend"):
            self._skip_statement()
        elif word != ";":
            self._field(word, full, fields)

    def _field(self, word, full, fields):
        shape, type_name, keys = "one", word, None
        if word in ("repeated", "optional", "required"):
            shape = "list" if word == "repeated" else "one"
            type_name = self._next()
        elif word == "map" and self._peek() == "<":
            self._next()
            keys = self._next()
            self._next()
            shape, type_name = "map", self._next()
            self._next()
        proto_name = self._next()
        begin = self._at
        self._skip_statement()
        options = self._tokens[begin:self._at]
        name = re.sub(r"_(.)", lambda m: m.group(1).upper(), proto_name)
        if "json_name" in options:
            name = options[options.index("json_name") + 2].strip("\"'")
        fields[name] = Field(name, proto_name, type_name, full, shape, keys)
