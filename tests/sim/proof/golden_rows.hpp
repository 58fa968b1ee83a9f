#pragma once
#include <array>

/// Worst cases, to nine digits, that do not come from this repository's sources.
///
/// They were computed by a prototype in Python: the algorithms of papers, written once more as generators over NumPy
/// arrays of coefficients; the semidefinite programs of sim/proof/worst_case.md, written once more; and csdp. All rows have
/// a dual certificate. Rows were confirmed in further ways where there is one: by closed forms (1/(4K + 2) of gradient
/// descent; 1/(4 K H η + 2) of local steps without heterogeneity; (1 − η μ)^2K), by semidefinite programs with the symbols
/// of all agents of a given W, by modes {l, u} in place of the interval [l, u], and by runs on the recovered worst problem,
/// which attain 70 of the 76 values to 2e-6.
namespace gossamer::testing {

struct GoldenWorstCase {
  const char* algorithm;
  const char* settings;  ///< step size eta, local steps H, momentum beta, contraction delta of a compressor
  int rounds;
  double strong_convexity, smoothness, distance, dissimilarity;  ///< μ, L, R, ζ
  const char* mixing;  ///< the least and the largest eigenvalue; "changing": a new W in every round; or a graph
  const char* start;
  const char* measure;
  double value;
};

// clang-format off
constexpr auto golden_worst_cases = std::to_array<GoldenWorstCase>({
    {"all_reduce_sgd", "eta=1", 1, 0, 1, 1, 1, "0 0", "common", "value", 0.166666667},
    {"all_reduce_sgd", "eta=1", 5, 0, 1, 1, 1, "0 0", "common", "value", 0.0454545455},
    {"all_reduce_sgd", "eta=1", 10, 0, 1, 1, 1, "0 0", "common", "value", 0.0238095239},
    {"all_reduce_sgd", "eta=0.5", 3, 0.1, 1, 1, 1, "0 0", "common", "mean", 0.735091891},
    {"all_reduce_sgd", "eta=0.5 beta=0.5", 6, 0, 1, 1, 1, "0 0", "common", "value", 0.0453257792},
    {"d_psgd", "eta=0.5 form=awc", 5, 0, 1, 1, 1, "0 0", "common", "value", 0.12316328},
    {"d_psgd", "eta=0.5 form=awc", 5, 0, 1, 1, 1, "-1/3 1/3", "common", "value", 0.153876015},
    {"d_psgd", "eta=0.5 form=awc", 5, 0, 1, 1, 1, "-0.5393446629 0.5393446629", "common", "value", 0.192064783},
    {"d_psgd", "eta=0.5 form=awc", 10, 0, 1, 1, 1, "-1/3 1/3", "common", "value", 0.161500105},
    {"d_psgd", "eta=0.5 form=awc", 8, 0, 1, 1, 1, "-2/3 2/3", "common", "value", 0.316840104},
    {"d_psgd", "eta=0.5 form=awc", 8, 0, 1, 1, 1, "-1/3 2/3", "common", "value", 0.316834872},
    {"d_psgd", "eta=0.5 form=awc", 10, 0, 1, 1, 1, "-0.5 0.5", "common", "value", 0.228952092},
    {"d_psgd", "eta=0.5 form=awc", 15, 0.1, 1, 1, 1, "-0.5 0.5", "common", "value", 0.142464151},
    {"d_psgd", "eta=0.316228 form=awc", 10, 0, 1, 1, 1, "-0.5 0.5", "common", "value", 0.132191524},
    {"d_psgd", "eta=0.05 form=awc", 6, 1, 10, 2, 3, "-0.3 0.9", "common", "value", 2.64524163},
    {"d_psgd", "eta=0.5 form=awc", 5, 0, 1, 1, 1, "-0.3 0.9", "common", "distance", 5.57858541},
    {"d_psgd", "eta=0.5 form=atc", 5, 0, 1, 1, 1, "-0.3 0.9", "common", "distance", 4.66746928},
    {"d_psgd", "eta=0.5 form=cta", 5, 0, 1, 1, 1, "-0.3 0.9", "common", "distance", 5.59304642},
    {"d_psgd", "eta=0.5", 5, 0, 1, 1, 1, "-0.5 0.5", "common", "mean", 1.11887417},
    {"d_psgd", "eta=0.5", 5, 0, 1, 1, 1, "-0.5 0.5", "common", "consensus", 0.298238386},
    {"d_psgd", "eta=0.5", 5, 0, 1, 1, 1, "-0.5 0.5", "common", "gradient", 0.117073822},
    {"d_psgd", "eta=0.5", 5, 0, 1, 1, 1, "-0.5 0.5", "common", "average", 0.143455525},
    {"d_psgd", "eta=0.5", 5, 0, 1, 1, 1, "-0.5 0.5", "separate", "value", 0.114282098},
    {"d_psgd", "eta=0.5", 5, 0.1, 1, 1, 1, "-0.5 0.5", "separate", "distance", 0.847905804},
    {"d_psgd", "eta=1.9", 5, 0, 1, 1, 1, "-0.9 0.9", "common", "value", 5.54772838},
    {"d_psgd", "eta=0.5", 5, 0, 1, 1, 1, "changing -0.5 0.5", "common", "value", 0.11049236},
    {"d_psgd", "eta=0.25 H=2", 4, 0, 1, 1, 1, "-0.5 0.5", "common", "value", 0.140527862},
    {"d_psgd", "eta=0.25 H=4", 3, 0, 1, 1, 1, "-0.5 0.5", "common", "value", 0.254612743},
    {"dmsgd", "eta=0.1 beta=0.8", 6, 0, 1, 1, 1, "-0.3 0.9", "common", "value", 0.146150737},
    {"dmsgd", "eta=0.1 beta=0.8 form=awc", 6, 0, 1, 1, 1, "-0.3 0.9", "common", "value", 0.151089815},
    {"dmsgd", "eta=0.1 beta=0.8 form=cta nesterov=1", 6, 0, 1, 1, 1, "-0.3 0.9", "common", "value", 0.158744372},
    {"decentlam", "eta=0.1 beta=0.8", 6, 0, 1, 1, 1, "-0.3 0.9", "common", "value", 0.14420359},
    {"qg_dmsgd", "eta=0.1 beta=0.8 global_beta=0.9", 6, 0, 1, 1, 1, "-0.3 0.9", "common", "value", 0.216217741},
    {"da_dmsgd", "eta=0.1 beta=0.8", 6, 0, 1, 1, 1, "-0.3 0.9", "common", "value", 0.143079345},
    {"gradient_tracking", "eta=0.2 form=atc", 5, 0, 1, 1, 1, "-1/3 1/3", "common", "value", 0.166904275},
    {"gradient_tracking", "eta=0.2 form=atc", 8, 0.1, 1, 1, 1, "-0.5 0.5", "common", "distance", 0.726494081},
    {"gradient_tracking", "eta=0.2 form=non_atc", 5, 0, 1, 1, 1, "-1/3 1/3", "common", "value", 0.169478364},
    {"gradient_tracking", "eta=0.2 form=non_atc", 8, 0.1, 1, 1, 1, "-0.5 0.5", "common", "distance", 1.09478224},
    {"gradient_tracking", "eta=0.2", 10, 0, 1, 1, 1, "-0.5 0.5", "common", "value", 0.100472967},
    {"gradient_tracking", "eta=0.2", 4, 0, 1, 1, 1, "changing -0.5 0.5", "common", "value", 0.193712732},
    {"gradient_tracking", "eta=0.2", 4, 0, 1, 1, 1, "-0.5 0.5", "separate", "value", 0.19381809},
    {"gradient_tracking", "eta=0.2 H=2", 3, 0, 1, 1, 1, "-0.5 0.5", "common", "value", 0.162029907},
    {"extra", "eta=0.5", 5, 0, 1, 1, 1, "-1/3 1/3", "common", "value", 0.115853207},
    {"extra", "eta=0.5", 10, 0, 1, 1, 1, "-0.3 0.9", "common", "value", 0.460169911},
    {"extra", "eta=0.5", 10, 0.1, 1, 1, 1, "-0.5 0.5", "common", "distance", 0.468740777},
    {"nids", "eta=0.5", 5, 0, 1, 1, 1, "-1/3 1/3", "common", "value", 0.122880592},
    {"nids", "eta=1", 8, 0.1, 1, 1, 1, "-0.5 0.5", "common", "distance", 0.633970486},
    {"exact_diffusion", "eta=0.5", 5, 0, 1, 1, 1, "-1/3 1/3", "common", "value", 0.0996500667},
    {"exact_diffusion", "eta=1", 8, 0.1, 1, 1, 1, "-0.5 0.5", "common", "distance", 0.435766843},
    {"d2", "eta=0.5", 5, 0, 1, 1, 1, "-1/3 1/3", "common", "value", 0.0850345799},
    {"d2", "eta=0.5", 8, 0.1, 1, 1, 1, "-0.3 0.9", "common", "distance", 0.981020837},
    {"gossip_pga", "eta=0.5 period=3", 6, 0, 1, 1, 1, "-0.3 0.9", "common", "value", 0.146830416},
    {"local_sgd", "eta=0.3 H=1", 2, 0, 1, 1, 1, "0 0", "common", "value", 0.227272727},
    {"local_sgd", "eta=0.3 H=2", 2, 0, 1, 1, 1, "0 0", "common", "value", 0.156517292},
    {"local_sgd", "eta=0.3 H=5", 2, 0, 1, 1, 1, "0 0", "common", "value", 0.197463482},
    {"local_sgd", "eta=0.2 H=3 beta=0.5", 3, 0, 1, 1, 1, "0 0", "common", "value", 0.100301888},
    {"local_sgd", "eta=0.3 H=3", 3, 0, 1, 1, 0, "0 0", "common", "value", 0.078125},
    {"scaffold", "eta=0.3 H=3", 3, 0, 1, 1, 1, "0 0", "common", "value", 0.0842989099},
    {"scaffold", "eta=0.1 H=3", 3, 0.1, 1, 1, 1, "0 0", "common", "mean", 0.836252723},
    {"diloco", "eta=0.3 H=3", 3, 0, 1, 1, 1, "0 0", "common", "value", 0.221571834},
    {"diloco", "eta=0.3 H=3 outer_step=1 beta=0", 4, 0, 1, 1, 1, "0 0", "common", "value", 0.0953573553},
    {"lead", "eta=0.5", 5, 0, 1, 1, 1, "-0.5 0.5", "common", "value", 0.149845066},
    {"choco_sgd", "eta=0.25 gamma=1 delta=1", 4, 0, 1, 1, 1, "-1/3 1/3", "common", "value", 0.168488887},
    {"choco_sgd", "eta=0.25 gamma=0.9 delta=0.9", 4, 0, 1, 1, 1, "-1/3 1/3", "common", "value", 0.172632325},
    {"choco_sgd", "eta=0.25 gamma=0.5 delta=0.5", 4, 0, 1, 1, 1, "-1/3 1/3", "common", "value", 0.192582064},
    {"choco_sgd", "eta=0.25 gamma=0.1 delta=0.1", 4, 0, 1, 1, 1, "-1/3 1/3", "common", "value", 0.205881017},
    {"choco_sgd", "eta=0.25 gamma=0.5 delta=0.5", 4, 0.1, 1, 1, 1, "-1/3 1/3", "common", "distance", 1.27014699},
    {"d_psgd", "eta=0.5", 6, 0, 1, 1, 1, "ring 8", "common", "value", 0.267448503},
    {"d_psgd", "eta=0.5", 6, 0, 1, 1, 1, "hypercube 8", "common", "value", 0.103503286},
    {"d_psgd", "eta=0.5", 6, 0, 1, 1, 1, "torus 4x4", "common", "value", 0.132082426},
    {"d_psgd", "eta=0.5", 6, 0, 1, 1, 1, "directed exponential 8", "common", "value", 0.103503286},
    {"d_psgd", "eta=0.5", 6, 0, 1, 1, 1, "one-peer exponential 8", "common", "value", 0.127725246},
    {"gradient_tracking", "eta=0.2", 6, 0, 1, 1, 1, "ring 8", "common", "value", 0.161752588},
    {"nids", "eta=1", 5, 0, 1, 1, 1, "torus 4x4", "common", "value", 0.466681167},
    {"gradient_tracking", "eta=0.2", 6, 0, 1, 1, 1, "one-peer exponential 8", "common", "value", 0.149599311},
    {"gradient_tracking", "eta=0.2", 6, 0, 1, 1, 1, "directed exponential 8", "common", "value", 0.148036086},});
// clang-format on

}  // namespace gossamer::testing
