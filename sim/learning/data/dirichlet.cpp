#include "sim/learning/data/dirichlet.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <boost/random/gamma_distribution.hpp>

namespace gossamer {
namespace {

double log_gamma_draw(double shape, Draws& draws) {
  if (shape == 0) return -std::numeric_limits<double>::infinity();
  const double log_gamma = std::log(boost::random::gamma_distribution<double>{shape + 1}(draws));
  return log_gamma + std::log1p(-draws.uniform()) / shape;
}

}  // namespace

std::vector<double> dirichlet_draw(const std::vector<double>& shapes, Draws draws) {
  std::vector<double> shares;
  for (const double shape : shapes) shares.push_back(log_gamma_draw(shape, draws));
  const double largest = *std::max_element(shares.begin(), shares.end());
  double sum = 0;
  for (double& share : shares) sum += share = std::exp(share - largest);
  for (double& share : shares) share /= sum;
  return shares;
}

}  // namespace gossamer
