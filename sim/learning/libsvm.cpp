#include "sim/learning/libsvm.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "sim/ground/line_reader.hpp"
#include "sim/learning/class_labels.hpp"
#include "sim/learning/problem.hpp"

namespace gossamer {
namespace {

constexpr std::int64_t most_entries = std::numeric_limits<std::int32_t>::max();

/// The samples of one file in compressed columns, as they are read.
struct Part {
  std::string name;
  std::vector<double> labels;
  std::vector<std::size_t> lines;  ///< where each sample stands
  std::vector<std::int32_t> starts{0};
  std::vector<std::int32_t> rows;
  std::vector<double> values;
  std::int64_t largest_index = 0;  ///< counted from 1

  Place place() const {
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

  /// The index before a colon, from 1.
  std::int64_t index() {
    std::int64_t value = 0;
    const auto [stop, error] = std::from_chars(at_, end_, value);
    if (error == std::errc::result_out_of_range || value > most_entries)
      refuse("feature index \"{}\" is above {}", token_until(':'), most_entries);
    if (error != std::errc{} || stop == end_ || *stop != ':')
      refuse("\"{}\" is no feature, expected index:value", token());
    at_ = stop + 1;
    return value;
  }

  template <class... Args>
  [[noreturn]] void refuse(fmt::format_string<Args...> sentence, Args&&... args) const {
    throw LearningError{
        fmt::format("{}:{}: {}", reader_.name(), reader_.number(), fmt::format(sentence, std::forward<Args>(args)...))};
  }

 private:
  std::string_view token() const { return {at_, static_cast<std::size_t>(std::find_if(at_, end_, is_blank) - at_)}; }
  std::string_view token_until(char stop) const { return token().substr(0, token().find(stop)); }

  const char* at_;
  const char* end_;
  const LineReader& reader_;
};

void read_sample(LineParser& line, Part& part) {
  part.labels.push_back(line.number("a label"));
  std::int64_t last = 0;
  while (!line.at_end()) {
    const std::int64_t index = line.index();
    if (index < 1) line.refuse("feature index {}, but indices start at 1", index);
    if (index == last) line.refuse("feature index {} stands twice", index);
    if (index < last) line.refuse("feature index {} after {}, but indices ascend", index, last);
    last = index;
    const double value = line.number("a value");
    if (value == 0) continue;
    part.rows.push_back(static_cast<std::int32_t>(index - 1));
    part.values.push_back(value);
  }
  part.largest_index = std::max(part.largest_index, last);
  if (static_cast<std::int64_t>(part.values.size()) > most_entries) line.refuse("more than {} entries", most_entries);
  part.starts.push_back(static_cast<std::int32_t>(part.values.size()));
}

Part read_part(const std::filesystem::path& path, std::optional<Index> features) {
  LineReader reader{path};
  Part part;
  part.name = reader.name();
  std::string_view text;
  while (reader.next(text)) {
    LineParser line{text, reader};
    if (line.at_end()) continue;
    read_sample(line, part);
    part.lines.push_back(reader.number());
    if (features && part.largest_index > *features)
      line.refuse("feature index {}, but \"features\" says {}", part.largest_index, *features);
  }
  if (part.labels.empty()) throw LearningError{fmt::format("{}: there are no samples", part.name)};
  return part;
}

Samples to_samples(const Part& part, Index features) {
  const auto count = static_cast<Index>(part.labels.size());
  Samples samples;
  samples.sparse =
      Eigen::Map<const decltype(Samples::sparse)>(features, count, static_cast<Index>(part.values.size()),
                                                  part.starts.data(), part.rows.data(), part.values.data());
  samples.labels = Eigen::Map<const Eigen::VectorXd>(part.labels.data(), count);
  return samples;
}

}  // namespace

Dataset read_libsvm(const std::filesystem::path& path, const LibsvmOptions& options) {
  const Part train = read_part(path, options.features);
  std::optional<Part> test;
  if (options.test_path) test = read_part(*options.test_path, options.features);
  const Index largest = std::max(train.largest_index, test ? test->largest_index : 0);
  const Index features = options.features.value_or(largest);
  if (features == 0) throw LearningError{fmt::format("{}: no sample has a feature", train.name)};

  Dataset data;
  data.name = path.filename().string();
  data.train = to_samples(train, features);
  if (test) data.test = to_samples(*test, features);
  if (options.targets == Targets::classes) {
    const ClassLabels classes{data.train.labels, train.name, train.place()};
    data.classes = classes.count();
    classes.renumber(data.train.labels, train.place());
    if (test) classes.renumber(data.test.labels, test->place());
  }
  return data;
}

}  // namespace gossamer
