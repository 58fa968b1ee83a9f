#include "sim/compression/registry.hpp"

#include <string>
#include <utility>

#include "sim/compression/chosen_codes.hpp"
#include "sim/compression/identity.hpp"
#include "sim/compression/infinity_norm.hpp"
#include "sim/compression/lattice.hpp"
#include "sim/compression/natural.hpp"
#include "sim/compression/qsgd.hpp"
#include "sim/compression/random_gossip.hpp"
#include "sim/compression/random_k.hpp"
#include "sim/compression/scaled_sign.hpp"
#include "sim/compression/terngrad.hpp"
#include "sim/compression/top_k.hpp"

namespace gossamer {
namespace {

using Compressor = std::shared_ptr<const Codec>;

template <class C>
CompressorEntry compressor(std::string name, std::string sentence, std::vector<Field<typename C::Settings>> fields,
                           std::string source = {}) {
  return entry<Compressor(), typename C::Settings>(
      std::move(name), std::move(sentence),
      [](typename C::Settings settings) -> Compressor { return std::make_shared<const C>(std::move(settings)); },
      std::move(fields), std::move(source));
}

/// The entry of a compressor without settings.
template <class C>
CompressorEntry compressor(std::string name, std::string sentence, std::string source = {}) {
  return {.name = std::move(name),
          .sentence = std::move(sentence),
          .make = [](const Values&) -> Compressor { return std::make_shared<const C>(); },
          .source = std::move(source)};
}

template <class S>
std::vector<Field<S>> with_sparsity(std::vector<Field<S>> others = {}) {
  others.insert(others.begin(), {{"k", &S::k, at_least(1), "how many coordinates are kept, at most all; or else:"},
                                 {"fraction", &S::fraction, above_up_to(0, 1), "which share of them: ⌈fraction · d⌉"}});
  return others;
}

constexpr double most_levels = 1 << 15;
constexpr double most_colors = 1 << 16;

const char* const sparsified =
    "Stich, Cordonnier, Jaggi, \"Sparsified SGD with Memory\", NeurIPS 2018, arXiv:1809.07599";
const char* const choco =
    "Koloskova, Stich, Jaggi, \"Decentralized Stochastic Optimization and Gossip Algorithms with Compressed "
    "Communication\", ICML 2019, arXiv:1902.00340";

std::vector<CompressorEntry> quantizers() {
  return {
      compressor<InfinityNorm>(
          "infinity_norm", "random rounding to levels of each block's largest magnitude (LEAD's)",
          {{"bits", &InfinityNorm::Settings::bits, between(1, 16), "b: 2^{b−1} levels, 2^b + 1 symbols"},
           {"block_size", &InfinityNorm::Settings::block_size, at_least(1), "S, coordinates that share a norm"}},
          "Liu, Li, Wang, Tang, Yan, \"Linear Convergent Decentralized Optimization with Compression\", ICLR 2021, "
          "arXiv:2007.00232"),
      compressor<Lattice>(
          "lattice", "places on a dithered grid modulo a number of colors, read by the receiver's own model",
          {{"colors", &Lattice::Settings::colors, between(2, most_colors),
            "q, a power of two: log2 q bits a coordinate"},
           {"side", &Lattice::Settings::side, above(0), "s of the grid: coordinates are off by s/2 at most; or else:"},
           {"y_max", &Lattice::Settings::y_max, above(0),
            "the largest distance of two models, in a coordinate, that is read for sure: s = 2 y_max/(q − 1)"},
           {"dither", &Lattice::Settings::dither, "whether the grid is shifted at random, which makes it unbiased"},
           {"hash", &Lattice::Settings::hash,
            "whether 32 bits more let the receiver find that it has read amiss; it then keeps its own model"}},
          "Davies, Gurunathan, Moshrefi, Ashkboos, Alistarh, \"New Bounds For Distributed Mean Estimation and Variance "
          "Reduction\", ICLR 2021, arXiv:2002.09268"),
      compressor<Natural>("natural", "random rounding to powers of two: signs and exponents",
                          "Horvath, Ho, Horvath, Sahu, Canini, Richtarik, \"Natural Compression for Distributed Deep "
                          "Learning\", 2019, arXiv:1905.10988"),
      compressor<Qsgd>("qsgd", "random rounding to levels of the 2-norm",
                       {{"levels", &Qsgd::Settings::levels, between(1, most_levels), "s, beside zero"},
                        {"rescaled", &Qsgd::Settings::rescaled,
                         "whether divided by 1 + min(d/s², √d/s), as CHOCO needs it: biased, but never far off"}},
                       "Alistarh, Grubic, Li, Tomioka, Vojnovic, \"QSGD: Communication-Efficient SGD via Gradient "
                       "Quantization and Encoding\", NeurIPS 2017, arXiv:1610.02132"),
  };
}

std::vector<CompressorEntry> all() {
  std::vector<CompressorEntry> result{
      {.name = "none", .sentence = "models travel in full", .make = [](const Values&) { return Compressor{}; }},
      compressor<Identity>("identity", "models travel in full, but as a compressor's messages"),
  };
  result.push_back(compressor<ChosenCodes>(
      "chosen", "codes that were chosen for some vectors, such as those of a worst case",
      {{"vectors", &ChosenCodes::Settings::vectors, "the vectors, d numbers each, one after the other"},
       {"codes", &ChosenCodes::Settings::codes,
        "their codes; other vectors get that of the closest, and their distance"}}));
  for (auto& quantizer : quantizers()) result.push_back(std::move(quantizer));
  result.push_back(compressor<RandomGossip>(
      "random_gossip", "everything or nothing, at random",
      {{"probability", &RandomGossip::Settings::probability, above_up_to(0, 1), "p, of everything"}}, choco));
  result.push_back(compressor<RandomK>("random_k", "k random coordinates",
                                       with_sparsity<RandomK::Settings>({{"unbiased", &RandomK::Settings::unbiased,
                                                                          "whether they are multiplied by d/k"}}),
                                       sparsified));
  result.push_back(compressor<ScaledSign>(
      "scaled_sign", "signs, times the mean magnitude",
      "Koloskova, Lin, Stich, Jaggi, \"Decentralized Deep Learning with Arbitrary Communication Compression\", ICLR "
      "2020, arXiv:1907.09356"));
  result.push_back(compressor<TernGrad>(
      "terngrad", "random rounding to −1, 0 and 1 times the largest magnitude",
      "Wen, Xu, Yan, Wu, Wang, Chen, Li, \"TernGrad: Ternary Gradients to Reduce Communication in Distributed Deep "
      "Learning\", NeurIPS 2017, arXiv:1705.07878"));
  result.push_back(
      compressor<TopK>("top_k", "the k coordinates of largest magnitude", with_sparsity<TopK::Settings>(), sparsified));
  return result;
}

}  // namespace

const std::vector<CompressorEntry>& compressors() {
  static const std::vector<CompressorEntry> entries = all();
  return entries;
}

}  // namespace gossamer
