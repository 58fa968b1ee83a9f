#pragma once
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/ground/settings.hpp"

/// Settings that are parts: blocks of their own, with a kind and settings, such as a compressor or a schedule.
///
/// A part is an object of an abstract class, which has a type. Its kinds are entries like all others:
///
///     class Schedule {
///      public:
///       static const PartType& part_type();  // {.name = "schedules", .noun = "a schedule", …}
///       virtual double at(std::uint64_t k) const = 0;
///       …
///     };
///     const std::vector<PartEntry<Schedule>>& schedules();
///
/// `standard_catalogue` adds the entries. A member `std::shared_ptr<const Schedule> schedule` of settings is then a
/// field like any other: {"schedule", &Settings::schedule, "its sentence"}. Null is the kind that the type calls `none`.
/// If the default is not null, the member is a class with `using Part = Schedule`, a constructor from a PartValue, and
/// `PartValue value() const`.
namespace gossamer {

/// A type of parts, as users see it.
struct PartType {
  /// The kind that a bare number means, and its only setting.
  struct Number {
    std::string kind;
    Setting setting;
  };

  std::string name;                   ///< of its list: "compressors"
  std::string noun;                   ///< "a compressor"
  std::string note = {};              ///< a sentence on blocks of this type, for `gossamer explain`
  std::string none = {};              ///< the kind that is no part; empty if there is none
  std::optional<Number> number = {};  ///< if a number may take the place of the block
};

/// The kind and the settings that a part was made of.
struct ChosenPart {
  const PartType* type = nullptr;
  std::string kind = {};  ///< empty if no configuration has named the part
  std::vector<Setting> settings = {};
  Values values = {};
  std::shared_ptr<const void> part = {};
};

/// One kind of part.
template <class P>
using PartEntry = Entry<std::shared_ptr<const P>()>;

/// The part that an entry makes of these values; none if it makes null.
template <class P>
PartValue part_value(const PartType& type, const PartEntry<P>& entry, Values values) {
  auto part = entry.make(values);
  if (!part) return {};
  return PartValue{ChosenPart{.type = &type,
                              .kind = entry.name,
                              .settings = entry.settings,
                              .values = std::move(values),
                              .part = std::move(part)}};
}

}  // namespace gossamer
