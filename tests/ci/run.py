"""Runs action.yml and ci/gitlab.yml without their services.

Called as: run.py CACHE PROGRAM. Their files are checked against the schemas
of the services, by actionlint and by shellcheck; so are the workflows that
docs/ci.md shows. Then their scripts run as a runner would run them, on a
healthy folder and on broken ones.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
CACHE, PROGRAM = (Path(argument).resolve() for argument in sys.argv[1:3])
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
GITLAB = yaml.safe_load((ROOT / "ci/gitlab.yml").read_text())

BROKEN = """\
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: orders
  namespace: shop
spec:
  hosts: [orders.example.org]
  hosts: [shop.example.org]
"""
HEALTHY = BROKEN.replace("  hosts: [shop.example.org]\n", "")


def run(command, check=True, **options):
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, **options)
    if check and done.returncode != 0:
        raise AssertionError(f"{command}: {done.returncode}\n{done.stdout}")
    return done


def check_schema(schema, *files):
    run([CACHE / "venv/bin/check-jsonschema", "--builtin-schema", schema,
         *files])


def shown_in_docs(name):
    """The files that docs/ci.md shows under this name, as texts."""
    page = (ROOT / "docs/ci.md").read_text()
    return re.findall(rf"<!-- file: {re.escape(name)} -->\n```yaml\n(.*?)```",
                      page, re.S)


def clean_environment(**more):
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG")
            if name in os.environ}
    return kept | more


class Folder(unittest.TestCase):
    """A test with an empty folder."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path


class Files(Folder):
    """What the services' schemas and linters say of the files."""

    def test_action_is_valid(self):
        check_schema("vendor.github-actions", ROOT / "action.yml")

    def test_template_is_valid(self):
        check_schema("vendor.gitlab-ci", ROOT / "ci/gitlab.yml")

    def actionlint(self, workflow):
        self.write(".github/workflows/test.yaml", workflow)
        shutil.copy(ROOT / "action.yml", self.folder)
        run(["git", "init", "--quiet", self.folder])
        run([CACHE / "actionlint", "-no-color"], cwd=self.folder)

    def test_steps_are_sound(self):
        """actionlint reads workflows only, so the steps become one's job."""
        inputs = {name: {"type": "string"} for name in ACTION["inputs"]}
        self.actionlint(yaml.safe_dump({
            "on": {"workflow_call": {"inputs": inputs}},
            "jobs": {"lint": {"runs-on": "ubuntu-latest",
                              "steps": ACTION["runs"]["steps"]}}}))

    def test_what_the_page_shows_is_valid(self):
        workflows = shown_in_docs(".github/workflows/cassmesh.yaml")
        self.assertGreaterEqual(len(workflows), 1)
        for workflow in workflows:
            path = self.write("workflow.yaml", workflow)
            check_schema("vendor.github-workflows", path)
            self.actionlint(re.sub(r"OWNER/cassmesh@\S+", "./", workflow))
        including = shown_in_docs(".gitlab-ci.yml")
        self.assertGreaterEqual(len(including), 1)
        for text in including:
            check_schema("vendor.gitlab-ci", self.write("gitlab.yml", text))

    def test_no_input_is_part_of_a_script(self):
        for step in ACTION["runs"]["steps"]:
            self.assertNotIn("${{", step.get("run", ""))

    def test_template_is_sound_shell(self):
        script = self.write("script.sh", gitlab_script())
        # Words are meant; the file that is sourced is not there.
        run(["shellcheck", "--shell=sh", "--exclude=SC1091,SC2086,SC2154",
             script])


class Runner(Folder):
    """The steps of the action, as GitHub's runner runs them."""

    def setUp(self):
        super().setUp()
        self.action = self.folder / "action"
        files = run(["git", "-C", ROOT, "ls-files", "--cached", "--others",
                     "--exclude-standard"]).stdout
        for name in files.splitlines():
            if (ROOT / name).is_file() and not name.startswith(("tests/",
                                                                "docs/")):
                (self.action / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, self.action / name)
        build = self.action / "build/run"
        build.mkdir(parents=True)
        shutil.copy(PROGRAM, build / "cassmesh")
        (build / "built").touch()  # newer than the sources
        self.workspace = self.folder / "workspace"
        self.workspace.mkdir()
        self.summary = self.folder / "summary.md"

    def value(self, text, given, outputs):
        """What an expression stands for. Only the forms that we use."""
        def replaced(match):
            kind, *path = match[1].split(".")
            if kind == "inputs":
                return given[path[0]]
            self.assertEqual((kind, path[1]), ("steps", "outputs"), match[0])
            return outputs.get(path[0], {}).get(path[2], "")
        return re.sub(r"\$\{\{ ([\w.-]+) \}\}", replaced, text)

    def holds(self, condition, given, outputs):
        """Whether a step is to run after another one has failed."""
        terms = condition.removeprefix("${{").removesuffix("}}").split("&&")
        results = []
        for term in map(str.strip, terms):
            if term == "!cancelled()":
                continue
            left, operator, right = re.fullmatch(
                r"(\S+) (==|!=) '(.*)'", term).groups()
            same = self.value("${{ %s }}" % left, given, outputs) == right
            results.append(same == (operator == "=="))
        return all(results)

    def run_action(self, hit="", **inputs):
        """Gives the status, the log, and the inputs of the steps of others."""
        given = {name: it.get("default", "")
                 for name, it in ACTION["inputs"].items()}
        for name, value in inputs.items():
            self.assertIn(name.replace("_", "-"), given)
            given[name.replace("_", "-")] = value
        outputs, used, log, status = {}, {}, "", 0
        for step in ACTION["runs"]["steps"]:
            if status != 0 and "if" not in step:
                continue
            if "if" in step and not self.holds(step["if"], given, outputs):
                continue
            if "uses" in step:
                used[step["uses"].split("@")[0]] = {
                    name: self.value(value, given, outputs)
                    for name, value in step["with"].items()}
                outputs[step.get("id", "")] = {"cache-hit": hit}
                continue
            done, written = self.run_step(step, given, outputs)
            outputs[step.get("id", "")] = written
            log += done.stdout
            status = status or done.returncode
        self.outputs = outputs
        return status, log, used

    def run_step(self, step, given, outputs):
        output = self.folder / "output"
        output.write_text("")
        script = self.write("step.sh", step["run"])
        environment = clean_environment(
            CI="true", GITHUB_ACTIONS="true", RUNNER_OS="Linux",
            RUNNER_ARCH="X64", RUNNER_TEMP=str(self.folder),
            GITHUB_WORKSPACE=str(self.workspace), GITHUB_OUTPUT=str(output),
            GITHUB_ACTION_PATH=str(self.action),
            GITHUB_STEP_SUMMARY=str(self.summary),
            **{name: self.value(value, given, outputs)
               for name, value in step.get("env", {}).items()})
        self.assertEqual(step["shell"], "bash")
        done = run(["bash", "--noprofile", "--norc", "-eo", "pipefail",
                    script], check=False, cwd=self.workspace, env=environment)
        pairs = (line.split("=", 1) for line in output.read_text().splitlines())
        return done, dict(pairs)

    def put(self, name, text):
        self.write(f"workspace/{name}", text)

    def test_healthy_folder_passes(self):
        self.put("k8s/route.yaml", HEALTHY)
        status, log, used = self.run_action()
        self.assertEqual(status, 0, log)
        self.assertNotIn("::error", log)
        self.assertIn("No problems in 1 object", log)
        self.assertFalse(self.summary.exists())
        self.assertNotIn("github/codeql-action/upload-sarif", used)

    def test_broken_folder_fails_with_annotations(self):
        self.put("k8s/route.yaml", BROKEN)
        status, log, used = self.run_action()
        self.assertEqual(status, 1, log)
        self.assertRegex(log, r"(?m)^::error file=k8s/route.yaml,line=8,")
        self.assertIn("k8s/route.yaml:8:3: error[duplicate-key]",
                      self.summary.read_text())
        self.assertNotIn("github/codeql-action/upload-sarif", used)

    def test_sarif_is_uploaded_though_the_step_failed(self):
        self.put("k8s/route.yaml", BROKEN)
        status, log, used = self.run_action(upload_sarif="true")
        self.assertEqual(status, 1, log)
        file = used["github/codeql-action/upload-sarif"]["sarif_file"]
        result, = json.loads(Path(file).read_text())["runs"][0]["results"]
        self.assertEqual(result["ruleId"], "duplicate-key")
        place = result["locations"][0]["physicalLocation"]
        self.assertEqual(place["artifactLocation"]["uri"], "k8s/route.yaml")

    def test_clean_sarif_is_uploaded_too(self):
        self.put("k8s/route.yaml", HEALTHY)
        status, log, used = self.run_action(upload_sarif="true")
        self.assertEqual(status, 0, log)
        file = used["github/codeql-action/upload-sarif"]["sarif_file"]
        self.assertEqual(json.loads(Path(file).read_text())["runs"][0]
                         ["results"], [])

    def test_inputs_are_lines(self):
        self.put("a b/route.yaml", BROKEN)
        self.put("c/route.yaml", HEALTHY)
        self.put("d/route.yaml", BROKEN)
        status, log, _ = self.run_action(
            paths="a b\n  c/\n\n", istio="1.22..1.24", format="text",
            args="--ignore=dead-host\n-v\n")
        self.assertEqual(status, 1, log)
        self.assertIn("a b/route.yaml:8:3: error[duplicate-key]", log)
        self.assertNotIn("d/route.yaml", log)
        self.assertIn("Judged on Istio 1.22 to 1.24", log)

    def test_inputs_are_not_run(self):
        self.put("route.yaml", HEALTHY)
        for word in ("$(touch taken)", "`touch taken`", "\"; touch taken; \"",
                     "'; touch taken; '", "a\n; touch taken", "--exit-zero"):
            for name in ("paths", "istio", "format"):
                status, log, used = self.run_action(
                    upload_sarif="true", **{name: word})
                self.assertEqual(status, 2, log)
                self.assertNotIn("github/codeql-action/upload-sarif", used)
        self.assertEqual(sorted(path.name for path in self.workspace.iterdir()),
                         ["route.yaml"])

    def test_concise_findings_are_matched(self):
        self.put("route.yaml", BROKEN)
        status, log, _ = self.run_action(format="concise")
        self.assertEqual(status, 1, log)
        matcher = re.search(r"(?m)^::add-matcher::(.*)$", log)[1]
        json.loads(Path(matcher).read_text())
        self.assertRegex(log, r"(?m)^route.yaml:8:3: error\[duplicate-key\]")

    def test_a_change_of_the_sources_builds_anew(self):
        self.put("route.yaml", HEALTHY)
        keys = set()
        for _ in range(2):
            keys.add(self.run_action(hit="true")[2]["actions/cache"]["key"])
        self.assertEqual(len(keys), 1)
        with (self.action / "src/lint/lint.cpp").open("a") as source:
            source.write("\n")
        keys.add(self.run_action(hit="true")[2]["actions/cache"]["key"])
        self.assertEqual(len(keys), 2)

    def test_what_was_built_before_is_used(self):
        self.put("route.yaml", HEALTHY)
        (self.action / "build/run/built").unlink()  # else it would be built
        status, log, used = self.run_action(hit="true")
        self.assertEqual(status, 0, log)
        self.assertEqual(used["actions/cache"]["path"],
                         str(self.action / "build/run/cassmesh"))


def gitlab_script():
    return "\n".join(GITLAB["cassmesh"]["script"]) + "\n"


class Template(Folder):
    """The job of the template, as GitLab's runner runs it."""

    def setUp(self):
        super().setUp()
        self.project = self.folder / "project"
        self.project.mkdir()
        image = self.folder / "image"
        image.mkdir()
        (image / "cassmesh").symlink_to(PROGRAM)
        self.image = f"{image}:{os.environ['PATH']}"

    def run_job(self, **variables):
        given = {**GITLAB["variables"], **variables}
        done = run(["bash", "-eo", "pipefail", "-c", gitlab_script()],
                   check=False, cwd=self.project,
                   env=clean_environment(CI="true", GITLAB_CI="true", **given))
        return done.returncode, done.stdout

    def report(self, kind):
        return self.project / GITLAB["cassmesh"]["artifacts"]["reports"][kind]

    def test_healthy_folder_passes(self):
        self.write("project/route.yaml", HEALTHY)
        status, log = self.run_job(PATH=self.image)
        self.assertEqual(status, 0, log)
        self.assertEqual(json.loads(self.report("codequality").read_text()), [])

    def test_broken_folder_fails_with_reports(self):
        self.write("project/k8s/route.yaml", BROKEN)
        status, log = self.run_job(PATH=self.image)
        self.assertEqual(status, 1, log)
        self.assertIn("k8s/route.yaml:8:3: error[duplicate-key]", log)
        item, = json.loads(self.report("codequality").read_text())
        self.assertEqual(item["location"]["path"], "k8s/route.yaml")
        junit = ElementTree.parse(self.report("junit")).getroot()
        self.assertEqual(len(junit.findall(".//failure")), 1)

    def test_variables_are_words(self):
        self.write("project/a/route.yaml", BROKEN)
        self.write("project/b/route.yaml", HEALTHY)
        status, log = self.run_job(
            PATH=self.image, CASSMESH_PATHS="a b", CASSMESH_ISTIO="1.24",
            CASSMESH_ARGS="--exit-zero -v")
        self.assertEqual(status, 0, log)
        self.assertIn("(2 files). Judged on Istio 1.24", log)

    def test_an_image_without_the_program_needs_a_repository(self):
        status, log = self.run_job()
        self.assertEqual(status, 2, log)
        self.assertIn("set CASSMESH_REPOSITORY", log)

    def test_the_program_is_built_once_for_each_commit(self):
        """In place of the build stands one that counts."""
        self.write("project/route.yaml", HEALTHY)
        repository = self.folder / "repository"
        (repository / "scripts").mkdir(parents=True)
        shutil.copy(ROOT / "scripts/lib.sh", repository / "scripts")
        builder = repository / "scripts/cassmesh"
        builder.write_text(f"""#!/bin/sh -e
cd "$(dirname "$0")/.." && mkdir -p build/run
ln -s {PROGRAM} build/run/cassmesh
echo built >>{self.folder}/builds
""")
        builder.chmod(0o755)

        def commit(message):
            run(["git", "-C", repository, "-c", "user.name=x", "-c",
                 "user.email=x", "commit", "-qm", message, "--allow-empty"])
        run(["git", "init", "-q", "-b", "main", repository])
        run(["git", "-C", repository, "add", "."])
        commit("one")
        for builds in (1, 1, 2):
            if builds == 2:
                commit("two")
            status, log = self.run_job(CASSMESH_REPOSITORY=str(repository))
            self.assertEqual(status, 0, log)
            self.assertIn("No problems in 1 object", log)
            self.assertEqual((self.folder / "builds").read_text(),
                             "built\n" * builds)
        self.assertEqual(len(list((self.project / ".cassmesh").iterdir())), 1)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
