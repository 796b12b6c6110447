"""The same run on Ray: on a real cluster of two nodes of which one is killed, the output is the same bytes."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import asdict
from pathlib import Path

import pytest

from scheidslijn.batch.cluster import Documents, find_inputs
from scheidslijn.batch.job import Job, run_job
from scheidslijn.batch.pool import Recipe
from scheidslijn.batch.since import Since
from scheidslijn.batch.store import FolderStore, RemoteStore
from scheidslijn.batch.work import Done, Work, run_facts
from scheidslijn.errors import OutputError
from scheidslijn.onefile import Limits
from scheidslijn.sources import walk

TEXT = "Wonen\n\nElzenbroek bouwt {} woningen voor starters.\n\nWaterrade opent {} scholen voor nieuwkomers.\n"


@pytest.mark.parametrize("kind", ["folder", "memory", "file"])
def test_stores_keep_whole_names(kind, tmp_path):
    if kind != "folder":
        pytest.importorskip("fsspec")
    places = {"folder": tmp_path / "a", "memory": "memory://scheidslijn-test/a", "file": f"file://{tmp_path}/b"}
    store = FolderStore(places["folder"]) if kind == "folder" else RemoteStore(places[kind])
    assert store.read("parts/x.json") is None and store.size("parts/x.json") == -1
    store.write("parts/x.json", b"een")
    store.write("parts/x.json", b"twee")
    assert store.read("parts/x.json") == b"twee" and store.size("parts/x.json") == 4
    work = Work(store, {"model": "m"})
    assert work.begin() == ""  # the store was of no run
    work.finish("ab", Done((), (("a", "b", "c"),), "text", 1, ("let op",)))
    assert work.find("ab") == Done((), (("a", "b", "c"),), "text", 1, ("let op",))
    assert Work(store, {"model": "n"}).begin() == "model m → n" and work.find("ab") is None


def actor(recipe: Recipe, store: str, since: Since = Since()) -> Documents:  # noqa: B008
    facts = run_facts(recipe.load(), "auto", ocr=False, document_bytes=1000)
    return Documents(asdict(recipe), store, facts, asdict(Limits()), False, since)


def test_an_actor_takes_documents_from_any_file_system_and_keeps_work_there():
    fsspec = pytest.importorskip("fsspec")
    memory = fsspec.filesystem("memory")
    for name in ("a.txt", "b/b.txt"):
        memory.pipe_file(f"/scheidslijn-in/{name}", TEXT.format(1, 2).encode())
    memory.pipe_file("/scheidslijn-in/leeg.pdf", b"")
    documents = find_inputs(["memory://scheidslijn-in"])
    assert [name for _, name in documents] == ["a.txt", "b/b.txt", "leeg.pdf"]
    documents.append(("memory://scheidslijn-in/weg.txt", "weg.txt"))
    block = {"number": [0, 1, 2, 3], "address": [a for a, _ in documents], "name": [n for _, n in documents]}
    one = actor(Recipe(labeller="terms"), "memory://scheidslijn-test/b")
    found = one(block)
    store = RemoteStore("memory://scheidslijn-test/b")
    done = [Work(store, one._work.facts).find(key) if key else None for key in found["key"]]
    assert [known.rows if known else None for known in done] == [3, 3, 0, None]
    assert "does not exist" in found["passing"][3]
    known = Since(frozenset({("a.txt", found["sha256"][0], one._work.run)}))
    assert actor(Recipe(labeller="terms"), "memory://scheidslijn-test/c", known)(block)["passed_over"] == [
        "unchanged", "", "", ""
    ]  # fmt: skip


def test_standard_input_is_no_input_of_a_cluster():
    with pytest.raises(OutputError, match="standard input"):
        find_inputs(["-"])


@pytest.fixture(scope="module")
def cluster():
    pytest.importorskip("ray")
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_worker_niceness", "0")  # otherwise all else on a busy machine goes first
    from ray.cluster_utils import Cluster

    made = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    yield made
    import ray

    ray.shutdown()
    made.shutdown()


@pytest.mark.slow
def test_a_node_lost_in_the_middle_changes_no_byte(cluster, tmp_path: Path):
    import ray

    from scheidslijn.batch.clusterjob import run_cluster_job

    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(40):
        (folder / f"plan-{number:02}.txt").write_text(TEXT.format(number, 2 * number) * 30, "utf-8")
    (folder / "leeg.pdf").write_bytes(b"")
    recipe = Recipe(labeller="terms")
    alone = Job(str(tmp_path / "alleen.jsonl"), recipe, Limits(), ocr=False, workers=0)
    run_job(alone, recipe.load(), list(walk([folder])), lambda line: None)
    second = cluster.add_node(num_cpus=2)
    ray.init(address=cluster.address, log_to_driver=False)
    lost: list[int] = []

    def lose_a_node() -> None:
        parts = tmp_path / ".ray.jsonl.work" / "parts"
        while len(done := list(parts.rglob("*.json"))) < 8:
            time.sleep(0.05)
        cluster.remove_node(second, allow_graceful=False)
        lost.append(len(done))

    threading.Thread(target=lose_a_node, daemon=True).start()
    one = Job(str(tmp_path / "ray.jsonl"), recipe, Limits(), ocr=False)
    summary = run_cluster_job(one, recipe.load(), [str(folder)], lambda line: None)
    assert lost and 8 <= lost[0] < 40, "the node was lost while documents were at work"
    assert summary.documents == 40 and len(summary.failures) == 1
    assert (tmp_path / "ray.jsonl").read_bytes() == (tmp_path / "alleen.jsonl").read_bytes()
    work = f"file://{tmp_path}/werk"
    remote = Job(f"file://{tmp_path}/ver.jsonl", recipe, Limits(), ocr=False, work=work)
    run_cluster_job(remote, recipe.load(), [f"file://{folder}"], lambda line: None)
    assert (tmp_path / "ver.jsonl").read_bytes() == (tmp_path / "alleen.jsonl").read_bytes()
    (folder / "nieuw.txt").write_text(TEXT.format(7, 7), "utf-8")
    more = Job(str(tmp_path / "erbij.jsonl"), recipe, Limits(), ocr=False, since=f"{tmp_path}/werk/manifest.jsonl")
    summary = run_cluster_job(more, recipe.load(), [str(folder)], lambda line: None)
    assert summary.documents == 1 and '"nieuw.txt"' in (tmp_path / "erbij.jsonl").read_text("utf-8")
    with pytest.raises(OutputError, match="exists already"):
        run_cluster_job(remote, recipe.load(), [f"file://{folder}"], lambda line: None)
