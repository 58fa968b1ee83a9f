#pragma once
#include "algorithms/decentralized/d_psgd.hpp"

namespace gossamer {

/// Decentralized momentum SGD: D-PSGD along a momentum that each node keeps and does not share.
///
///     m_i ← β m_i + ∇F_i;    ATC  X ← W (X − η M)     AWC  X ← W X − η M     CTA  Y = W X, X ← Y − η M
///
/// The gradient is taken at x_i, under CTA at y_i; no dampening. Its bias on heterogeneous data is that of D-PSGD with
/// the step size η/(1 − β); DecentLaM removes this bias. Listed as DmSGD by Yuan, Chen, Huang, Zhang, Pan, Xu, Yin,
/// "DecentLaM: Decentralized Momentum SGD for Large-batch Deep Training", ICCV 2021, arXiv:2104.11981.
/// Cost    per round and node: H gradients; deg(i) payloads sent and as many received.
/// Time    as D-PSGD.
/// Faults  as D-PSGD.
struct Dmsgd {
  StepSize step_size = 0.1;  ///< η_k > 0
  DPsgd::Form form = DPsgd::Form::atc;
  LocalSteps local = {.momentum = 0.9};
};
Task dmsgd(Node& node, Dmsgd settings);

}  // namespace gossamer
