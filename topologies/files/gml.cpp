#include "topologies/files/gml.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sim/ground/line_reader.hpp"

namespace gossamer {
namespace {

/// A key, a number, or a text without its quotation marks; or a bracket.
struct GmlToken {
  enum class Kind { end, open, close, word, quoted } kind = Kind::end;
  std::string_view text = {};
  std::int64_t line = 0;
};

class GmlTokens {
 public:
  GmlTokens(std::string_view text, std::string_view file) : text_{text}, file_{file} {}

  GmlToken next() {
    skip_blanks();
    if (at_ == text_.size()) return {.line = line_};
    const char first = text_[at_];
    if (first == '"') return quoted();
    if (first == '[') return {.kind = GmlToken::Kind::open, .text = text_.substr(at_++, 1), .line = line_};
    if (first == ']') return {.kind = GmlToken::Kind::close, .text = text_.substr(at_++, 1), .line = line_};
    const std::size_t begin = at_;
    at_ = std::min(text_.find_first_of(" \t\r\n[]\"", begin), text_.size());
    return {.kind = GmlToken::Kind::word, .text = text_.substr(begin, at_ - begin), .line = line_};
  }

 private:
  /// Also passes over lines that begin with #.
  void skip_blanks() {
    while (at_ < text_.size()) {
      const char letter = text_[at_];
      if (letter == '#' && (at_ == 0 || text_[at_ - 1] == '\n')) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n') {
        line_ += letter == '\n' ? 1 : 0;
        ++at_;
      } else {
        return;
      }
    }
  }

  GmlToken quoted() {
    const std::size_t begin = at_ + 1, end = text_.find('"', begin);
    if (end == text_.npos) fail_at(file_, line_, "a text without its closing quotation mark");
    const GmlToken token{.kind = GmlToken::Kind::quoted, .text = text_.substr(begin, end - begin), .line = line_};
    line_ += std::count(token.text.begin(), token.text.end(), '\n');
    at_ = end + 1;
    return token;
  }

  std::string_view text_;
  std::string_view file_;
  std::size_t at_ = 0;
  std::int64_t line_ = 1;
};

class GmlReader {
 public:
  GmlReader(const std::string& text, std::string file, const AttributeNames& attributes)
      : file_{std::move(file)}, attributes_{attributes}, tokens_{text, file_} {}

  FileGraph read() {
    read_list(List::file, 0, 0);
    if (!found_) fail_at(file_, 0, "not a GML file: holds no \"graph [ … ]\"");
    number_nodes(graph_, names_, numbers(), file_);
    return std::move(graph_);
  }

 private:
  enum class List { file, graph, node, edge, other };

  void read_list(List list, int level, std::int64_t line) {
    check_level(level, file_, line);
    for (;;) {
      const GmlToken key = tokens_.next();
      if (key.kind == GmlToken::Kind::end && list == List::file) return;
      if (key.kind == GmlToken::Kind::end) fail_at(file_, line, "a list without its closing bracket");
      if (key.kind == GmlToken::Kind::close && list != List::file) break;
      if (key.kind != GmlToken::Kind::word)
        fail_at(file_, key.line, fmt::format("not a GML file: {}, expected a key", in_quotes(key.text)));
      const GmlToken value = tokens_.next();
      if (value.kind == GmlToken::Kind::open)
        read_list(begun(list, key), level + 1, key.line);
      else if (value.kind == GmlToken::Kind::word || value.kind == GmlToken::Kind::quoted)
        take(list, key, value);
      else
        fail_at(file_, key.line, fmt::format("not a GML file: the key {} has no value", in_quotes(key.text)));
    }
    if (list == List::node) end_node(line);
    if (list == List::edge) end_edge(line);
  }

  /// The kind of the list that begins under this key in another list.
  List begun(List within, const GmlToken& key) {
    const bool of_graph = key.text == "graph" || key.text == "node" || key.text == "edge";
    if (within == List::other || !of_graph) return List::other;
    if ((within == List::file) != (key.text == "graph") || within == List::node || within == List::edge)
      fail_at(file_, key.line,
              fmt::format("a list {} at this place, expected one flat graph of nodes and edges", in_quotes(key.text)));
    if (key.text == "node") {
      id_.reset();
      label_.reset();
      return List::node;
    }
    if (key.text == "edge") {
      source_.reset();
      target_.reset();
      texts_.assign(attributes_.size(), "");
      return List::edge;
    }
    if (found_) fail_at(file_, key.line, "a second graph, expected one");
    found_ = true;
    return List::graph;
  }

  void take(List list, const GmlToken& key, const GmlToken& value) {
    if (list == List::graph && key.text == "directed") {
      if (value.text != "0" && value.text != "1")
        fail_at(file_, value.line, fmt::format("directed is {}, expected 0 or 1", in_quotes(value.text)));
      graph_.directed = value.text == "1";
    } else if (list == List::node) {
      if (key.text == "id") id_ = value.text;
      if (key.text == "label") label_ = value.text;
    } else if (list == List::edge) {
      if (key.text == "source") source_ = value.text;
      if (key.text == "target") target_ = value.text;
      const auto attribute = std::find(attributes_.begin(), attributes_.end(), key.text);
      if (attribute != attributes_.end())
        texts_[static_cast<std::size_t>(attribute - attributes_.begin())] = value.text;
    }
  }

  void end_node(std::int64_t line) {
    if (!id_) fail_at(file_, line, "a node without id");
    if (!names_.declare(names_.mention(plain(*id_))))
      fail_at(file_, line, fmt::format("the node {} is there twice, expected each once", in_quotes(*id_)));
    labels_.push_back(label_.value_or(""));
  }

  void end_edge(std::int64_t line) {
    if (!source_ || !target_) fail_at(file_, line, fmt::format("an edge without {}", source_ ? "target" : "source"));
    graph_.edges.push_back({.from = names_.mention(plain(*source_)),
                            .to = names_.mention(plain(*target_)),
                            .line = line,
                            .texts = texts_});
  }

  /// An integer as it is usually written: "+07" is 7.
  static std::string plain(std::string_view id) {
    std::int64_t value = 0;
    const std::string_view digits = id.substr(id.starts_with('+') ? 1 : 0);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool whole = error == std::errc{} && end == digits.data() + digits.size();
    return whole ? std::to_string(value) : std::string{id};
  }

  std::vector<NodeId> numbers() const {
    const auto of_labels = numbers_in(labels_);
    if (!of_labels) return names_.numbers();
    std::vector<NodeId> result = names_.numbers();
    for (std::size_t place = 0; place < labels_.size(); ++place)
      result[static_cast<std::size_t>(names_.declared()[place])] = (*of_labels)[place];
    return result;
  }

  std::string file_;
  const AttributeNames& attributes_;
  GmlTokens tokens_;
  FileGraph graph_;
  NodeNames names_;
  std::vector<std::string_view> labels_;  ///< of nodes, in the order of the file
  bool found_ = false;
  std::optional<std::string_view> id_, label_;       ///< of the current node
  std::optional<std::string_view> source_, target_;  ///< of the current edge
  std::vector<std::string> texts_;
};

}  // namespace

FileGraph read_gml(const std::filesystem::path& path, const AttributeNames& attributes) {
  const std::string text = read_text(path);
  return GmlReader{text, path.string(), attributes}.read();
}

}  // namespace gossamer
