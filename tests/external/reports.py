"""Validates reports of the linter; see README.md.

Of each format: the schema that others published, and what the readers of such
a report refuse or pass over beyond that, from their documentation.
"""

import json
import re

import jsonschema
from lxml import etree

# RFC 3986: what may stand in a relative reference or a file URI.
URI = re.compile(r"(file://)?([A-Za-z0-9._~!$&'()*+,;=@/-]|%[0-9A-F]{2})+")
LINK = re.compile(r"(?<!\\)\]\((\d+)\)")


def read_json(text):
    """A JSON text's value; a key that is there twice is refused."""
    def pairs(items):
        keys = [key for key, _ in items]
        if len(set(keys)) < len(keys):
            raise ValueError(f"duplicate key among {keys}")
        return dict(items)
    return json.loads(text, object_pairs_hook=pairs)


def by_schema(validator, value):
    return [f"{error.json_path}: {error.message[:300]}"
            for error in validator.iter_errors(value)]


# --- SARIF -----------------------------------------------------------------

def sarif_location(location, where):
    """Problems of a location with GitHub's code scanning."""
    physical = location.get("physicalLocation", {})
    uri = physical.get("artifactLocation", {}).get("uri", "")
    if not URI.fullmatch(uri) or uri.startswith("/"):
        yield f"{where}: the URI {uri!r} is neither relative nor of a file"
    region = physical.get("region")
    if region is None:
        return
    if region.get("startLine", 0) < 1 or region.get("startColumn", 1) < 1:
        yield f"{where}: starts before the first line or column"
    if region.get("endLine", region["startLine"]) != region["startLine"]:
        yield f"{where}: is of several lines"
    column = region.get("startColumn", 1)
    if region.get("endColumn", column + 1) <= column:
        yield f"{where}: ends where it starts, or before"


def sarif_rules(rules):
    for rule in rules:
        for key in ("shortDescription", "fullDescription"):
            text = rule.get(key, {}).get("text", "")
            if not 0 < len(text) <= 1024:
                yield f"rule {rule['id']}: {key} has {len(text)} characters"
        if not rule.get("help", {}).get("text"):
            yield f"rule {rule['id']}: has no help"
        if len(rule.get("properties", {}).get("tags", [])) > 20:
            yield f"rule {rule['id']}: has more than 20 tags"
    ids = [rule["id"] for rule in rules]
    if len(set(ids)) < len(ids):
        yield "two rules have one id"


def sarif_result(result, rules, where):
    locations = result.get("locations", [])
    if len(locations) != 1:
        yield f"{where}: has {len(locations)} locations"
    related = result.get("relatedLocations", [])
    for location in locations + related:
        yield from sarif_location(location, where)
    ids = [location.get("id") for location in related]
    if sorted(map(str, ids)) != sorted(map(str, set(ids))):
        yield f"{where}: two related locations have one id"
    links = [int(number) for number in LINK.findall(result["message"]["text"])]
    if sorted(links) != sorted(ids):
        yield f"{where}: links to {links}, related are {ids}"
    index = result.get("ruleIndex")
    if index is not None and (index >= len(rules)
                              or rules[index]["id"] != result["ruleId"]):
        yield f"{where}: ruleIndex is not that of {result['ruleId']}"
    line_hash = result.get("partialFingerprints", {}).get(
        "primaryLocationLineHash", "0:1")
    if not re.fullmatch(r"[0-9a-f]{1,16}:[1-9]\d*", line_hash):
        yield f"{where}: {line_hash!r} is no hash of a line"


def sarif(text, schemas):
    log = read_json(text)
    schema = read_json((schemas / "sarif.json").read_text(encoding="utf-8"))
    found = by_schema(jsonschema.Draft4Validator(schema), log)
    if found:
        return found
    if len(log["runs"]) != 1:
        return [f"{len(log['runs'])} runs instead of 1"]
    run, = log["runs"]
    if "results" not in run:
        return ["there are no 'results'"]
    rules = run["tool"]["driver"].get("rules", [])
    found += sarif_rules(rules)
    for number, result in enumerate(run["results"]):
        found += sarif_result(result, rules, f"result {number}")
    return found


# --- GitLab ----------------------------------------------------------------

# GitLab publishes no schema with a package. This one says what its page "Code
# Quality report format" asks for.
GITLAB = jsonschema.Draft7Validator({
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity",
                     "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{16,}$"},
            "severity": {"enum": ["info", "minor", "major", "critical",
                                  "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^(?!\\./)."},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {
                            "begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
})


def gitlab(text, _):
    if text.startswith("\ufeff"):
        return ["starts with a byte order mark"]
    report = read_json(text)
    found = by_schema(GITLAB, report)
    if found:
        return found
    prints = [each["fingerprint"] for each in report]
    return [f"fingerprint {each} is not unique" for each in sorted(set(prints))
            if prints.count(each) > 1]


# --- JUnit -----------------------------------------------------------------

def junit_counts(element, where):
    """Whether an element counts right what is in it."""
    for name, path in (("tests", ".//testcase"),
                       ("failures", ".//testcase/failure"),
                       ("errors", ".//testcase/error"),
                       ("skipped", ".//testcase/skipped")):
        if name in element.attrib and \
                int(element.get(name)) != len(element.findall(path)):
            yield f"{where}: {name} is {element.get(name)}"


def junit(text, schemas):
    schema = etree.XMLSchema(file=str(schemas / "junit.xsd"))
    root = etree.fromstring(text.encode("utf-8"))
    if not schema.validate(root):
        return [str(error) for error in schema.error_log]
    found = [*junit_counts(root, "testsuites")]
    if not root.findall(".//testcase"):
        found.append("there is no test case")
    for suite in root.findall("testsuite"):
        found += junit_counts(suite, suite.get("name"))
        names = [case.get("name") for case in suite]
        if len(set(names)) < len(names):
            found.append(f"{suite.get('name')}: two cases have one name")
    return found


# --- All -------------------------------------------------------------------

FORMATS = {"sarif": sarif, "gitlab": gitlab, "junit": junit}


def problems(name, text, schemas):
    """What is wrong with a report of a format, `schemas` being the folder."""
    try:
        return FORMATS[name](text, schemas)
    except (ValueError, etree.XMLSyntaxError) as error:
        return [str(error)]
