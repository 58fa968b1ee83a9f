#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <vector>

#ifdef GOSSAMER_OPENBLAS
#include <cblas.h>
#endif

#include "sim/learning/models/kernels.hpp"
#include "tests/bench/workloads.hpp"

/// The honest roof of training: the time of a step's matrix products with the best kernel available, and of one read
/// and one write of a model for each averaging, at the bandwidth of this process.
namespace gossamer::bench {

/// A product of a training step, on a batch that is in the cache: Z = A Wᵀ, or G = Δᵀ A.
struct Product {
  enum class Kind { outputs, gradient };
  Kind kind;
  Index rows, length, units;
};

/// The products of one step: both directions of each layer; D = Δ W of all layers but the first has the shape of a
/// gradient.
inline std::vector<Product> products_of(const std::vector<Index>& widths) {
  using enum Product::Kind;
  std::vector<Product> result;
  for (std::size_t l = 0; l + 1 < widths.size(); ++l) {
    result.push_back({outputs, batch_size, widths[l], widths[l + 1]});
    result.push_back({gradient, batch_size, widths[l], widths[l + 1]});
    if (l > 0) result.push_back({gradient, widths[l + 1], widths[l], batch_size});
  }
  return result;
}

enum class Kernel { own, eigen, openblas };

inline constexpr std::array kernels{
    Kernel::own,
    Kernel::eigen,
#ifdef GOSSAMER_OPENBLAS
    Kernel::openblas,
#endif
};

/// One thread's operands of a product.
class Operands {
 public:
  explicit Operands(const Product& product) : product_{product} {
    for (Index b = 0; b < product.rows; ++b) rows_.push_back(A_.data() + b * product.length);
  }

  void multiply(Kernel kernel) {
    if (kernel == Kernel::own) own();
    if (kernel == Kernel::eigen) eigen();
#ifdef GOSSAMER_OPENBLAS
    if (kernel == Kernel::openblas) openblas();
#endif
    benchmark::DoNotOptimize(W_.data());
    benchmark::DoNotOptimize(Z_.data());
  }

 private:
  bool forwards() const { return product_.kind == Product::Kind::outputs; }

  void own() {
    const RowList<float> a{rows_, product_.length};
    if (forwards())
      inner_products<float>(a, W_.data(), nullptr, product_.units, {Z_.data(), 1, product_.units});
    else
      weighted_sums<float>(a, {Z_.data(), 1, product_.units}, 0, nullptr, product_.units, W_.data());
  }

  void eigen() {
    if (forwards())
      Z_.noalias() = A_ * W_.transpose();
    else
      W_.noalias() = Z_.transpose() * A_;
  }

#ifdef GOSSAMER_OPENBLAS
  void openblas() {
    const auto rows = static_cast<int>(product_.rows), length = static_cast<int>(product_.length),
               units = static_cast<int>(product_.units);
    if (forwards())
      cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, rows, units, length, 1, A_.data(), length, W_.data(), length,
                  0, Z_.data(), units);
    else
      cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, units, length, rows, 1, Z_.data(), units, A_.data(), length,
                  0, W_.data(), length);
  }
#endif

  Product product_;
  Rows A_ = Rows::Random(product_.rows, product_.length);
  Rows W_ = Rows::Random(product_.units, product_.length), Z_ = Rows::Random(product_.rows, product_.units);
  std::vector<const float*> rows_;
};

/// Seconds that `threads` threads take for one product each: the least over kernels and repetitions.
inline double product_seconds(const Product& product, int threads) {
  constexpr int repetitions = 20;
  constexpr double flops_of_repetition = 3e7;
  const double flops = 2.0 * static_cast<double>(product.rows * product.length * product.units);
  const int calls = std::max(1, static_cast<int>(flops_of_repetition / flops));
  double best = std::numeric_limits<double>::infinity();
#pragma omp parallel num_threads(threads)
  {
    Operands operands{product};
    for (int repetition = 0; repetition < repetitions; ++repetition) {
      for (const Kernel kernel : kernels) {
#pragma omp barrier
        const double start = seconds_now();
        for (int call = 0; call < calls; ++call) operands.multiply(kernel);
#pragma omp barrier
        const double elapsed = (seconds_now() - start) / calls;
#pragma omp single
        best = std::min(best, elapsed);
      }
    }
  }
  return best;
}

/// Bytes a second, read and written in place, of memory much larger than the caches.
inline double stream_bandwidth(int threads) {
  std::vector<float> memory(std::size_t{1} << 26, 0.25F);
  double best = 0;
  for (int repetition = 0; repetition < 7; ++repetition) {
    const double start = seconds_now();
#pragma omp parallel for num_threads(threads) schedule(static)
    for (std::size_t k = 0; k < memory.size(); ++k) memory[k] = 1 - memory[k];
    best = std::max(best, 2.0 * sizeof(float) * static_cast<double>(memory.size()) / (seconds_now() - start));
    benchmark::DoNotOptimize(memory.data());
  }
  return best;
}

/// Node-steps per second of an ideal program on `threads` threads that averages after every `local_steps` steps.
inline double honest_roof(const std::vector<Index>& widths, Index parameters, int local_steps, int threads) {
#ifdef GOSSAMER_OPENBLAS
  openblas_set_num_threads(1);  // in each of our threads
#endif
  double products = 0;
  for (const Product& product : products_of(widths)) products += product_seconds(product, threads);
  const double bytes = 2.0 * sizeof(float) * static_cast<double>(parameters) / local_steps;
  return 1 / (products / threads + bytes / stream_bandwidth(threads));
}

}  // namespace gossamer::bench
