#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace gossamer {

/// The beginning of an element: valid while it is handled.
struct XmlElement {
  std::string_view name;  ///< without the prefix of the root element, if it has one
  std::int64_t line = 0;
  std::vector<std::pair<std::string_view, std::string_view>> attributes = {};

  std::optional<std::string_view> attribute(std::string_view attribute_name) const;
};

/// Takes the parts of an XML file in their order.
class XmlHandler {
 public:
  virtual ~XmlHandler() = default;
  virtual void begin(const XmlElement& element) = 0;
  virtual void end() = 0;
  /// A part of the text in the current element.
  virtual void text(std::string_view part) = 0;
};

/// Reads a file in UTF-8, UTF-16, ISO-8859-1 or ASCII, plain or gzipped, in constant memory.
/// Throws InputError as `InputFile`, and TopologyError with file and line: if the file is not well-formed XML; if it is
/// nested deeper than `most_levels`; if it declares entities, which may expand without end; and if a tag is longer than
/// 16 MiB. Exceptions of the handler pass through.
void read_xml(const std::filesystem::path& path, XmlHandler& handler);

}  // namespace gossamer
