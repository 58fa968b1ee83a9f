#include "sim/network/platforms/platform.hpp"

namespace gossamer {

std::vector<LinkId> links_named(const Platform& platform, std::string_view name) {
  std::vector<LinkId> result;
  for (LinkId l = 0; l < platform.links.size(); ++l) {
    const std::string& own = platform.links[l].name;
    if (own.starts_with(name) && (own.size() == name.size() || own[name.size()] == '/')) result.push_back(l);
  }
  return result;
}

Seconds latency_of(const Platform& platform, const Platform::Route& route) {
  Seconds sum{0};
  for (const LinkId l : route) sum += platform.links[l].latency;
  return sum;
}

}  // namespace gossamer
