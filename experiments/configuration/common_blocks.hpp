#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "experiments/configuration/experiment.hpp"
#include "sim/compute/laws.hpp"
#include "sim/ground/settings.hpp"

/// The blocks of an experiment file that no registry describes.
namespace gossamer {

/// The keys outside all blocks.
struct Heading {
  std::string title;
  std::int64_t seed = 1;
  Numerics numerics = Numerics::float32;
};
std::vector<Field<Heading>> heading_fields(const std::string& usual_title = "");

/// The block "stop".
struct Stop {
  std::optional<Seconds> virtual_time;
  std::optional<std::int64_t> node_steps;
  std::optional<double> epochs;
  std::optional<double> target_loss;
  std::optional<double> target_accuracy;
  std::optional<double> target_local_loss;
  std::optional<double> target_local_accuracy;
  std::optional<double> target_consensus_distance;
  Judge judge = Judge::records;
  std::optional<Bytes> sent_bytes;
};
const std::vector<Field<Stop>>& stop_fields();

/// The block "record".
struct Record {
  std::optional<Seconds> every;
  std::optional<double> every_node_steps;
  Index train_samples = 0;  ///< 0 for all
  bool test = true;
  bool gradient_norm = true;
  NodeRecords nodes = NodeRecords::all;
  static constexpr Index all = -1;  ///< of `local_nodes` and `local_samples`
  Index local_nodes = 8;
  Index local_samples = 0;  ///< 0 for as many as are cheap
};

/// The interval between records if none is given; at most one of the two.
struct UsualInterval {
  std::optional<double> every;  ///< seconds
  std::optional<double> every_node_steps;
};
std::vector<Field<Record>> record_fields(const UsualInterval& usual = {});

/// The settings that every network's block may have besides those of its kind.
struct Wire {
  Bytes payload = 0;  ///< 0 for 4 bytes a parameter
  Collectives collectives = Collectives::formula;
};
const std::vector<Field<Wire>>& wire_fields();

/// The bytes of one model of so many parameters: float32 on the wire, whatever the scalar type of the numerics.
Bytes payload_of(const Wire& wire, Index parameters);

/// The settings that every law's block may have besides those of its kind.
struct Drawing {
  enum class Draw { per_step, per_node };
  Draw draw = Draw::per_step;
  std::optional<double> averaging;  ///< bytes per second; none: it takes no time
  std::optional<double> cold_averaging;
  double cooling = Averaging{}.cooling;
  Phases phases = {};
};
const std::vector<Field<Drawing>>& drawing_fields();

/// The block "expect": the expectations that `gossamer crosscheck` checks of a run on real ranks. A plain run ignores
/// it.
struct Expectations {
  enum class Models { any, identical, same_law };
  Models models = Models::any;
  std::optional<double> time_error;
  double significance = 0.01;
};
const std::vector<Field<Expectations>>& expectation_fields();

/// The settings behind fields.
template <class S>
std::vector<Setting> settings_of(const std::vector<Field<S>>& fields) {
  std::vector<Setting> result;
  for (const auto& field : fields) result.push_back(field.setting);
  return result;
}

}  // namespace gossamer
