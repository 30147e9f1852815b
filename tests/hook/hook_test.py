"""Tries the hooks of .pre-commit-hooks.yaml; see run.

The program is built by pre-commit itself, once, in the first commit of setUpModule: `git commit -a`
names the index in GIT_INDEX_FILE, which a build that calls git could destroy. PyPI is out of reach
meanwhile: the hook needs nothing of it.

cassmesh-docker is only looked at, as it needs a Docker engine.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
NEWEST = ROOT / "build/hook/newest/bin"
DEBIAN = ROOT / "build/hook/debian/bin"
BACKEND = "import sys; sys.path.insert(0, 'packaging'); import cassmesh_backend as backend; "

RING = (ROOT / "tests/render/clients.yaml").read_text()
SPEC = (ROOT / "examples/clients.yaml").read_text()
# Turns off the mTLS that the ring asks for.
RULE = """\
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: plain
  namespace: orders-db
spec:
  host: cassandra.orders-db.svc.cluster.local
  trafficPolicy:
    tls:
      mode: DISABLE
"""
BROKEN = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a\n"


def account(name, note=""):
    return (f"{note}apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: {name}\n"
            "  namespace: x\n")


class Place:
    """What all tests share: a folder, a clone of this repository, an environment."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="cassmesh-hook-")).resolve()
        self.env = {name: value for name, value in os.environ.items()
                    if not name.startswith(("GIT_", "PRE_COMMIT", "CASSMESH_", "GITHUB_"))}
        self.env.update(
            PATH=f"{NEWEST}{os.pathsep}{os.environ['PATH']}", PIP_NO_INDEX="1", NO_COLOR="1",
            PRE_COMMIT_HOME=str(self.folder / "home"), PRE_COMMIT_COLOR="never",
            GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_NOSYSTEM="1", GIT_AUTHOR_NAME="a",
            GIT_AUTHOR_EMAIL="a@example.org", GIT_COMMITTER_NAME="a",
            GIT_COMMITTER_EMAIL="a@example.org",
            # With ccache a build in one folder is known again in another, if the flags are those
            # of scripts/test.
            CCACHE_BASEDIR=str(self.folder), CCACHE_NOHASHDIR="1",
            CMAKE_ARGS=f"-DCMAKE_COMPILE_WARNING_AS_ERROR={os.environ.get('CI', 'OFF')}")
        self.clone = self.folder / "cassmesh"
        self.run("git", "clone", "--quiet", ROOT, self.clone)
        self.commit = self.run("git", "rev-parse", "HEAD", cwd=self.clone).strip()
        self.first = None
        self.first_output = ""

    def run(self, *command, cwd=None, status=0, env=None):
        """Output of a command that must exit so (None: somehow), or else fails the test."""
        done = subprocess.run(list(map(str, command)), cwd=cwd or self.folder,
                              env={**self.env, **(env or {})}, text=True, errors="replace",
                              stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if status is not None and done.returncode != status:
            raise AssertionError(f"{' '.join(map(str, command))}: exit status {done.returncode}, "
                                 f"not {status}\n{done.stdout}")
        return done.stdout

    def programs(self):
        """The programs that were installed, with what a second build would change."""
        found = sorted((self.folder / "home").glob("repo*/py_env-*/bin/cassmesh"))
        return [(path, path.stat().st_ino, path.stat().st_mtime_ns) for path in found]

    def program(self):
        (path, _, _), = self.programs()
        return path


place = None


def setUpModule():
    global place
    place = Place()
    project = Project("first")
    project.write("k8s/ring.yaml", RING)
    project.write(".pre-commit-config.yaml", project.config())
    project.git("add", ".")
    project.git("commit", "--quiet", "-m", "before there was a hook")
    project.install()
    project.write("k8s/ring.yaml", RING + "# the same ring\n")
    place.first = project
    place.first_output = project.commit("-a")


def tearDownModule():
    shutil.rmtree(place.folder, ignore_errors=True)


class Project:
    """A throw-away repository that uses a hook."""

    def __init__(self, name, **hook):
        self.folder = place.folder / name
        self.folder.mkdir()
        self.git("init", "--quiet", "--initial-branch", "main")
        if hook:
            self.write(".pre-commit-config.yaml", self.config(**hook))
            self.install()

    def config(self, hook="cassmesh", more=""):
        return (f"repos:\n- repo: {place.clone}\n  rev: {place.commit}\n  hooks:\n"
                f"  - id: {hook}\n{more}")

    def install(self):
        place.run("pre-commit", "install", cwd=self.folder)

    def write(self, path, text):
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def git(self, *arguments, status=0):
        return place.run("git", *arguments, cwd=self.folder, status=status)

    def commit(self, *arguments, status=0, message="change"):
        return self.git("commit", "--quiet", "-m", message, *arguments, status=status)

    def commit_all(self, status=0):
        self.git("add", ".")
        return self.commit(status=status)

    def start(self, **files):
        """A first commit, with files that the hook is not asked about."""
        for path, text in files.items():
            self.write(path, text)
        self.git("add", ".")
        self.commit("--no-verify")


class ManifestTest(unittest.TestCase):
    def test_both_versions_of_pre_commit_know_all_fields(self):
        for folder in (NEWEST, DEBIAN):
            place.run(folder / "pre-commit", "validate-manifest", ROOT / ".pre-commit-hooks.yaml")

    def test_the_hooks_are_those_that_the_docs_name(self):
        manifest = (ROOT / ".pre-commit-hooks.yaml").read_text()
        hooks = dict(re.findall(r"^- id: (\S+)\n(.*?)(?=^- |\Z)", manifest, re.M | re.S))
        self.assertEqual(list(hooks), ["cassmesh", "cassmesh-system", "cassmesh-docker",
                                       "cassmesh-render-check"])
        docs = (ROOT / "docs/hook.md").read_text()
        for name, fields in hooks.items():
            self.assertIn(f"`{name}`", docs)
            self.assertIn("require_serial: true", fields)
            self.assertNotIn("stages", fields)
        self.assertIn("language: docker\n", hooks["cassmesh-docker"])
        self.assertIn("entry: cassmesh lint --whole-project\n", hooks["cassmesh-docker"])


class HookTest(unittest.TestCase):
    def project(self, more="", hook="cassmesh"):
        return Project(self.id().rpartition(".")[2], hook=hook, more=more)

    def assert_finding(self, output, start, *parts):
        """A finding that begins so, and somewhere behind it these parts."""
        self.assertRegex(output, "(?m)^" + re.escape(start))
        for part in parts:
            self.assertIn(part, output)

    def test_installing_in_a_commit_leaves_the_index_whole(self):
        self.assertIn("Installing environment", place.first_output)
        self.assertRegex(place.first_output, r"cassmesh lint\.+Passed")
        self.assertEqual(place.first.git("status", "--porcelain"), "")
        self.assertEqual(place.first.git("ls-files"), ".pre-commit-config.yaml\nk8s/ring.yaml\n")
        self.assertEqual(place.first.git("show", "HEAD:k8s/ring.yaml"), RING + "# the same ring\n")
        place.first.git("fsck", "--strict")

    def test_a_conflict_stops_the_commit_and_no_second_build_is_needed(self):
        programs = place.programs()
        self.assertEqual(len(programs), 1)
        project = self.project()
        project.write("k8s/ring.yaml", RING)
        output = project.commit_all()
        self.assertRegex(output, r"cassmesh lint\.+Passed")
        self.assertNotIn("Installing environment", output)
        project.write("k8s/rule.yaml", RULE)
        before = project.git("rev-parse", "HEAD")
        output = project.commit_all(status=1)
        self.assertRegex(output, r"cassmesh lint\.+Failed")
        self.assert_finding(output, "k8s/rule.yaml:10:13: error[", "  = fix: ")
        self.assertEqual(project.git("rev-parse", "HEAD"), before)
        self.assertEqual(project.git("status", "--porcelain"), "A  k8s/rule.yaml\n")
        project.git("rm", "--quiet", "--force", "k8s/rule.yaml")
        project.write("k8s/ring.yaml", RING + "# without the rule\n")
        project.commit_all()
        self.assertEqual(place.programs(), programs)
        project.git("fsck", "--strict")

    def test_one_half_of_a_conflict_changed(self):
        project = self.project()
        project.start(**{"k8s/ring.yaml": RING, "b.yaml": account("a")})
        # The finding stands in the file that changes ...
        project.write("k8s/rule.yaml", RULE)
        self.assert_finding(project.commit_all(status=1), "k8s/rule.yaml:10:13: error[")
        project.git("rm", "--quiet", "--force", "k8s/rule.yaml")
        # ... or in one that does not: the last one of two is what is wrong.
        project.write("a.yaml", account("a"))
        self.assert_finding(project.commit_all(status=1), "b.yaml:4:9: error[duplicate-object]",
                            "a.yaml:4:9: note: ")
        project.write("a.yaml", account("another"))
        project.commit_all()

    def test_what_changes_touch_is_reported_and_nothing_else(self):
        project = self.project()
        project.start(**{"a.yaml": account("a"), "b.yaml": account("a"), "c.yaml": account("c")})
        project.write("c.yaml", account("c", "# changed\n"))
        project.commit("-a")
        project.write("b.yaml", account("a", "# changed\n"))
        self.assert_finding(project.commit("-a", status=1), "b.yaml:5:9: error[duplicate-object]")

    def test_a_change_of_the_configuration_touches_everything(self):
        project = self.project()
        project.start(**{".cassmesh.yaml": "rules: {duplicate-object: off}\n",
                         "a.yaml": account("a"), "b.yaml": account("a")})
        project.write(".cassmesh.yaml", "rules: {}\n")
        self.assert_finding(project.commit("-a", status=1), "b.yaml:4:9: error[duplicate-object]")

    def test_commit_a_of_unstaged_files(self):
        project = self.project()
        project.start(**{"a.yaml": account("a"), "b.yaml": account("b")})
        project.write("b.yaml", account("a"))
        self.assert_finding(project.commit("-a", status=1), "b.yaml:4:9: error[duplicate-object]")
        self.assertEqual(project.git("status", "--porcelain"), " M b.yaml\n")
        # What is not part of the commit does not count.
        project.write("a.yaml", account("a", "# changed\n"))
        project.commit("a.yaml")
        self.assertEqual(project.git("status", "--porcelain"), " M b.yaml\n")
        project.git("fsck", "--strict")

    def test_untracked_files_do_not_count(self):
        project = self.project()
        project.write("a.yaml", account("a"))
        project.git("add", ".")
        project.write("untracked.yaml", account("a"))
        project.write("broken.yaml", BROKEN)
        project.commit()

    def test_exclude(self):
        project = self.project()
        project.write(".cassmesh.yaml", "exclude: [vendor/]\n")
        project.write("vendor/broken.yaml", BROKEN)
        project.commit_all()
        project.write("broken.yaml", BROKEN)
        self.assert_finding(project.commit_all(status=1), "broken.yaml:3:11: error[invalid-yaml]")

    def test_a_configuration_in_a_subfolder(self):
        project = self.project("    args: [--config, deploy/.cassmesh.yaml]\n")
        project.write("deploy/.cassmesh.yaml", "exclude: [old/]\n")
        project.write("deploy/old/broken.yaml", BROKEN)
        project.write("elsewhere/broken.yaml", BROKEN)
        project.commit_all()
        project.write("deploy/broken.yaml", BROKEN)
        self.assert_finding(project.commit_all(status=1),
                            "deploy/broken.yaml:3:11: error[invalid-yaml]")

    def test_more_names_than_one_call_takes(self):
        project = self.project("    args: [--format, concise]\n")
        for number in range(1200):
            project.write(f"{'a-long-name-of-a-folder/' * 5}{number:04}.yaml",
                          account(f"a{number % 600}"))
        output = project.commit_all(status=1)
        self.assertGreater(output.count("\nFound "), 1)  # a call each
        found = [line for line in output.splitlines() if "[duplicate-object]" in line]
        self.assertEqual(len(found), 600)
        whole = place.run(place.program(), "lint", "--format", "concise", cwd=project.folder,
                          status=1)
        self.assertEqual(sorted(found), sorted(line for line in whole.splitlines()
                                               if "[duplicate-object]" in line))

    def test_all_files(self):
        project = self.project()
        project.start(**{"a.yaml": account("a"), "b.yaml": account("a"), "c.yaml": account("c")})
        for folder, home in ((NEWEST, "home"), (DEBIAN, "debian")):
            output = place.run(folder / "pre-commit", "run", "--all-files", cwd=project.folder,
                               status=1, env={"PRE_COMMIT_HOME": str(place.folder / home)})
            self.assert_finding(output, "b.yaml:4:9: error[duplicate-object]")

    def test_commits_that_are_pushed(self):
        project = self.project()
        project.start(**{"a.yaml": account("a"), "b.yaml": account("b")})
        project.write("b.yaml", account("a"))
        project.commit("-a", "--no-verify")
        output = place.run("pre-commit", "run", "--from-ref", "HEAD~", "--to-ref", "HEAD",
                           cwd=project.folder, status=1)
        self.assert_finding(output, "b.yaml:4:9: error[duplicate-object]")

    def test_system(self):
        programs = place.folder / "programs"
        programs.mkdir()
        (programs / "cassmesh").symlink_to(place.program())
        env = {"PATH": f"{programs}{os.pathsep}{place.env['PATH']}"}
        project = self.project(hook="cassmesh-system")
        project.write("a.yaml", account("a"))
        project.write("b.yaml", account("b"))
        project.git("add", ".")
        place.run("git", "commit", "-qm", "healthy", cwd=project.folder, env=env)
        project.write("b.yaml", account("a"))
        output = place.run("git", "commit", "-qam", "broken", cwd=project.folder, env=env, status=1)
        self.assert_finding(output, "b.yaml:4:9: error[duplicate-object]")

    def test_render_check(self):
        project = self.project(hook="cassmesh-render-check")
        project.write("examples/clients.yaml", SPEC)
        project.write("k8s/ring.yaml", RING)
        project.commit_all()
        project.write("examples/clients.yaml", SPEC + "replicas: 5\n")
        output = project.commit("-a", status=1)
        self.assertIn("\n-  replicas: 3\n+  replicas: 5\n", output)
        again = "cassmesh render examples/clients.yaml -o k8s/ring.yaml"
        self.assertIn(f"cassmesh: k8s/ring.yaml: is stale: render it again: {again}\n", output)
        place.run(place.program(), *again.split()[1:], cwd=project.folder)
        project.commit("-a")
        text = (project.folder / "k8s/ring.yaml").read_text()
        project.write("k8s/ring.yaml", text.replace("replicas: 5", "replicas: 4"))
        self.assertIn("\n-  replicas: 4\n+  replicas: 5\n", project.commit("-a", status=1))

    def test_render_check_of_what_was_rendered_in_a_subfolder(self):
        project = self.project(hook="cassmesh-render-check")
        project.write("deploy/cassmesh.yaml", SPEC)
        place.run(place.program(), "render", "-o", "k8s/", cwd=project.folder / "deploy")
        project.commit_all()
        project.write("deploy/cassmesh.yaml", SPEC + "replicas: 5\n")
        output = project.commit("-a", status=1)
        self.assertIn("deploy/k8s/: is stale: render it again in deploy: "
                      "cassmesh render cassmesh.yaml -o k8s/\n", output)


class BuildTest(unittest.TestCase):
    """What pip and pre-commit say when the program cannot be built; and what they build."""

    def tools(self, *names):
        folder = Path(tempfile.mkdtemp(dir=place.folder))
        for name in names:
            (folder / name).symlink_to(shutil.which(name))
        return folder

    def backend(self, code, status=0, cwd=None, **env):
        return place.run(sys.executable, "-B", "-c", BACKEND + code, cwd=cwd or place.clone,
                         status=status, env=env)

    def test_a_missing_cmake_is_one_clear_line(self):
        project = Project("without-cmake")
        project.write(".pre-commit-config.yaml", project.config())
        output = place.run(NEWEST / "pre-commit", "install-hooks", cwd=project.folder, status=3,
                           env={
            "PRE_COMMIT_HOME": str(place.folder / "without-cmake-home"),
            "PATH": f"{NEWEST}{os.pathsep}{self.tools('git', 'basename', 'sed', 'uname')}"})
        said = [line for line in output.splitlines() if "cassmesh cannot be built" in line]
        self.assertEqual(len(said), 1, output)
        self.assertRegex(said[0], r"^ +cassmesh cannot be built: cmake is missing; .*cmake.*fmt")
        self.assertIn("[1 lines of output]", output)
        self.assertNotIn("Traceback", output)

    def test_a_missing_library_is_one_clear_line(self):
        hidden = place.folder / "hidden.cmake"
        hidden.write_text("set(CMAKE_FIND_ROOT_PATH /nowhere)\n"
                          "set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)\n")
        project = Project("without-fmt")
        project.write(".pre-commit-config.yaml", project.config())
        output = place.run("pre-commit", "install-hooks", cwd=project.folder, status=3, env={
            "PRE_COMMIT_HOME": str(place.folder / "without-fmt-home"),
            "CMAKE_TOOLCHAIN_FILE": str(hidden)})
        said = [line for line in output.splitlines() if "cassmesh cannot be built" in line]
        self.assertEqual(len(said), 1, output)
        self.assertRegex(said[0], r"cannot be built: the library fmt is missing; .*fmt")
        self.assertIn("[1 lines of output]", output)
        self.assertNotIn("CMake Error", output)

    def test_other_things_that_are_missing(self):
        wheel = "backend.build_wheel('.')"
        tools = ("cmake", "ninja", "git")
        for problem, env in (
                ("a C++ compiler is missing", {"PATH": str(self.tools(*tools)), "CXX": ""}),
                ("the compiler /nowhere/g++, which CXX names, is missing", {"CXX": "/nowhere/g++"}),
                ("ninja is missing (make would do as well)", {"PATH": str(self.tools("cmake"))}),
                ("dtl/dtl.hpp is missing", {"CMAKE_ARGS": "-DCMAKE_IGNORE_PATH=/usr/include"})):
            with self.subTest(problem):
                output = self.backend(wheel, status=1, **env)
                self.assertRegex(
                    output, rf"\Acassmesh cannot be built: {re.escape(problem)}; .*\n\Z")

    def test_an_error_that_nobody_foresaw_leaves_a_log(self):
        output = self.backend("backend.build_wheel('.')", status=1,
                              CMAKE_ARGS="-DCMAKE_CXX_STANDARD=x")
        log = re.fullmatch(
            r"cassmesh cannot be built: .*; all of the build's output is in (\S+)\n", output)
        self.assertIsNotNone(log, output)
        self.assertIn("CMake Error", Path(log.group(1)).read_text())
        os.remove(log.group(1))

    def test_make_does_where_there_is_no_ninja(self):
        output = self.backend("print(backend.find_tools()['generator'])",
                              PATH=str(self.tools("cmake", "make")))
        self.assertEqual(output, "Unix Makefiles\n")

    def test_the_wheel_is_the_same_wherever_it_is_built(self):
        other = place.folder / "a folder with blanks"
        place.run("git", "clone", "--quiet", ROOT, other)
        name = self.backend("print(backend.build_wheel('.'))").strip()
        self.backend("backend.build_wheel('.')", cwd=other)
        self.assertRegex(name, r"\Acassmesh-[0-9.]+-py3-none-\w+\.whl\Z")
        self.assertEqual((place.clone / name).read_bytes(), (other / name).read_bytes())
        self.assertEqual(place.run("git", "status", "--porcelain", cwd=other), f"?? {name}\n")
        venv = place.folder / "venv"
        place.run(sys.executable, "-m", "venv", venv)
        place.run(venv / "bin/python3", "-m", "pip", "install", other / name)
        version = name.split("-")[1]
        said = place.run(venv / "bin/cassmesh", "--version")
        self.assertTrue(said.startswith(f"cassmesh {version}"), said)
        shown = place.run(venv / "bin/python3", "-m", "pip", "show", "--files", "cassmesh")
        for line in (f"Version: {version}", "Summary: Renders and lints", "bin/cassmesh",
                     "licenses/LICENSE"):
            self.assertIn(line, shown)
        place.run(venv / "bin/python3", "-m", "pip", "uninstall", "--yes", "cassmesh")
        self.assertFalse((venv / "bin/cassmesh").exists())
        os.remove(place.clone / name)

    def test_the_source_package_is_whole(self):
        name = self.backend("print(backend.build_sdist('.'))").strip()
        first = (place.clone / name).read_bytes()
        self.backend("backend.build_sdist('.')")
        self.assertEqual((place.clone / name).read_bytes(), first)
        folder = place.folder / "unpacked"
        shutil.unpack_archive(place.clone / name, folder)
        os.remove(place.clone / name)
        unpacked, = folder.iterdir()
        tracked = place.run("git", "ls-files", cwd=place.clone).splitlines()
        there = [path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*")
                 if path.is_file()]
        self.assertEqual(sorted(there), sorted([*tracked, "PKG-INFO"]))
        again = self.backend("print(backend.build_sdist('..'))", cwd=unpacked).strip()
        self.assertEqual((folder / again).read_bytes(), first)
        self.backend("backend.prepare_metadata_for_build_wheel('..')", cwd=unpacked)
        text = next(folder.glob("*.dist-info/METADATA")).read_text()
        self.assertIn((ROOT / "README.md").read_text(), text)


if __name__ == "__main__":
    unittest.main()
