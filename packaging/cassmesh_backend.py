"""The PEP 517 backend: makes a wheel that holds the program, by driving CMake.

It needs the standard library only. What is missing on the machine is said in one
line; everything else that goes wrong, in one line and a log. The same sources,
compiler and libraries give the same bytes.
"""

import base64
import gzip
import hashlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Zip files know no earlier moment.
EPOCH = (1980, 1, 1, 0, 0, 0)
# Flags as scripts/cassmesh has them.
FLAGS = "-O2 -DNDEBUG"


def get_requires_for_build_wheel(config_settings=None):
    # pip asks this first, and so fails early.
    find_tools()
    return []


def get_requires_for_build_sdist(config_settings=None):
    return []


def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    """Spares pip a build for the metadata."""
    for name, text in metadata_files().items():
        path = Path(metadata_directory, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)
    return dist_info()


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    version, _ = about()
    name = f"cassmesh-{version}-{tag()}.whl"
    with build_folder() as folder:
        installed = build(Path(folder))
        write_wheel(Path(wheel_directory, name), wheel_files(installed))
    return name


def build_sdist(sdist_directory, config_settings=None):
    version, _ = about()
    stem = f"cassmesh-{version}"
    name = f"{stem}.tar.gz"
    buffer = io.BytesIO()
    commit = git("rev-parse", "HEAD").strip()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        add_to_archive(archive, f"{stem}/PKG-INFO", metadata(), 0o644)
        for path in sorted(sources()):
            content, mode = (ROOT / path).read_bytes(), 0o644
            if os.access(ROOT / path, os.X_OK):
                mode = 0o755
            if path == "cmake/archived_commit" and commit:
                content = f"{commit}\n".encode()  # as `git archive` does
            add_to_archive(archive, f"{stem}/{path}", content, mode)
    with open(Path(sdist_directory, name), "wb") as out:
        with gzip.GzipFile("", "wb", fileobj=out, mtime=0) as packed:
            packed.write(buffer.getvalue())
    return name


# What the package says of itself.


def about():
    """Version and description, as CMakeLists.txt has them."""
    text = (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
    project = re.search(r"^project\(cassmesh\s+(.*?)\)$", text, re.M | re.S).group(1)
    return (re.search(r"\bVERSION\s+([0-9.]+)", project).group(1),
            re.search(r'\bDESCRIPTION\s+"([^"]+)"', project).group(1))


def dist_info():
    return f"cassmesh-{about()[0]}.dist-info"


def tag():
    """Any Python 3 will do: the program does not know it."""
    platform = sysconfig.get_platform()
    if platform == "linux-x86_64" and sys.maxsize < 2**32:
        platform = "linux-i686"
    return "py3-none-" + re.sub(r"[-.]", "_", platform)


def metadata():
    version, description = about()
    head = f"""\
Metadata-Version: 2.4
Name: cassmesh
Version: {version}
Summary: {description}
License-Expression: Apache-2.0
License-File: LICENSE
Requires-Python: >=3.8
Description-Content-Type: text/markdown

"""
    return head.encode() + (ROOT / "README.md").read_bytes()


def metadata_files():
    """The files of the .dist-info folder, but RECORD."""
    folder = dist_info()
    wheel = ("Wheel-Version: 1.0\nGenerator: cassmesh_backend\n"
             f"Root-Is-Purelib: false\nTag: {tag()}\n")
    return {f"{folder}/METADATA": metadata(),
            f"{folder}/WHEEL": wheel.encode(),
            f"{folder}/licenses/LICENSE": (ROOT / "LICENSE").read_bytes()}


# Archives without time, user or order of a folder.


def wheel_files(installed):
    """Name to (content, mode). Programs land beside Python, the rest in its prefix."""
    data = f"cassmesh-{about()[0]}.data"
    files = {}
    for path in sorted(each for each in installed.rglob("*") if each.is_file()):
        name = path.relative_to(installed).as_posix()
        in_bin = name.startswith("bin/")
        place = f"{data}/scripts/{name[4:]}" if in_bin else f"{data}/data/{name}"
        files[place] = (path.read_bytes(), 0o755 if in_bin else 0o644)
    files.update({name: (text, 0o644) for name, text in metadata_files().items()})
    return files


def write_wheel(path, files):
    record = []
    with zipfile.ZipFile(path, "w") as archive:
        def add(name, content, mode):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = (0o100000 | mode) << 16
            entry.create_system = 3  # Unix: pip keeps the mode
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)

        for name, (content, mode) in files.items():
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest())
            record.append(f"{name},sha256={digest.decode().rstrip('=')},{len(content)}\n")
            add(name, content, mode)
        name = f"{dist_info()}/RECORD"
        add(name, "".join([*record, f"{name},,\n"]), 0o644)


def add_to_archive(archive, name, content, mode):
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), mode
    archive.addfile(entry, io.BytesIO(content))


def sources():
    """What git tracks; in an unpacked source package, everything."""
    names = git("ls-files", "-z").split("\0")[:-1]
    if not names:
        names = [path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*")]
    left_out = re.compile(r"(\.git(/|$)|build/|PKG-INFO$|(.*/)?__pycache__/)")
    return [name for name in names
            if (ROOT / name).is_file() and not left_out.match(name)]


def git(*arguments):
    """What git says; nothing where there is no git or no repository of ours."""
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        return ""
    return subprocess.run(["git", "-C", str(ROOT), *arguments], env=environment(), text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout


# The build.


def environment():
    """Without git's own: in a commit they name the index that is being committed, and a git that
    CMake or a library's build calls would write to it."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}


def build_folder():
    """A temporary one among the sources: seen from there they have the same names wherever they
    are, by which ccache knows them again. Elsewhere if nothing may be written there."""
    try:
        (ROOT / "build").mkdir(exist_ok=True)
        return tempfile.TemporaryDirectory(prefix="wheel-", dir=ROOT / "build")
    except OSError:
        return tempfile.TemporaryDirectory(prefix="cassmesh-build-")


def build(folder):
    """Builds in a folder, and returns the one below which everything is installed."""
    tools = find_tools()
    prefix = folder / "installed"
    configure = [tools["cmake"], "-S", str(ROOT), "-B", str(folder), "-G", tools["generator"],
                 "-DBUILD_TESTING=OFF", "-DCMAKE_BUILD_TYPE=Release",
                 f"-DCMAKE_CXX_FLAGS_RELEASE={FLAGS}", "-DCMAKE_INSTALL_BINDIR=bin",
                 *shlex.split(os.environ.get("CMAKE_ARGS", ""))]
    steps = [configure,
             [tools["cmake"], "--build", str(folder), "--parallel", str(os.cpu_count() or 1)],
             [tools["cmake"], "--install", str(folder), "--prefix", str(prefix), "--strip"]]
    output = ""
    for step in steps:
        done = subprocess.run(step, env=environment(), text=True, errors="replace",
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        output += f"$ {' '.join(step)}\n{done.stdout}"
        if done.returncode != 0:
            fail(*explain(done.stdout), log=output)
    return prefix


def find_tools():
    cmake = shutil.which("cmake")
    if not cmake:
        fail("cmake is missing", how_to_install())
    # As CMake looks for it.
    if any(shutil.which(name) for name in ("ninja", "ninja-build", "samu")):
        generator = "Ninja"
    elif any(shutil.which(name) for name in ("gmake", "make")):
        generator = "Unix Makefiles"
    else:
        fail("ninja is missing (make would do as well)", how_to_install())
    return {"cmake": cmake, "generator": generator}


# What CMake says when something is missing, and how one calls that.
MISSING = (
    (r"No CMAKE_CXX_COMPILER could be found", "a C++ compiler is missing"),
    (r"Could not find compiler set in environment variable CXX:\s+(\S+?)\.?\s",
     r"the compiler \1, which CXX names, is missing"),
    (r"(CMake [0-9.]+) or higher is required\.\s+You are running version ([0-9.]+)",
     r"\1 or newer is missing: this is \2"),
    (r'provided by\s+"([^"]+)"', r"the library \1 is missing"),
    (r"By not providing \"Find([^\"]+)\.cmake\"", r"the library \1 is missing"),
    (r"Could NOT find (\S+)", r"the library \1 is missing"),
    (r"CMake Error at [^\n]*:\n\s+(\S+) is missing", r"\1 is missing"),
    (r"no known features for CXX|does not support .*C\+\+20|(?:dialect|language level)[^.]*CXX20",
     "a compiler that knows C++20 is missing"),
)


def explain(output):
    """What went wrong, and how to mend it (or nothing)."""
    for pattern, words in MISSING:
        found = re.search(pattern, output, re.S)
        if found:
            return found.expand(words), how_to_install()
    errors = re.search(r"^.*?\berror:.*$|(?<=^CMake Error: ).*$", output, re.M)
    last = [line for line in output.splitlines() if line.strip()][-1:]
    return (errors.group(0).strip() if errors else "".join(last) or "it says nothing"), ""


def how_to_install():
    """What scripts/lib.sh, which knows the packages, tells to do on this machine."""
    search = os.pathsep.join([os.environ.get("PATH", ""), "/usr/bin", "/bin"])
    told = subprocess.run(["/bin/sh", "-c", ". scripts/lib.sh && packages_here"], cwd=ROOT,
                          env={**environment(), "PATH": search}, text=True,
                          stdout=subprocess.PIPE)
    return told.stdout.strip()


def fail(problem, cure, log=None):
    """Ends in one line: pip shows what is on standard error, and no traceback of SystemExit."""
    text = f"cassmesh cannot be built: {problem}"
    if cure:
        text += f"; {cure}"
    elif log is not None:
        number, name = tempfile.mkstemp(prefix="cassmesh-build-", suffix=".log")
        with open(number, "w", encoding="utf-8") as file:
            file.write(log)
        text += f"; all of the build's output is in {name}"
    raise SystemExit(text)
