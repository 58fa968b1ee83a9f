#include "topologies/files/xml_reader.hpp"

#include <exception>
#include <memory>
#include <string>

#include <expat.h>
#include <fmt/format.h>

#include "sim/ground/input_file.hpp"
#include "topologies/files/file_graph.hpp"

namespace gossamer {
namespace {

constexpr int step = 1 << 16;
constexpr std::int64_t longest_tag = std::int64_t{1} << 24;

struct Free {
  void operator()(XML_ParserStruct* parser) const { XML_ParserFree(parser); }
};

/// Joins Expat, a library in C, with a handler. No exception may pass through Expat's frames.
class XmlReading {
 public:
  XmlReading(const std::filesystem::path& path, XmlHandler& handler)
      : file_{path}, handler_{handler}, parser_{XML_ParserCreate(nullptr)} {
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(
        parser_.get(),
        [](void* self, const char* name, const char** attributes) {
          static_cast<XmlReading*>(self)->guarded([&](XmlReading& reading) { reading.begin(name, attributes); });
        },
        [](void* self, const char*) {
          static_cast<XmlReading*>(self)->guarded([](XmlReading& reading) { reading.end(); });
        });
    XML_SetCharacterDataHandler(parser_.get(), [](void* self, const char* text, int size) {
      static_cast<XmlReading*>(self)->guarded([&](XmlReading& reading) {
        reading.handler_.text({text, static_cast<std::size_t>(size)});
      });
    });
    XML_SetEntityDeclHandler(parser_.get(), [](void* self, const char* name, int, const char*, int, const char*,
                                               const char*, const char*, const char*) {
      static_cast<XmlReading*>(self)->guarded([&](XmlReading& reading) {
        reading.fail(fmt::format("declares the entity {}, expected a file without entities", in_quotes(name)));
      });
    });
  }

  void read() {
    for (bool last = false; !last;) {
      void* const buffer = XML_GetBuffer(parser_.get(), step);
      if (!buffer) fail("there is not enough memory to read it");
      const auto size = static_cast<int>(file_.read(buffer, step));
      last = size < step;
      read_bytes_ += size;
      const XML_Status status = XML_ParseBuffer(parser_.get(), size, last ? 1 : 0);
      if (failure_) std::rethrow_exception(failure_);
      if (status != XML_STATUS_OK)
        fail(fmt::format("not an XML file: {}", XML_ErrorString(XML_GetErrorCode(parser_.get()))));
      if (read_bytes_ - XML_GetCurrentByteIndex(parser_.get()) > longest_tag)
        fail(fmt::format("a tag or comment of more than {} bytes", longest_tag));
    }
  }

 private:
  template <class Part>
  void guarded(const Part& part) {
    if (failure_) return;
    try {
      part(*this);
    } catch (...) {
      failure_ = std::current_exception();
      XML_StopParser(parser_.get(), XML_FALSE);
    }
  }

  std::int64_t line() const { return static_cast<std::int64_t>(XML_GetCurrentLineNumber(parser_.get())); }

  [[noreturn]] void fail(std::string_view sentence) const { fail_at(file_.name(), line(), sentence); }

  void begin(std::string_view name, const char** attributes) {
    if (level_ == 0) prefix_ = name.substr(0, name.find(':') == name.npos ? 0 : name.find(':') + 1);
    check_level(++level_, file_.name(), line());
    if (name.starts_with(prefix_)) name.remove_prefix(prefix_.size());
    element_ = {.name = name, .line = line()};
    for (; *attributes; attributes += 2) element_.attributes.emplace_back(attributes[0], attributes[1]);
    handler_.begin(element_);
  }

  void end() {
    --level_;
    handler_.end();
  }

  InputFile file_;
  XmlHandler& handler_;
  std::unique_ptr<XML_ParserStruct, Free> parser_;
  std::exception_ptr failure_;
  XmlElement element_;
  std::string prefix_;  ///< of the root element, with the colon
  int level_ = 0;
  std::int64_t read_bytes_ = 0;
};

}  // namespace

std::optional<std::string_view> XmlElement::attribute(std::string_view attribute_name) const {
  for (const auto& [known, value] : attributes)
    if (known == attribute_name) return value;
  return std::nullopt;
}

void read_xml(const std::filesystem::path& path, XmlHandler& handler) { XmlReading{path, handler}.read(); }

}  // namespace gossamer
