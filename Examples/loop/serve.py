#!/usr/bin/env python3
"""Serves FOLDER/model.gguf as the chat model NAME under http://127.0.0.1:PORT/v1, with llama.cpp's own server.

    python3 serve.py FOLDER PORT NAME

It listens at once and answers /health with 200 when the model is loaded.
"""

import signal
import sys

import xllamacpp

SLOTS = 4
TOKENS_A_SLOT = 1024

folder, port, name = sys.argv[1:]
parameters = xllamacpp.CommonParams()
parameters.model.path = f"{folder}/model.gguf"
parameters.model_alias = {name}
parameters.hostnames = ["127.0.0.1"]
parameters.port = int(port)
parameters.n_parallel = SLOTS
parameters.n_ctx = SLOTS * TOKENS_A_SLOT
# One thread: more would wait for each other by spinning, which takes a busy machine's time.
parameters.cpuparams.n_threads = 1
parameters.cpuparams_batch.n_threads = 1
parameters.use_jinja = True
server = xllamacpp.Server(parameters)
signal.sigwait({signal.SIGINT, signal.SIGTERM})
