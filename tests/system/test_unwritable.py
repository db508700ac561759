"""Commands whose output has nowhere to go say so in one line, and their exit code tells."""

import subprocess
import sys
from pathlib import Path

import pytest

POSTS = '{"text": "me encanta Iberluz"}\n' * 2_000
FULL = Path("/dev/full")


def run(*words, out):
    command = [sys.executable, "-m", "agents.cli", *map(str, words)]
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE, text=True, timeout=60)


@pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize("words", [("match", "iberluz"), ("score", "--tier", "0")], ids=lambda words: words[0])
def test_a_full_disk_behind_the_output_is_named_and_no_success(tmp_path, words):
    posts = tmp_path / "posts.jsonl"
    posts.write_text(POSTS)
    with FULL.open("w") as full:
        done = run(*words, posts, out=full)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "the output: No space left on device; make room, or write elsewhere"
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_a_replay_into_what_is_no_folder_is_refused(tmp_path):
    (tmp_path / "file").write_text("here already")
    (tmp_path / "brands.yaml").write_text(
        "brands:\n  - {id: iberluz, name: Iberluz, targets: [{type: brand, query: iberluz}]}\n"
    )
    (tmp_path / "posts.jsonl").write_text("{}\n")
    words = ("replay", tmp_path / "posts.jsonl", "--network", "x", "--brands", tmp_path / "brands.yaml")
    done = run(*words, "--out", tmp_path / "file" / "out", out=subprocess.PIPE)
    assert done.returncode == 2
    assert done.stderr == f"{tmp_path / 'file' / 'out'}: cannot be written to (Not a directory); name another folder\n"
