#include "experiments/trace/provenance.hpp"

#include <array>
#include <chrono>
#include <ctime>
#include <string_view>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include "experiments/configuration/json.hpp"
#include "experiments/trace/build_info.hpp"

namespace gossamer {
namespace {

std::string shell_word(const std::string& word) {
  constexpr std::string_view harmless = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";
  if (!word.empty() && word.find_first_not_of(harmless) == word.npos) return word;
  std::string result = "'";
  for (const char c : word) result += c == '\'' ? std::string{"'\\''"} : std::string{c};
  return result + "'";
}

std::string host_name() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? std::string{name.data()} : std::string{};
}

}  // namespace

std::string shell_text(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + shell_word(word);
  return text;
}

Provenance provenance(int threads, const std::vector<std::string>& words) {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return {.date = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now)),
          .host = host_name(),
          .commit = source_commit(),
          .compiler = compiler_version(),
          .threads = threads,
          .command = shell_text(words)};
}

std::string json_of(const Provenance& provenance) {
  Json result;
  const auto add = [&result](const char* key, const std::string& text) {
    if (!text.empty()) result[key] = text;
  };
  add("date", provenance.date);
  add("host", provenance.host);
  add("commit", provenance.commit);
  add("compiler", provenance.compiler);
  result["threads"] = provenance.threads;
  add("command", provenance.command);
  return compact(result);
}

}  // namespace gossamer
