"""The same run on Ray: on a real cluster of two nodes of which one is killed, the output is the same bytes."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from scheidslijn.batch.job import Job, run_job
from scheidslijn.batch.pool import Recipe
from scheidslijn.batch.store import FolderStore, RemoteStore
from scheidslijn.batch.work import Done, Work
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
    remote = Job(f"file://{tmp_path}/ver.jsonl", recipe, Limits(), ocr=False)
    run_cluster_job(remote, recipe.load(), [f"file://{folder}"], lambda line: None)
    assert (tmp_path / "ver.jsonl").read_bytes() == (tmp_path / "alleen.jsonl").read_bytes()
