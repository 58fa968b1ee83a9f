"""The bias of momentum: DmSGD against D-PSGD and DecentLaM on full-batch linear regression."""

from gossamer.figures import draw_curves
from gossamer.studies import Study

BETAS = (0.5, 0.8, 0.9)
STEPS = (0.02, 0.005, 0.00125)  # η, each with as many rounds as bring the slowest mode to its end
ROUNDS = {0.02: 4000, 0.005: 16000, 0.00125: 64000, 0.05: 2000, 0.04: 4000, 0.1: 2000, 0.2: 2000}

study = Study("DecentLaM: momentum that does not amplify the bias", base="regression.json")


def add(name: str, algorithm: dict, rounds: int) -> None:
    study.run(name, {"/algorithm": algorithm, "/stop": {"node_steps": rounds},
                     "/record": {"every_node_steps": rounds // 200, "nodes": "none"}})


for eta in STEPS:
    add(f"D-PSGD, η = {eta}", {"kind": "d_psgd", "form": "atc", "step_size": eta}, ROUNDS[eta])
    add(f"DmSGD, η = {eta}, β = 0.8", {"kind": "dmsgd", "step_size": eta, "momentum": 0.8}, ROUNDS[eta])
for beta in BETAS:
    if beta != 0.8:
        add(f"DmSGD, η = 0.02, β = {beta}", {"kind": "dmsgd", "step_size": 0.02, "momentum": beta}, ROUNDS[0.02])
    add(f"DecentLaM, η = 0.02, β = {beta}", {"kind": "decentlam", "step_size": 0.02, "momentum": beta}, ROUNDS[0.02])
    add(f"D-PSGD, η = {0.02 / (1 - beta):g}",
        {"kind": "d_psgd", "form": "atc", "step_size": 0.02 / (1 - beta)}, ROUNDS[0.02])


def floor(runs, name: str) -> float:
    return runs[name].squared_error()[-1]


@study.claim("Every run has come to rest")
def rest(runs):
    for name, trace in runs.items():
        errors = trace.squared_error()
        yield f"{name}: error now over 20 records ago", abs(errors[-1] / errors[-21] - 1), "<=", 1e-6


@study.claim("The bias of DmSGD is that of D-PSGD with the step size η/(1 − β)")
def equivalent_step(runs):
    for beta in BETAS:
        ratio = floor(runs, f"DmSGD, η = 0.02, β = {beta}") / floor(runs, f"D-PSGD, η = {0.02 / (1 - beta):g}")
        yield f"β = {beta}: ratio of the errors, less 1", abs(ratio - 1), "<=", 1e-6


@study.claim("The bias of DecentLaM is that of D-PSGD, whatever β is")
def no_amplification(runs):
    for beta in BETAS:
        ratio = floor(runs, f"DecentLaM, η = 0.02, β = {beta}") / floor(runs, "D-PSGD, η = 0.02")
        yield f"β = {beta}: ratio of the errors, less 1", abs(ratio - 1), "<=", 1e-6


@study.claim("Momentum amplifies the squared bias by 1/(1 − β)² as η goes to zero, and by less before")
def amplification(runs):
    ratios = [floor(runs, f"DmSGD, η = {eta}, β = 0.8") / floor(runs, f"D-PSGD, η = {eta}") for eta in STEPS]
    for eta, smaller, larger in zip(STEPS[1:], ratios, ratios[1:]):
        yield f"ratio at η = {eta}, which grows", larger, ">", smaller
    # The approach is linear in η: two step sizes extrapolate to η = 0.
    limit = ratios[2] + (ratios[2] - ratios[1]) * STEPS[2] / (STEPS[1] - STEPS[2])
    yield "ratio, extrapolated to η = 0, at least", limit, ">=", 0.97 * 25
    yield "ratio, extrapolated to η = 0, at most", limit, "<=", 1.03 * 25


@study.picture("bias")
def bias(runs):
    curves = {}
    for name in ("D-PSGD, η = 0.02", "DmSGD, η = 0.02, β = 0.8", "DecentLaM, η = 0.02, β = 0.8"):
        rounds, errors = runs[name].series("node_steps_per_node", "train_loss")[0], runs[name].squared_error()
        curves[name] = (rounds[rounds <= 1000], errors[rounds <= 1000])
    return draw_curves(curves, "Rounds", "Mean squared distance to the optimum")
