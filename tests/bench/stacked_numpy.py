#!/usr/bin/python3
"""Decentralized SGD in NumPy, as fast as a script can be: nodes are an axis of every array, so that one call multiplies the
matrices of several nodes; buffers are reused; one forked process for each core works on its own nodes of a shared array.

usage: stacked_numpy.py MODEL METHOD LOCAL_STEPS [NODES] [SECONDS]

MODEL is softmax or mlp, METHOD is d_psgd (average with all four neighbors) or pairs (a random maximal matching of the
graph). Prints one line of JSON. tests/bench/compare_with_python calls it.
"""
import ctypes
import json
import mmap
import multiprocessing
import os
import sys
import time

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"  # a process has one core
import numpy as np

SAMPLES, FEATURES, CLASSES, HIDDEN, BATCH, DEGREE = 60_000, 784, 10, 64, 32, 4
STEP_SIZE = np.float32(0.05)
CHUNKS = (4, 8, 16)  # numbers of nodes in one call, of which the fastest is taken
WIDTHS = {"softmax": (FEATURES, CLASSES), "mlp": (FEATURES, HIDDEN, CLASSES)}


def shared(*shape):
    """An array of float32 that forked processes share."""
    return np.frombuffer(mmap.mmap(-1, 4 * int(np.prod(shape))), np.float32).reshape(shape)


def random_regular(nodes, random):
    """Neighbors of each node: the union of two random cycles without a common edge."""
    while True:
        cycles = [random.permutation(nodes) for _ in range(DEGREE // 2)]
        edges = np.concatenate([np.stack([c, np.roll(c, 1)], 1) for c in cycles])
        edges.sort(axis=1)
        if len(np.unique(edges, axis=0)) == len(edges):
            neighbors = [[] for _ in range(nodes)]
            for i, j in edges.tolist():
                neighbors[i].append(j)
                neighbors[j].append(i)
            return edges, neighbors


def matching(edges, nodes, random):
    """A random maximal matching."""
    free, pairs = [True] * nodes, []
    for i, j in edges[random.permutation(len(edges))].tolist():
        if free[i] and free[j]:
            free[i] = free[j] = False
            pairs.append((i, j))
    return pairs


def layers_of(models, widths):
    """Views of the weights (inputs x outputs) and biases of each layer in rows of parameters."""
    views, start = [], 0
    for inputs, outputs in zip(widths, widths[1:]):
        end = start + inputs * outputs
        views.append((models[:, start:end].reshape(-1, inputs, outputs), models[:, None, end:end + outputs]))
        start = end + outputs
    return views


class Training:
    """Local steps of some nodes, `chunk` nodes at once."""

    def __init__(self, widths, samples, labels, shard, random, chunk):
        self.widths, self.samples, self.labels, self.shard, self.random = widths, samples, labels, shard, random
        self.batch = np.empty((chunk, BATCH, FEATURES), np.float32)
        self.outputs = [np.empty((chunk, BATCH, width), np.float32) for width in widths[1:]]
        self.errors = [np.empty((chunk, BATCH, width), np.float32) for width in widths[1:-1]]
        self.gradients = [np.empty((chunk, *shape), np.float32) for shape in zip(widths, widths[1:])]
        self.places = np.arange(chunk * BATCH)

    def steps(self, models, first, count):
        """`count` steps of the nodes whose models these are; the first of them has number `first`."""
        size = len(models)
        layers = layers_of(models, self.widths)
        starts = (np.arange(first, first + size) * self.shard)[:, None]
        for _ in range(count):
            drawn = (starts + self.random.integers(0, self.shard, (size, BATCH))).ravel()
            batch = self.batch[:size]
            np.take(self.samples, drawn, axis=0, out=batch.reshape(size * BATCH, FEATURES), mode="clip")
            self.step(layers, batch, self.labels[drawn])

    def step(self, layers, batch, labels):
        size, inputs = len(batch), [batch]
        for number, (weights, biases) in enumerate(layers):
            z = np.matmul(inputs[-1], weights, out=self.outputs[number][:size])
            z += biases
            if number + 1 < len(layers):
                np.maximum(z, 0, out=z)
            inputs.append(z)
        error = inputs.pop()
        error -= error.max(2, keepdims=True)
        np.exp(error, out=error)
        scale = STEP_SIZE / np.float32(BATCH)  # in the residuals, so that gradients are steps
        error *= scale / error.sum(2, keepdims=True)
        error.reshape(size * BATCH, CLASSES)[self.places[:size * BATCH], labels] -= scale
        for number in reversed(range(len(layers))):
            weights, biases = layers[number]
            below = None
            if number > 0:
                below = np.matmul(error, weights.transpose(0, 2, 1), out=self.errors[number - 1][:size])
                below *= inputs[number] > 0
            weights -= np.matmul(inputs[number].transpose(0, 2, 1), error, out=self.gradients[number][:size])
            biases -= error.sum(1, keepdims=True)
            error = below


def average_neighbors(old, new, mine, neighbors):
    for i in mine:
        first, *others = neighbors[i]
        mean = np.add(old[i], old[first], out=new[i])
        for j in others:
            mean += old[j]
        mean *= np.float32(1 / (DEGREE + 1))


def average_pairs(models, pairs):
    for i, j in pairs:
        models[i] += models[j]
        models[i] *= np.float32(0.5)
        models[j] = models[i]


def worker(rank, workers, barrier, setup):
    """Returns the function that this process calls for each round."""
    widths, nodes, method, local_steps, states, graph, samples, labels, seed = setup
    edges, neighbors = graph
    mine = range(rank * nodes // workers, (rank + 1) * nodes // workers)
    common = np.random.default_rng(seed)  # the same matchings in all processes
    new_training = lambda chunk: Training(widths, samples, labels, SAMPLES // nodes,
                                          np.random.default_rng([seed, rank]), chunk)

    def learn(training, chunk, steps):
        for first in range(mine.start, mine.stop, chunk):
            training.steps(states[0][first:min(first + chunk, mine.stop)], first, steps)

    def seconds(chunk):
        training = new_training(chunk)
        learn(training, chunk, 1)
        start = time.perf_counter()
        learn(training, chunk, local_steps)
        return time.perf_counter() - start

    barrier.wait()
    chunk = min(CHUNKS, key=seconds)
    training = new_training(chunk)

    def round_of_all():
        learn(training, chunk, local_steps)
        barrier.wait()
        if method == "d_psgd":
            average_neighbors(states[0], states[1], mine, neighbors)
            states.reverse()
        else:
            average_pairs(states[0], matching(edges, nodes, common)[rank::workers])
        barrier.wait()

    return round_of_all, chunk


def loss(models, widths, samples, labels):
    z = samples
    layers = layers_of(models, widths)
    for number, (weights, biases) in enumerate(layers):
        z = z @ weights + biases
        if number + 1 < len(layers):
            z = np.maximum(z, 0)
    z = z - z.max(2, keepdims=True)
    return float((np.log(np.exp(z).sum(2)) - z[:, np.arange(len(labels)), labels]).mean())


def blas_kernel():
    """The name of the kernels that OpenBLAS has chosen for this processor."""
    for line in open("/proc/self/maps"):
        path = line.split()[-1]
        if "blas" in path.lower() and ".so" in path:
            library = ctypes.CDLL(path)
            for name in ("openblas_get_corename", "openblas_get_corename64_", "scipy_openblas_get_corename64_"):
                if hasattr(library, name):
                    function = getattr(library, name)
                    function.restype = ctypes.c_char_p
                    return function().decode()
    return "not OpenBLAS"


def main():
    model, method, local_steps = sys.argv[1], sys.argv[2], int(sys.argv[3])
    nodes = int(sys.argv[4]) if len(sys.argv) > 4 else 1000
    duration = float(sys.argv[5]) if len(sys.argv) > 5 else 3.0
    widths, random = WIDTHS[model], np.random.default_rng(1)
    samples = random.random((SAMPLES, FEATURES), dtype=np.float32)
    labels = random.integers(0, CLASSES, SAMPLES)
    samples[np.arange(SAMPLES), labels] += 2  # so that there is something to learn
    parameters = sum(inputs * outputs + outputs for inputs, outputs in zip(widths, widths[1:]))
    states = [shared(nodes, parameters) for _ in range(2 if method == "d_psgd" else 1)]
    states[0][:] = np.concatenate([np.concatenate([random.uniform(-1, 1, inputs * outputs) / inputs**0.5, np.zeros(outputs)])
                                   for inputs, outputs in zip(widths, widths[1:])])
    before = loss(states[0][:4], widths, samples[::200], labels[::200])

    workers = len(os.sched_getaffinity(0))
    barrier, running = multiprocessing.Barrier(workers), shared(1)
    running[0] = 1
    setup = (widths, nodes, method, local_steps, states, random_regular(nodes, random), samples, labels, 1)
    children = []
    for rank in range(1, workers):
        child = os.fork()
        if child == 0:
            try:
                work, _ = worker(rank, workers, barrier, setup)
                barrier.wait()
                while running[0]:
                    work()
                    barrier.wait()  # the first process decides meanwhile whether to go on
                    barrier.wait()
                os._exit(0)
            except BaseException:
                barrier.abort()
                os._exit(1)
        children.append(child)
    work, chunk = worker(0, workers, barrier, setup)
    barrier.wait()
    start, rounds, warm = time.perf_counter(), 0, None
    while running[0]:
        work()
        barrier.wait()
        rounds += 1
        now = time.perf_counter()
        if warm is None:  # the first round touches all memory
            warm, rounds = now, 0
        running[0] = float(now - warm < duration or rounds < 2)
        barrier.wait()
    elapsed = now - warm
    failed = any(os.waitpid(child, 0)[1] for child in children)
    print(json.dumps({"node_steps_per_s": rounds * local_steps * nodes / elapsed, "rounds": rounds, "chunk": chunk,
                      "loss": [before, loss(states[0][:4], widths, samples[::200], labels[::200])],
                      "numpy": np.__version__, "kernel": blas_kernel()}))
    return failed


if __name__ == "__main__":
    sys.exit(main())
