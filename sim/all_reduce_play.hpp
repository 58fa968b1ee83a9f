#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sim/network/network.hpp"
#include "sim/numerics/data_plane.hpp"

namespace gossamer {

/// One all-reduce as one node plays it: what it sends to whom, and what it does with what comes. Parts that come early
/// wait for their turn.
///
/// Coordinates are raw; where there are none (no numerics) the same messages travel without. Every node gets the same
/// bits: the order in which terms are added is a matter of the algorithm, not of who is early.
class AllReducePlay {
 public:
  /// What a node sends in one step.
  struct Part {
    NodeId to = 0;
    std::int32_t step = 0;
    Bytes size = 0;  ///< of its share of the payload
    std::span<const std::byte> values = {};
  };
  /// What another node has sent. The coordinates stand somewhere in the memory that they came in.
  struct Received {
    std::int32_t step = 0;
    std::vector<std::byte> memory = {};
    std::size_t begin = 0;
    std::size_t size = 0;

    std::span<const std::byte> values() const { return std::span{memory}.subspan(begin, size); }
  };
  /// Where parts go.
  class Sender {
   public:
    virtual void send_part(const Part& part) = 0;

   protected:
    ~Sender() = default;
  };

  struct Setup {
    NodeId node = 0;
    NodeId nodes = 1;
    Bytes payload = 0;
    DataPlane* plane = nullptr;  ///< null: no numerics
  };

  virtual ~AllReducePlay() = default;

  /// The node contributes its vector; from now on parts are sent.
  void join(std::span<const std::byte> values, Sender& sender);
  /// A part has come from another node.
  void take(Received part, Sender& sender);

  /// Whether the mean is there.
  bool over() const { return over_; }
  std::span<const std::byte> mean() const { return values_; }

 protected:
  explicit AllReducePlay(Setup setup) : setup_{setup} {}

  const Setup& setup() const { return setup_; }
  double share() const { return 1.0 / setup_.nodes; }
  std::span<std::byte> values() { return values_; }
  void combine(std::initializer_list<RawTerm> terms, std::span<std::byte> out) const {
    if (setup_.plane) setup_.plane->combine_raw({terms.begin(), terms.size()}, out);
  }

 private:
  /// What is sent before anything has come.
  virtual void begin(Sender& sender) = 0;
  /// The step whose part is needed next; empty once all is over.
  virtual std::optional<std::int32_t> next_step() const = 0;
  virtual void use(std::int32_t step, std::span<const std::byte> values, Sender& sender) = 0;

  void proceed(Sender& sender);

  Setup setup_;
  std::vector<std::byte> values_;
  std::map<std::int32_t, Received> early_;
  bool joined_ = false;
  bool over_ = false;
};

std::unique_ptr<AllReducePlay> make_play(AllReduce algorithm, AllReducePlay::Setup setup);

}  // namespace gossamer
