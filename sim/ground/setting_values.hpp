#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace gossamer {

struct ChosenPart;
struct PartType;

/// The value of a setting that is a part, such as a compressor or a schedule: the part with what writes it back, or
/// none. Two values are equal if both are none, or if their kinds and settings are equal.
class PartValue {
 public:
  PartValue() = default;
  explicit PartValue(ChosenPart chosen);
  /// A part that no configuration has named. It equals itself alone, and cannot be written.
  template <class P>
  requires std::is_abstract_v<P> PartValue(std::shared_ptr<const P> part)  // NOLINT: a part converts to a value
      : PartValue{P::part_type(), std::move(part)} {}

  explicit operator bool() const { return chosen_ != nullptr; }
  const ChosenPart& operator*() const { return *chosen_; }
  const ChosenPart* operator->() const { return chosen_.get(); }

  /// The part, if it is of this type; else null.
  template <class P>
  std::shared_ptr<const P> as() const {
    return std::static_pointer_cast<const P>(part_of(P::part_type()));
  }

  friend bool operator==(const PartValue& a, const PartValue& b);

 private:
  PartValue(const PartType& type, std::shared_ptr<const void> part);
  std::shared_ptr<const void> part_of(const PartType& type) const;

  std::shared_ptr<const ChosenPart> chosen_;
};

/// The value of a setting. The empty alternative means "not given" and is allowed only for optional settings.
using Value = std::variant<std::monostate, bool, std::int64_t, double, std::string, std::vector<double>,
                           std::vector<std::int64_t>, PartValue>;

/// Values by the names of their settings.
using Values = std::map<std::string, Value, std::less<>>;

}  // namespace gossamer
