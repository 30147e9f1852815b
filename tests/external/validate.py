"""Validates manifests and reports with tools that are not ours; see README.md.

Called by the script `validate`, which prepares CACHE first:

  validate.py CACHE MANIFEST...
  validate.py CACHE --schema SCHEMA [--broken] SPEC...
  validate.py CACHE --report sarif|gitlab|junit REPORT...
  validate.py CACHE --self-test
"""

import argparse
import datetime
import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import yaml
from kubernetes_validate import __file__ as kubernetes_validate
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError as RuamelError

import reports

# The Kubernetes versions, and whose data has the schemas: the oldest with
# policy/v1, one between, and the newest there is.
KUBERNETES = {"1.21.0": "old", "1.29.0": "new", "1.37.0": "new"}

HEADER = re.compile(r"^#\s*Istio:\s*(.*?)\s*$")
SCALARS = (str, bool, int, float, type(None))


class Invalid(Exception):
    """A manifest or an object is not valid."""


class Broken(Exception):
    """The validation itself cannot be done."""


# --- Reading YAML ----------------------------------------------------------

class StrictLoader(yaml.SafeLoader):
    """PyYAML (YAML 1.1), which by itself lets duplicate keys pass."""


def strict_mapping(loader, node):
    keys = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in keys:
            raise Invalid(f"duplicate key {key!r}{key_node.start_mark}")
        keys.add(key)
    return yaml.SafeLoader.construct_mapping(loader, node, deep=True)


StrictLoader.add_constructor("tag:yaml.org,2002:map", strict_mapping)


def read_yaml12(text):
    """The documents of a text as YAML 1.2; duplicate keys are refused."""
    try:
        return list(YAML(typ="safe", pure=True).load_all(text))
    except RuamelError as error:
        raise Invalid(f"YAML 1.2: {error}") from error


def difference(one, two, path=""):
    """Where two values differ, in type too; None where nowhere."""
    if type(one) is not type(two):
        return (f"{path or '.'}: {one!r} in YAML 1.1, {two!r} in YAML 1.2")
    if isinstance(one, dict):
        for key in one:
            if type(key) not in (str, int):
                return f"{path or '.'}: key {key!r} is no string"
        if [*map(repr, one)] != [*map(repr, two)]:
            return f"{path or '.'}: keys {list(one)} and {list(two)}"
        pairs = ((f"{path}.{key}", one[key], two[key]) for key in one)
    elif isinstance(one, list):
        if len(one) != len(two):
            return f"{path or '.'}: {len(one)} and {len(two)} elements"
        pairs = ((f"{path}[{at}]", *both)
                 for at, both in enumerate(zip(one, two)))
    elif not isinstance(one, SCALARS):
        return f"{path or '.'}: a {type(one).__name__}, which JSON has not"
    elif one != two:
        return f"{path or '.'}: {one!r} in YAML 1.1, {two!r} in YAML 1.2"
    else:
        return None
    for where, first, second in pairs:
        found = difference(first, second, where)
        if found:
            return found
    return None


def plain(value):
    """A value with strings for whole numbers as keys, as kubectl makes them.

    Istio's own examples have those keys, in portLevelMtls.
    """
    if isinstance(value, dict):
        result = {str(key): plain(each) for key, each in value.items()}
        if len(result) != len(value):
            raise Invalid(f"duplicate key among {list(value)}")
        return result
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value


def read_both(text):
    """The documents of a text, read alike by YAML 1.1 and YAML 1.2."""
    try:
        one = list(yaml.load_all(text, StrictLoader))
    except yaml.YAMLError as error:
        raise Invalid(f"YAML 1.1: {error}") from error
    found = difference(one, read_yaml12(text))
    if found:
        raise Invalid(f"YAML readers differ at {found}")
    return plain(one)


# --- Kubernetes ------------------------------------------------------------

class Kubernetes:
    """One Kubernetes version's schemas, those that refuse unknown fields."""

    def __init__(self, version, packages):
        self.version = version
        self.folder = (packages / "kubernetes-json-schema"
                       / f"v{version}-local-strict")
        self.definitions = json.loads((self.folder / "_definitions.json")
                                      .read_text())
        self.registry = Registry().with_resource(
            "_definitions.json",
            Resource.from_contents(self.definitions, DRAFT202012))

    def errors(self, item):
        # apps/v1 -> apps-v1, policy/v1 -> policy-v1, x.k8s.io/v1 -> x-v1
        api = re.sub(r"^([^./]*)(\.[^/]*)?/", r"\1-", item["apiVersion"])
        path = self.folder / f"{item['kind'].lower()}-{api}.json"
        if not path.is_file():
            return [f"unknown kind {item['kind']} in {item['apiVersion']}"]
        schema = json.loads(path.read_text())
        # The file's name takes no account of upper case nor of what follows
        # the first dot of a group: compare with what the schema says.
        group, _, version = item["apiVersion"].rpartition("/")
        named = {"group": group, "kind": item["kind"], "version": version}
        # Up to 1.22 a file has but a reference to what is in the definitions.
        about = schema if "$ref" not in schema else self.definitions[
            "definitions"][schema["$ref"].rpartition("/")[2]]
        if named not in about.get("x-kubernetes-group-version-kind", []):
            return [f"unknown kind {item['kind']} in {item['apiVersion']}"]
        return messages(jsonschema.Draft202012Validator(
            schema, registry=self.registry), item)


def messages(validator, instance):
    return [f"{error.json_path}: {error.message}"
            for error in validator.iter_errors(instance)]


def load_kubernetes(cache):
    packages = {"new": Path(kubernetes_validate).parent,
                "old": cache / "old/kubernetes_validate"}
    return [Kubernetes(version, packages[which])
            for version, which in KUBERNETES.items()]


# --- Istio -----------------------------------------------------------------

def number(text):
    """`1.24.2` as (1, 24, 2)."""
    if not re.fullmatch(r"\d+\.\d+(\.\d+)?", text):
        raise Invalid(f"not an Istio version: {text!r}")
    return tuple(int(part) for part in text.split("."))


def releases_in(ranges, known):
    """The known releases that a list of ranges stands for.

    A release in the table stands for its whole minor; where it has several of
    a minor, for the patches from it on. A range none of whose releases, or
    not the whole of which, is known is an error: it cannot be validated.
    """
    table = sorted(known, key=number)
    minors = sorted({number(release)[:2] for release in table})
    chosen = set()
    for text in (part.strip() for part in ranges.split(",")):
        low, dots, high = text.partition("..")
        if text == "any":
            chosen.update(table)
            continue
        first = number(low)
        last = number(high) if high else first
        if dots and not high:  # up to the newest there is
            last = max(minors[-1], first[:2])
        wanted = {(1, minor) for minor in range(first[1], last[1] + 1)}
        if (first[0], last[0]) != (1, 1) or not wanted:
            raise Invalid(f"not a range of Istio releases: {text!r}")
        if wanted - set(minors):
            names = ", ".join(f"1.{minor}" for _, minor in
                              sorted(wanted - set(minors)))
            raise Invalid(f"no schemas are listed for Istio {names}")
        for release in table:
            here = number(release)
            same = [number(other) for other in table
                    if number(other)[:2] == here[:2]]
            after = [other for other in same if other > here]
            until = after[0] if after else (1, here[1] + 1)
            # From the first of a minor on everything before it counts too.
            since = here if here != same[0] else here[:2]
            end = last if len(last) == 3 else (1, last[1], sys.maxsize)
            if since <= end and until > first:
                chosen.add(release)
    return sorted(chosen, key=number)


def check_istio(cache, known, checks):
    """Errors of each (release, object), from istiocheck."""
    request = {"dir": str(cache / "istio"), "releases": known,
               "checks": [{"release": release, "object": item}
                          for release, item in checks]}
    done = subprocess.run([cache / "istiocheck"], text=True,
                          input=json.dumps(request), stdout=subprocess.PIPE)
    if done.returncode:
        raise Broken("istiocheck failed")
    errors = json.loads(done.stdout)["errors"]
    if len(errors) != len(checks):
        raise Broken("istiocheck did not answer every check")
    return [found or [] for found in errors]


# --- Objects ---------------------------------------------------------------

def is_istio(item):
    return item["apiVersion"].split("/")[0].endswith(".istio.io")


def label(item):
    name = (item.get("metadata") or {}).get("name", "?")
    return f"{item['kind']} {name} ({item['apiVersion']})"


def check_shape(item, where):
    if not (isinstance(item, dict)
            and isinstance(item.get("apiVersion"), str)
            and isinstance(item.get("kind"), str)
            and isinstance(item.get("metadata"), dict)):
        raise Invalid(f"{where}: no Kubernetes object")


def istio_range(text):
    """The range in a manifest's first comment lines; None without one."""
    found = []
    for line in text.splitlines():
        if line.strip() and not line.startswith(("#", "---")):
            break
        match = HEADER.match(line)
        if match:
            found.append(match.group(1))
    if len(found) > 1:
        raise Invalid("more than one line '# Istio:'")
    return found[0] if found else None


def read_manifest(path, known):
    """The objects of a manifest, and the Istio releases it is made for."""
    text = path.read_text(encoding="utf-8")
    items = [item for item in read_both(text) if item is not None]
    if not items:
        raise Invalid("no objects")
    for at, item in enumerate(items):
        check_shape(item, f"document {at + 1}")
    ranges = istio_range(text)
    if ranges is None:
        for item in items:
            if is_istio(item):
                raise Invalid(f"{label(item)}: no line '# Istio:' says for "
                              "which releases")
        return items, []
    return items, releases_in(ranges, known)


def fold(versions):
    """A short name for the versions that gave one message."""
    return versions[0] if len(versions) == 1 else (
        f"{versions[0]}..{versions[-1]} ({len(versions)})")


def validate_manifests(cache, paths):
    files = []
    for path in paths:
        files += sorted(path.glob("*.y*ml")) if path.is_dir() else [path]
    if not files:
        raise Broken("no manifests")
    known = json.loads((cache / "istio/releases.json").read_text())
    kubernetes = load_kubernetes(cache)
    problems, used, objects = [], set(), 0
    checks, subjects = [], []
    for path in files:
        try:
            items, releases = read_manifest(path, known)
        except Invalid as error:
            problems.append(f"{path}: {error}")
            continue
        used.update(releases)
        objects += len(items)
        for item in items:
            subject = f"{path}: {label(item)}"
            if is_istio(item):
                for release in releases:
                    checks.append((release, item))
                    subjects.append(subject)
                continue
            found = {}
            for version in kubernetes:
                for text in version.errors(item):
                    found.setdefault(text, []).append(version.version)
            problems += [f"{subject}: Kubernetes {fold(versions)}: {text}"
                         for text, versions in found.items()]
    found = {}
    for (release, _), subject, errors in zip(
            checks, subjects, check_istio(cache, known, checks)):
        for text in errors:
            found.setdefault((subject, text), []).append(release)
    problems += [f"{subject}: Istio {fold(releases)}: {text}"
                 for (subject, text), releases in found.items()]
    counts = (f"{len(files)} manifests, {objects} objects, "
              f"{len(kubernetes)} Kubernetes versions, "
              f"{len(used)} Istio releases")
    return report(problems, counts)


def report(problems, counts, praise="all valid"):
    for problem in problems:
        print(f"external: {problem}", file=sys.stderr)
    if problems:
        print(f"external: {counts}: {len(problems)} problems")
        return 1
    print(f"external: {counts}: {praise}")
    return 0


# --- JSON Schema -----------------------------------------------------------

def without_dates(value):
    """A value with its dates as the texts that YAML 1.2 takes them for."""
    if isinstance(value, dict):
        return {key: without_dates(child) for key, child in value.items()}
    if isinstance(value, list):
        return [without_dates(child) for child in value]
    return str(value) if isinstance(value, datetime.date) else value


def validate_specs(schema_path, broken, paths):
    try:
        schema = json.loads(schema_path.read_text(encoding="utf-8"))
        jsonschema.Draft7Validator.check_schema(schema)
    except (json.JSONDecodeError, jsonschema.SchemaError) as error:
        return report([f"{schema_path}: {error}"], "the schema")
    draft = schema.get("$schema", "")
    if "draft-07" not in draft:
        return report([f"{schema_path}: $schema is {draft!r}, not draft-07"],
                      "the schema")
    validator = jsonschema.Draft7Validator(schema)
    problems = []
    for path in paths:
        try:
            specs = read_yaml12(path.read_text(encoding="utf-8"))
            if len(specs) > 1:
                raise Invalid(f"{len(specs)} documents instead of 1")
        except Invalid as error:
            problems.append(f"{path}: {error}")
            continue
        # A file of comments is the default spec, and YAML 1.2 has no dates.
        found = messages(validator, without_dates(specs[0] if specs else {}))
        if broken and not found:
            problems.append(f"{path}: valid, but should not be")
        if not broken:
            problems += [f"{path}: {text}" for text in found]
    if broken:
        return report(problems,
                      f"{len(paths)} broken specs against the schema",
                      "all refused, as they should be")
    return report(problems, f"{len(paths)} specs against the schema")


# --- Reports ---------------------------------------------------------------

def validate_reports(cache, name, paths):
    problems = [f"{path}: {text}" for path in paths
                for text in reports.problems(
                    name, path.read_bytes().decode("utf-8"),
                    cache / "reports")]
    return report(problems, f"{len(paths)} reports in {name}")


# --- Self-test -------------------------------------------------------------

def self_test(cache):
    """Runs the cases of selftest.yaml, in which each is explained."""
    cases, = read_yaml12((Path(__file__).parent / "selftest.yaml")
                         .read_text(encoding="utf-8"))
    known = json.loads((cache / "istio/releases.json").read_text())
    kubernetes = load_kubernetes(cache)
    problems, checked, refused = [], 0, 0

    def judge(case, version, found):
        """Whether an object's errors are those that the case asks for."""
        nonlocal checked, refused
        checked += 1
        refused += bool(case["want"])
        if not case["want"] and found:
            problems.append(f"{case['name']}: {version}: refused: {found}")
        elif case["want"] and not found:
            problems.append(f"{case['name']}: {version}: not refused")
        for want in case["want"]:
            if not any(re.search(want, text) for text in found):
                problems.append(f"{case['name']}: {version}: no message "
                                f"like {want!r} among {found}")

    checks, owners = [], []
    for case in cases:
        if "yaml" in case:
            try:
                read_both(case["yaml"])
                found = []
            except Invalid as error:
                found = [str(error)]
            judge(case, "YAML", found)
        elif "report" in case:
            judge(case, case["report"],
                  reports.problems(case["report"], case["text"],
                                   cache / "reports"))
        elif "istio" in case:
            try:
                for release in releases_in(str(case["istio"]), known):
                    checks.append((release, case["object"]))
                    owners.append(case)
            except Invalid as error:
                judge(case, case["istio"], [str(error)])
        else:
            for version in kubernetes:
                judge(case, version.version, version.errors(case["object"]))
    for (release, _), case, found in zip(
            checks, owners, check_istio(cache, known, checks)):
        judge(case, f"Istio {release}", found)
    for problem in problems:
        print(f"external: self-test: {problem}", file=sys.stderr)
    print(f"external: self-test: {len(cases)} cases, {checked} checks, "
          f"{refused} to refuse: "
          + (f"{len(problems)} problems" if problems else "all as expected"))
    return 1 if problems else 0


def main():
    parser = argparse.ArgumentParser(prog="validate")
    parser.add_argument("--self-test", action="store_true",
                        help="check that broken objects are refused")
    parser.add_argument("--schema", type=Path, metavar="SCHEMA",
                        help="validate specs against this JSON Schema")
    parser.add_argument("--broken", action="store_true",
                        help="with --schema: each spec must be refused")
    parser.add_argument("--report", choices=sorted(reports.FORMATS),
                        help="validate reports of the linter in this format")
    parser.add_argument("files", nargs="*", type=Path,
                        help="manifests, or folders of them; specs; or reports")
    cache = Path(sys.argv[1])
    options = parser.parse_args(sys.argv[2:])
    if options.self_test == bool(options.files):
        parser.error("either --self-test or files")
    if options.broken and not options.schema:
        parser.error("--broken goes with --schema")
    try:
        if options.self_test:
            return self_test(cache)
        if options.report:
            return validate_reports(cache, options.report, options.files)
        if options.schema:
            return validate_specs(options.schema, options.broken,
                                  options.files)
        return validate_manifests(cache, options.files)
    except (Broken, OSError, UnicodeDecodeError) as error:
        print(f"external: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
