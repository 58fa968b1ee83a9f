#include "sim/numerics/random.hpp"

#include <boost/random/exponential_distribution.hpp>
#include <boost/random/gamma_distribution.hpp>
#include <boost/random/normal_distribution.hpp>

namespace gossamer {

double standard_normal(Draws& draws) { return boost::random::normal_distribution<double>{}(draws); }

double standard_exponential(Draws& draws) { return boost::random::exponential_distribution<double>{}(draws); }

double standard_gamma(Draws& draws, double shape) {
  return boost::random::gamma_distribution<double>{shape, 1.0}(draws);
}

}  // namespace gossamer
