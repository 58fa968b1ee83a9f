#include "topologies/files/graphml.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "topologies/files/xml_reader.hpp"

namespace gossamer {
namespace {

std::string without_blanks(const std::string& text) {
  constexpr const char* blanks = " \t\r\n";
  const std::size_t begin = std::min(text.find_first_not_of(blanks), text.size());
  return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

class GraphmlReader final : public XmlHandler {
 public:
  GraphmlReader(std::string file, const AttributeNames& attributes)
      : file_{std::move(file)}, attributes_{attributes}, defaults_(attributes.size()) {}

  void begin(const XmlElement& element) override { within_.push_back(begun(element)); }

  void end() override {
    if (within_.back() == Within::data) current_->texts[attribute_] = without_blanks(text_);
    if (within_.back() == Within::fallback) defaults_[attribute_] = without_blanks(text_);
    within_.pop_back();
  }

  void text(std::string_view part) override {
    if (within_.back() == Within::data || within_.back() == Within::fallback) text_ += part;
  }

  FileGraph finish() {
    if (!found_) fail_at(file_, 0, "holds no graph, expected one");
    for (FileEdge& edge : graph_.edges)
      for (std::size_t k = 0; k < edge.texts.size(); ++k)
        if (edge.texts[k] == not_given) edge.texts[k] = defaults_[k];
    number_nodes(graph_, names_, names_.numbers(), file_);
    direct_edges();
    return std::move(graph_);
  }

 private:
  enum class Within { root, key, fallback, graph, node, edge, data, nothing };

  static constexpr std::string_view not_given{"\0", 1};  // no text of XML has a zero byte

  /// The part of the file that this element begins; `nothing` if the element is passed over.
  Within begun(const XmlElement& element) {
    if (within_.empty()) return begin_root(element);
    switch (within_.back()) {
      case Within::root:
        if (element.name == "key") return begin_key(element);
        if (element.name == "graph") return begin_graph(element);
        refuse_if(element, {"node", "edge", "hyperedge"});
        return Within::nothing;
      case Within::key:
        text_.clear();
        return element.name == "default" && attribute_ < attributes_.size() ? Within::fallback : Within::nothing;
      case Within::graph:
        return begin_in_graph(element);
      case Within::node:
      case Within::edge:
        return begin_in_node_or_edge(element);
      default:
        return Within::nothing;
    }
  }

  Within begin_root(const XmlElement& element) const {
    if (element.name != "graphml")
      fail_at(file_, element.line,
              fmt::format("not a GraphML file: it begins with <{}>, expected <graphml>", element.name.substr(0, 60)));
    return Within::root;
  }

  Within begin_key(const XmlElement& element) {
    const auto name = element.attribute("attr.name"), domain = element.attribute("for");
    const auto wanted = std::find(attributes_.begin(), attributes_.end(), name.value_or(""));
    const bool of_edges = !domain || *domain == "edge" || *domain == "all";
    attribute_ = of_edges ? static_cast<std::size_t>(wanted - attributes_.begin()) : attributes_.size();
    if (attribute_ == attributes_.size()) return Within::key;
    if (found_) fail_at(file_, element.line, fmt::format("the key of {} follows the graph, expected it before", *name));
    keys_[std::string{element.attribute("id").value_or("")}] = attribute_;
    return Within::key;
  }

  Within begin_graph(const XmlElement& element) {
    if (found_) fail_at(file_, element.line, "a second graph, expected one");
    found_ = true;
    const std::string_view direction = element.attribute("edgedefault").value_or("");
    if (direction != "directed" && direction != "undirected")
      fail_at(file_, element.line,
              fmt::format("edgedefault is {}, expected \"directed\" or \"undirected\"", in_quotes(direction)));
    graph_.directed = direction == "directed";
    return Within::graph;
  }

  Within begin_in_graph(const XmlElement& element) {
    if (element.name == "node") return begin_node(element);
    if (element.name == "edge") return begin_edge(element);
    refuse_if(element, {"graph", "hyperedge", "locator"});
    return Within::nothing;
  }

  Within begin_in_node_or_edge(const XmlElement& element) {
    refuse_if(element, {"graph", "locator", "node", "edge"});
    if (within_.back() != Within::edge || element.name != "data") return Within::nothing;
    const auto key = keys_.find(element.attribute("key").value_or(""));
    if (key == keys_.end()) return Within::nothing;
    attribute_ = key->second;
    text_.clear();
    return Within::data;
  }

  std::string_view name_of_place() const {
    switch (within_.back()) {
      case Within::root:
        return "graphml";
      case Within::graph:
        return "graph";
      case Within::node:
        return "node";
      default:
        return "edge";
    }
  }

  void refuse_if(const XmlElement& element, std::initializer_list<std::string_view> refused) const {
    if (std::find(refused.begin(), refused.end(), element.name) == refused.end()) return;
    fail_at(
        file_, element.line,
        fmt::format("a <{}> within <{}>, expected one flat graph of nodes and edges", element.name, name_of_place()));
  }

  Within begin_node(const XmlElement& element) {
    const auto id = element.attribute("id");
    if (!id) fail_at(file_, element.line, "a node without id");
    if (!names_.declare(names_.mention(*id)))
      fail_at(file_, element.line, fmt::format("the node {} is there twice, expected each once", in_quotes(*id)));
    return Within::node;
  }

  Within begin_edge(const XmlElement& element) {
    const auto source = element.attribute("source"), target = element.attribute("target");
    if (!source || !target)
      fail_at(file_, element.line, fmt::format("an edge without {}", source ? "target" : "source"));
    graph_.edges.push_back({.from = names_.mention(*source), .to = names_.mention(*target), .line = element.line});
    current_ = &graph_.edges.back();
    current_->texts.assign(attributes_.size(), std::string{not_given});
    directed_.push_back(is_directed(element));
    return Within::edge;
  }

  bool is_directed(const XmlElement& element) const {
    const auto given = element.attribute("directed");
    if (!given) return graph_.directed;
    for (const std::string_view truth : {"true", "True", "1"})
      if (*given == truth) return true;
    for (const std::string_view lie : {"false", "False", "0"})
      if (*given == lie) return false;
    fail_at(file_, element.line, fmt::format("directed is {}, expected \"true\" or \"false\"", in_quotes(*given)));
  }

  /// Gives undirected edges both directions if some edges are directed.
  void direct_edges() {
    if (directed_.empty()) return;
    graph_.directed = std::find(directed_.begin(), directed_.end(), true) != directed_.end();
    if (!graph_.directed) return;
    for (std::size_t k = 0; k < directed_.size(); ++k) {
      if (directed_[k]) continue;
      graph_.edges.push_back(graph_.edges[k]);
      std::swap(graph_.edges.back().from, graph_.edges.back().to);
    }
  }

  std::string file_;
  const AttributeNames& attributes_;
  std::vector<std::string> defaults_;                     ///< of attributes
  std::map<std::string, std::size_t, std::less<>> keys_;  ///< the attribute of a key
  std::vector<Within> within_;
  std::size_t attribute_ = 0;  ///< of the current data or key
  std::string text_;
  bool found_ = false;
  FileGraph graph_;
  FileEdge* current_ = nullptr;
  std::vector<bool> directed_;  ///< of edges
  NodeNames names_;
};

}  // namespace

FileGraph read_graphml(const std::filesystem::path& path, const AttributeNames& attributes) {
  GraphmlReader reader{path.string(), attributes};
  read_xml(path, reader);
  return reader.finish();
}

}  // namespace gossamer
