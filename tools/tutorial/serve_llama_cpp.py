"""Serves a GGUF file by llama.cpp's own server, as the package `xllamacpp` brings it along.

python tools/tutorial/serve_llama_cpp.py oefenmodel.gguf 8124
"""

from __future__ import annotations

import sys
import time
from pathlib import Path


def main() -> None:
    import xllamacpp

    path, port = Path(sys.argv[1]), int(sys.argv[2])
    wanted = xllamacpp.CommonParams()
    wanted.model.path = str(path)
    wanted.model_alias = {path.stem}
    wanted.hostnames, wanted.port = ["127.0.0.1"], port
    wanted.n_ctx, wanted.n_parallel, wanted.use_jinja, wanted.warmup = 2048, 1, True, False
    wanted.cpuparams.n_threads = 1
    server = xllamacpp.Server(wanted)
    print(f"Listening on {server.listening_address} (model: {path.stem}).", flush=True)
    while True:
        time.sleep(60)


if __name__ == "__main__":
    main()
