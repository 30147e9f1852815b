"""The releases that the tables are made of."""

import json
import subprocess
from pathlib import Path

# The last patch of each minor. It is read besides the first: a field that a
# patch brought is taken for one of the whole minor.
LAST = (9, 17, 10, 8, 10, 10, 14, 8, 6, 9, 6, 8, 9, 9, 6, 7, 7, 8, 7, 10, 8, 6, 8,
        6, 6, 5, 8, 9, 10, 6, 3, 0)
NEWEST = len(LAST) - 1


class Tree:
    """The files of istio.io/api at a tag: of a clone, or of a Go module."""

    def __init__(self, clone, tag):
        self.clone, self.tag, self.folder = clone, tag, None
        if self._git("rev-parse", "--verify", "--quiet", f"{tag}^{{commit}}"):
            return
        done = subprocess.run(
            ["go", "mod", "download", "-json", f"istio.io/api@v{tag}"],
            text=True, stdout=subprocess.PIPE, cwd="/", check=True)
        self.folder = Path(json.loads(done.stdout)["Dir"])

    def _git(self, *arguments):
        return subprocess.run(["git", "-C", self.clone, *arguments], text=True,
                              stdout=subprocess.PIPE, check=False).stdout

    def names(self):
        if self.folder:
            return [str(path.relative_to(self.folder))
                    for path in self.folder.rglob("*") if path.is_file()]
        return self._git("ls-tree", "-r", "--name-only", self.tag).split()

    def read(self, name):
        if self.folder:
            return (self.folder / name).read_text()
        return self._git("show", f"{self.tag}:{name}")
