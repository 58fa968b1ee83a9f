#include "sim/learning/data/libsvm.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sim/ground/line_reader.hpp"
#include "sim/learning/problem.hpp"

namespace gossamer {
namespace {

constexpr std::int64_t most_entries = std::numeric_limits<std::int32_t>::max();

/// The samples of one file in compressed columns, as they are read.
struct Part {
  std::string name;
  std::vector<double> labels;
  std::vector<std::size_t> lines;  ///< the line of each sample
  std::vector<std::int32_t> starts{0};
  std::vector<std::int32_t> indices;  ///< as they are in the file
  std::vector<double> values;
  std::int64_t smallest_index = most_entries;
  std::int64_t largest_index = -1;
  std::size_t largest_line = 0;  ///< the first line with the largest index

  SampleName place() const {
    return [this](Index k) { return fmt::format("{}:{}", name, lines[static_cast<std::size_t>(k)]); };
  }
};

bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// Reads the tokens of one line from left to right.
class LineParser {
 public:
  LineParser(std::string_view line, const LineReader& reader)
      : at_{line.data()}, end_{line.data() + std::min(line.find('#'), line.size())}, reader_{reader} {}

  /// Skips blanks; true where nothing follows them.
  bool at_end() {
    while (at_ != end_ && is_blank(*at_)) ++at_;
    return at_ == end_;
  }

  double label() {
    const std::string_view text = token();
    if (text.find(',') != text.npos)
      refuse("several labels \"{}\" of one sample, expected one: data with many labels are not supported", text);
    if (text.find(':') != text.npos) refuse("begins with the feature \"{}\", expected a label before it", text);
    return number("a label");
  }

  /// Passes over the number of a query.
  void skip_query() {
    constexpr std::string_view key = "qid:";
    if (at_end() || !token().starts_with(key)) return;
    std::int64_t query = 0;
    const char* const stop = at_ + token().size();
    if (const auto [end, error] = std::from_chars(at_ + key.size(), stop, query); error != std::errc{} || end != stop)
      refuse("\"{}\" is no query, expected qid: and an integer", token());
    at_ = stop;
  }

  /// The index before a colon.
  std::int64_t index() {
    std::int64_t value = 0;
    const auto [stop, error] = std::from_chars(at_ + (*at_ == '+' ? 1 : 0), end_, value);
    if (error == std::errc::result_out_of_range || value > most_entries)
      refuse("feature index \"{}\" is above {}", token_until(':'), most_entries);
    if (error != std::errc{} || stop == end_ || *stop != ':')
      refuse("\"{}\" is no feature, expected index:value", token());
    at_ = stop + 1;
    return value;
  }

  /// The value after the colon of a feature. Blanks may precede it, as in the data set "protein" of LIBSVM's page.
  double value(std::int64_t index) {
    if (at_end()) refuse("feature {} has no value, expected index:value", index);
    return number("a value");
  }

  template <class... Args>
  [[noreturn]] void refuse(fmt::format_string<Args...> sentence, Args&&... args) const {
    throw LearningError{
        fmt::format("{}:{}: {}", reader_.name(), reader_.number(), fmt::format(sentence, std::forward<Args>(args)...))};
  }

 private:
  double number(std::string_view what) {
    const std::string_view token = this->token();
    const char* const start = token.data() + (token.size() > 1 && token[0] == '+' && token[1] != '-' ? 1 : 0);
    double value = 0;
    const auto [stop, error] = std::from_chars(start, token.data() + token.size(), value);
    if (error == std::errc::result_out_of_range) refuse("\"{}\" as {} is out of the range of a double", token, what);
    if (error != std::errc{} || stop != token.data() + token.size())
      refuse("\"{}\" is no number, expected {}", token, what);
    if (!std::isfinite(value)) refuse("\"{}\" as {} is not finite", token, what);
    at_ = stop;
    return value;
  }

  std::string_view token() const { return {at_, static_cast<std::size_t>(std::find_if(at_, end_, is_blank) - at_)}; }
  std::string_view token_until(char stop) const { return token().substr(0, token().find(stop)); }

  const char* at_;
  const char* end_;
  const LineReader& reader_;
};

void read_features(LineParser& line, std::int64_t lowest, std::size_t number, Part& part) {
  std::int64_t last = -1;
  while (!line.at_end()) {
    const std::int64_t index = line.index();
    if (index < lowest) line.refuse("feature index {}, but indices start at {}", index, lowest);
    if (index == last) line.refuse("feature index {} stands twice", index);
    if (index < last) line.refuse("feature index {} after {}, but indices ascend", index, last);
    part.smallest_index = std::min(part.smallest_index, index);
    last = index;
    const double value = line.value(index);
    if (value == 0) continue;
    part.indices.push_back(static_cast<std::int32_t>(index));
    part.values.push_back(value);
  }
  if (last > part.largest_index) part.largest_line = number;
  part.largest_index = std::max(part.largest_index, last);
  if (static_cast<std::int64_t>(part.values.size()) > most_entries) line.refuse("more than {} entries", most_entries);
  part.starts.push_back(static_cast<std::int32_t>(part.values.size()));
}

/// Indices are at least `lowest`.
Part read_part(const std::filesystem::path& path, std::int64_t lowest) {
  LineReader reader{path};
  Part part;
  part.name = reader.name();
  std::string_view text;
  while (reader.next(text)) {
    LineParser line{text, reader};
    if (line.at_end()) continue;
    part.labels.push_back(line.label());
    part.lines.push_back(reader.number());
    line.skip_query();
    read_features(line, lowest, reader.number(), part);
  }
  if (part.labels.empty()) throw LearningError{fmt::format("{}: there are no samples", part.name)};
  return part;
}

void check_features(const Part& part, std::int64_t first, Index features) {
  if (part.largest_index - first >= features)
    throw LearningError{fmt::format("{}:{}: feature index {}, expected at most {}: \"features\" is {}", part.name,
                                    part.largest_line, part.largest_index, features - 1 + first, features)};
}

Samples to_samples(Part& part, std::int64_t first, Index features) {
  check_features(part, first, features);
  for (std::int32_t& index : part.indices) index -= static_cast<std::int32_t>(first);
  const auto count = static_cast<Index>(part.labels.size());
  Samples samples;
  samples.sparse =
      Eigen::Map<const decltype(Samples::sparse)>(features, count, static_cast<Index>(part.values.size()),
                                                  part.starts.data(), part.indices.data(), part.values.data());
  samples.labels = Eigen::Map<const Eigen::VectorXd>(part.labels.data(), count);
  return samples;
}

}  // namespace

Dataset read_libsvm(const std::filesystem::path& path, const LibsvmOptions& options) {
  const std::int64_t lowest = options.first_index.value_or(0);
  Part train = read_part(path, lowest);
  Part test;
  if (options.test_path) test = read_part(*options.test_path, lowest);
  const bool zero = std::min(train.smallest_index, test.smallest_index) == 0;
  const std::int64_t first = options.first_index.value_or(zero ? 0 : 1);
  const Index largest = std::max(train.largest_index, test.largest_index);
  const Index features = options.features.value_or(largest + 1 - first);
  if (largest < 0 || features <= 0) throw LearningError{fmt::format("{}: no sample has a feature", train.name)};

  Dataset data;
  data.name = path.filename().string();
  data.train = to_samples(train, first, features);
  if (options.test_path) data.test = to_samples(test, first, features);
  if (zero && !options.first_index)
    data.notes.push_back(fmt::format("{}: the indices of features start at 0", train.name));
  interpret_labels(data, options.meaning, {.name = train.name, .train = train.place(), .test = test.place()});
  return data;
}

}  // namespace gossamer
