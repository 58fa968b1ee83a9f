"""Computes the models in golden.txt in matrix form, independent of the simulator.

Usage: golden.py          prints the file
       golden.py FILE     compares FILE with the results; exits with 77 if NumPy is missing

The instance: five nodes on a ring, w = 1/3 each; f_i(x) = a_i x²/2 − b_i x; x = 0 at first. Extended precision keeps the
rounding errors of 600 rounds below the fifteenth decimal.
"""
import sys

try:
    import numpy as np
except ImportError:
    print("NumPy is not installed: golden.txt is not compared with its script", file=sys.stderr)
    sys.exit(77)

N = 5
ETA, BETA = np.longdouble(1) / 10, np.longdouble(8) / 10
A, B = np.array([1, 2, 3, 4, 5], np.longdouble), np.array([1, -1, 2, 0, 3], np.longdouble)
I = np.eye(N, dtype=np.longdouble)
W = (I + np.roll(I, 1, axis=0) + np.roll(I, -1, axis=0)) / 3
LAZY = (I + W) / 2
ZERO = np.zeros(N, np.longdouble)
LIMIT = 600  # rounds after which the models of methods that converge are constant to 15 decimals


def gradient(x):
    return A * x - B


# A method is a generator of the models after 1, 2, … rounds.
def awc():
    x = ZERO
    while True:
        x = W @ x - ETA * gradient(x)
        yield x


def atc():
    x = ZERO
    while True:
        x = W @ (x - ETA * gradient(x))
        yield x


def cta():
    x = ZERO
    while True:
        y = W @ x
        x = y - ETA * gradient(y)
        yield x


def dmsgd(step):
    x, m = ZERO, ZERO
    while True:
        m = BETA * m + gradient(x)
        x = step(x, m)
        yield x


def decentlam():
    x, m = ZERO, ZERO
    while True:
        m = BETA * m + (x - W @ (x - ETA * gradient(x))) / ETA
        x = x - ETA * m
        yield x


def qg_dmsgd():
    x, m = ZERO, ZERO
    while True:
        before = x
        x = W @ (x - ETA * (BETA * m + gradient(x)))
        m = BETA * m + (1 - BETA) * (before - x) / ETA
        yield x


def da_dmsgd():
    x, m = ZERO, ZERO
    while True:
        h = BETA * m + gradient(x)
        x, m = W @ (x - ETA * h), W @ h
        yield x


def differences(mixing, first):
    """x ← M (2 x − x⁻ − η ∇f(x) + η ∇f(x⁻)), after a first step."""
    before, x = ZERO, first @ (ZERO - ETA * gradient(ZERO))
    while True:
        yield x
        before, x = x, mixing @ (2 * x - before - ETA * (gradient(x) - gradient(before)))


def extra():
    before, x = ZERO, W @ ZERO - ETA * gradient(ZERO)
    while True:
        yield x
        before, x = x, (I + W) @ x - LAZY @ before - ETA * (gradient(x) - gradient(before))


def lead():
    """No compressor, γ = 1, α = 1/2."""
    x, h, d = ZERO - ETA * gradient(ZERO), ZERO, ZERO
    while True:
        yield x
        g = gradient(x)
        y = x - ETA * g - ETA * d
        h = (h + y) / 2
        d = d + (y - W @ y) / (2 * ETA)
        x = x - ETA * g - ETA * d


def tracking(combine):
    x, y = ZERO, gradient(ZERO)
    while True:
        before = gradient(x)
        if combine:
            x = W @ (x - ETA * y)
            y = W @ (y + gradient(x) - before)
        else:
            x = W @ x - ETA * y
            y = W @ y + gradient(x) - before
        yield x


def choco(gradient_first):
    """Q(v) = v/2, γ = 0.6."""
    gamma = np.longdouble(6) / 10
    x, copies = ZERO, ZERO
    while True:
        x = x - ETA * gradient(x)
        if gradient_first:
            copies = copies + (x - copies) / 2
            x = x + gamma * (W @ copies - copies)
        else:
            x = x + gamma * (W @ copies - copies)
            copies = copies + (x - copies) / 2
        yield x


def actc():
    """No compressor, ζ = 1/2."""
    q, x = ZERO, ZERO
    while True:
        q = (q + x - ETA * gradient(x)) / 2
        x = W @ q
        yield x


METHODS = {
    "D-PSGD, AWC": (awc(), (1, 2, 10, LIMIT)),
    "D-PSGD, ATC": (atc(), (1, 2, 10, LIMIT)),
    "D-PSGD, CTA": (cta(), (10, LIMIT)),
    "DmSGD, ATC": (dmsgd(lambda x, m: W @ (x - ETA * m)), (2, 10, LIMIT)),
    "DmSGD, AWC": (dmsgd(lambda x, m: W @ x - ETA * m), (2, 10, LIMIT)),
    "DecentLaM": (decentlam(), (2, 10, LIMIT)),
    "QG-DmSGD": (qg_dmsgd(), (2, 10, LIMIT)),
    "DA-DmSGD": (da_dmsgd(), (2, 10, LIMIT)),
    "D²": (differences(W, W), (2, 10, LIMIT)),
    "NIDS": (differences(LAZY, I), (2, 10, LIMIT)),
    "LEAD": (lead(), (2, 10, LIMIT)),
    "exact diffusion": (differences(LAZY, LAZY), (2, 10, LIMIT)),
    "EXTRA": (extra(), (10, LIMIT)),
    "gradient tracking, ATC": (tracking(True), (2, 10, LIMIT)),
    "gradient tracking, not ATC": (tracking(False), (2, 10)),
    "CHOCO-SGD": (choco(True), (1, 10, LIMIT)),
    "CHOCO-SGD, AWC": (choco(False), (2, 10, LIMIT)),
    "ACTC": (actc(), (1, 10, LIMIT)),
}

INTERACTIONS = [(0, 1), (2, 3), (1, 2), (4, 0), (3, 4), (0, 2)]  # initiator, partner


def local_steps(i, x):
    """The change of node i's model by H = 2 steps from x."""
    start = x
    for _ in range(2):
        x = x - ETA * (A[i] * x - B[i])
    return x - start


def blocking():
    x = ZERO.copy()
    for i, j in INTERACTIONS:
        x[i] = x[j] = (x[i] + local_steps(i, x[i]) + x[j] + local_steps(j, x[j])) / 2
    return x


def symmetric():
    x = ZERO.copy()
    for i, j in INTERACTIONS:
        mean = (x[i] + x[j]) / 2
        x[i], x[j] = mean + local_steps(i, x[i]), mean + local_steps(j, x[j])
    return x


def initiators():
    """A node's steps start from its live copy as it was after the node's last initiative."""
    x, base = ZERO.copy(), ZERO.copy()
    for i, j in INTERACTIONS:
        mean = (x[i] + x[j]) / 2
        x[i], x[j] = mean + local_steps(i, base[i]), mean
        base[i] = x[i]
    return x


def rows():
    """Rounds or interactions, models, name."""
    for name, (models, rounds) in METHODS.items():
        for k in range(1, max(rounds) + 1):
            x = next(models)
            if k in rounds:
                yield k, x, name
    for name, models in (("blocking", blocking), ("nb2", symmetric), ("nb1", initiators)):
        yield len(INTERACTIONS), models(), f"SwarmSGD, {name}"


def text_of(row):
    count, models, name = row
    return " ".join([str(count), *(f"{x:.15f}".rstrip("0").rstrip(".") for x in models), name])


def check(path):
    """Compares the numbers of a file with the results, and the order of its lines."""
    with open(path, encoding="utf-8") as file:
        lines = [line.split(maxsplit=N + 1) for line in file if not line.startswith("#")]
    expected = list(rows())
    assert len(lines) == len(expected), f"{len(lines)} rows instead of {len(expected)}"
    for words, row in zip(lines, expected):
        count, models, name = row
        assert (words[0], words[-1].strip()) == (str(count), name), f"{' '.join(words)} instead of {text_of(row)}"
        distance = max(abs(float(word) - x) for word, x in zip(words[1:-1], models))
        assert distance < 1e-14, f"{' '.join(words)} instead of {text_of(row)}"
    print(f"{len(lines)} rows agree")


if len(sys.argv) > 1:
    check(sys.argv[1])
else:
    print("# Written by golden.py: rounds or interactions, the models of the five nodes, the method.")
    for each in rows():
        print(text_of(each))
