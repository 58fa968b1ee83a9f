#pragma once
#include <string>
#include <vector>

#include "experiments/configuration/block_reader.hpp"
#include "experiments/configuration/json.hpp"
#include "experiments/configuration/place.hpp"
#include "experiments/configuration/vocabulary.hpp"

namespace gossamer {

/// A key of an experiment and its new value, compact JSON.
struct KeyChange {
  std::string pointer;
  std::string json;
};

/// One position on an axis.
struct AxisPoint {
  std::string label;  ///< JSON: a text, a number or a boolean
  std::vector<KeyChange> changes;

  std::string text() const;  ///< the label for people, without quotes
};

/// What varies from cell to cell.
struct Axis {
  std::string name;
  std::string pointer;  ///< of its key; empty if its points change several keys, or none
  std::vector<AxisPoint> points;
  int group = 0;  ///< axes of one group advance together
  Place place;
};

/// The pointer of a key that an experiment file may have: itself, a block's name, or the name of a setting that only one
/// block has. Empty if the word is none of these.
std::string pointer_of_key(const std::string& word, const Place& place, const Vocabulary& words);

/// The last key of a pointer.
std::string last_key(const std::string& pointer);

/// Reads one element of "axes", which is an axis or several zipped ones, and appends it with a group of its own.
void read_axis(BlockReader& block, const Vocabulary& words, std::vector<Axis>& axes);

/// The label of a JSON value without a label: a number or a text itself, a block's kind.
std::string usual_label(const Json& value);

/// The text of a label, or of another JSON value, for people.
std::string text_of_label(const std::string& json);

}  // namespace gossamer
