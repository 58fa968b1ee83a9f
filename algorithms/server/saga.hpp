#pragma once
#include "algorithms/schedules/step_size.hpp"
#include "sim/node.hpp"

namespace gossamer {

/// Variance-reduced methods with a parameter server: every worker remembers the last gradient α_j of each
/// of its samples, so that it sends what a gradient has changed. N is the number of all samples, ᾱ = (1/N) Σ_j α_j as far
/// as the server knows it; all α_j are zero at first.
///
///     worker i   pull x;  j one of its samples;  h = ∇f_ij(x) − α_j;  α_j ← ∇f_ij(x);  push h
///     SAGA       one worker at a time, which is uniform; j uniform; the rest as ADSAGA
///     ADSAGA     j uniform;        x ← x − η (h + ᾱ),  then ᾱ ← ᾱ + h/N
///     IAG        j in cyclic order;  ᾱ ← ᾱ + h/N,  then x ← x − η ᾱ
///
/// SAGA: Defazio, Bach, Lacoste-Julien, "SAGA: A Fast Incremental Gradient Method With Support for Non-Strongly Convex
/// Composite Objectives", NeurIPS 2014, arXiv:1407.0202; its samples are uniform if all workers have as many. ADSAGA:
/// Glasgow, Wootters, "Asynchronous Distributed Optimization with Stochastic Delays", AISTATS 2022, arXiv:2009.10717; the
/// order of the two updates is that of SAGA. IAG: Blatt, Hero, Gauchman, "A convergent incremental gradient method with a
/// constant step size", SIAM Journal on Optimization 18(1), 2007.
/// N ᾱ and all h in flight sum to Σ_j α_j. With exponential step times of one law, the worker of the next push is uniform:
/// the stochastic delay model of the paper.
/// Cost    per step: the gradient of one sample; one payload up, one down. A worker keeps a vector for each sample.
/// Time    no barrier: a worker waits for its own answer alone. SAGA: all workers but one wait.
/// Result  the server's model, which converges to the minimum itself.
/// Faults  a push that is lost is missing from ᾱ for ever.
struct Saga {
  StepSize step_size = 0.1;  ///< η_k > 0, where k counts the steps of the server
};
Task saga(Node& node, Saga settings);
Task adsaga(Node& node, Saga settings);
Task iag(Node& node, Saga settings);

}  // namespace gossamer
