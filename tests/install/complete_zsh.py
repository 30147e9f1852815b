"""complete_zsh.py FOLDER: what zsh completes with the _cassmesh in the folder, typed into a real zsh."""

import os
import pathlib
import pty
import re
import select
import signal
import sys
import tempfile

SETUP = r"""
unset zle_bracketed_paste; unsetopt beep
PS1='<ready>'; fpath=({folder} $fpath); autoload -U compinit; compinit -u -d $ZDOTDIR/dump
zstyle ':completion:*' list-prompt ''; LISTMAX=10000; unsetopt list_types
"""

# What is typed, then what zsh must show: on the line, or in a list below it.
CASES = [
    ("cassmesh tra", ["cassmesh trace"]),
    ("cassmesh ", ["render", "lint", "completion", "Follow each connection"]),
    ("cassmesh --color al", ["--color always"]),
    ("cassmesh lint --fo", ["lint --format="]),
    ("cassmesh lint --format=sa", ["--format=sarif"]),
    ("cassmesh lint --format ", ["concise", "sarif", "gitlab"]),
    ("cassmesh rules --format=j", ["--format=json"]),
    ("cassmesh lint k", ["lint k8s"]),
    ("cassmesh lint -o ri", ["-o ring.yaml"]),
    ("cassmesh render --templates=", ["--templates=k8s"]),
    ("cassmesh explain dead-h", ["explain dead-host"]),
    ("cassmesh lint --ignore duplicate-key,dead-h", ["duplicate-key,dead-host"]),
    ("cassmesh completion f", ["completion fish"]),
]


def read_until(terminal, pattern, seconds=10):
    text = ""
    while not re.search(pattern, text):
        if not select.select([terminal], [], [], seconds)[0]:
            break
        text += os.read(terminal, 65536).decode(errors="replace").replace("\r", "")
    return text


def shown(place, typed, expected):
    """What a new zsh shows of what is typed, and of the Tab after it."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(place)
        os.environ.update(TERM="dumb", COLUMNS="200", LINES="100", ZDOTDIR=place)
        os.execvp("zsh", ["zsh", "-d", "-i"])
    read_until(terminal, "<ready>")
    os.write(terminal, typed.encode() + b"\t")
    # Every word that is expected ends the wait; what never comes, ten seconds.
    seen = read_until(terminal, "".join(f"(?=[\\s\\S]*{re.escape(word)})" for word in expected))
    os.kill(child, signal.SIGKILL)
    os.close(terminal)
    os.waitpid(child, 0)
    return seen


def main(folder):
    failed = False
    with tempfile.TemporaryDirectory() as place:
        pathlib.Path(place, "ring.yaml").touch()
        pathlib.Path(place, "k8s").mkdir()
        setup = SETUP.format(folder=pathlib.Path(folder).resolve())
        pathlib.Path(place, ".zshrc").write_text(setup)
        for typed, expected in CASES:
            seen = shown(place, typed, expected)
            missing = [word for word in expected if word not in seen]
            if missing:
                print(f"zsh: {typed}\n  missing: {missing}\n  seen: {seen!r}")
                failed = True
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
