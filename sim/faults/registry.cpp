#include "sim/faults/registry.hpp"

#include <limits>
#include <string>
#include <utility>

#include "sim/faults/crash.hpp"
#include "sim/faults/message_faults.hpp"

namespace gossamer {
namespace {

const char* const gilbert_elliott =
    "Gilbert, \"Capacity of a burst-noise channel\", Bell System Technical Journal 39, 1960; Elliott, \"Estimates of "
    "error rates for codes on burst-noise channels\", Bell System Technical Journal 42, 1963";

template <class S>
Entry<FaultKind> kind(std::string name, std::string sentence, std::vector<Field<S>> fields, std::string source = {}) {
  const auto build = [](S settings, Faults& faults, const FaultContext& context) {
    if constexpr (requires { outages(settings, context.nodes, context.seed); }) {
      faults.outages.push_back(outages(std::move(settings), context.nodes, context.seed));
    } else {
      faults.messages.push_back(message_fault(std::move(settings), context.nodes, context.seed));
    }
  };
  return entry<FaultKind, S>(std::move(name), std::move(sentence), build, std::move(fields), std::move(source));
}

template <class S>
Field<S> nodes_field(std::string sentence) {
  return {"nodes", &S::nodes, at_least(0), std::move(sentence)};
}
template <class S>
Field<S> retransmit_field() {
  return {"retransmit", &S::retransmit, above(0),
          "time after which it is sent again; if not given, it is not sent again"};
}
template <class S>
Field<S> probability_field(std::string sentence) {
  return {"probability", &S::probability, between(0, 1), std::move(sentence)};
}

Entry<FaultKind> crash_kind() {
  using enum Recovery;
  const Condition comes_back = where_is("recovery", {"with_state", "without_state"});
  return kind<Crash>(
      "crash", "nodes stop, at a given time or at random, for good or for a while",
      {nodes_field<Crash>("nodes that may stop; all if the list is empty"),
       {"at", &Crash::at, at_least(0), "when they stop; or else:"},
       {"mean_time_to_failure", &Crash::mean_time_to_failure, above(0), "of each node, exponential"},
       Field<Crash>{"downtime", &Crash::downtime, above(0), "(mean) time until it is back"}.read_if(comes_back),
       Field<Crash>{"downtime_law", &Crash::downtime_law,
                    choices<SpanLaw>({{"constant", SpanLaw::constant}, {"exponential", SpanLaw::exponential}}),
                    "how it varies"}
           .read_if(comes_back),
       {"recovery", &Crash::recovery,
        choices<Recovery>({{"none", none}, {"with_state", with_state}, {"without_state", without_state}}),
        "whether it comes back, and continues or starts from its initial parameters"}});
}

Entry<FaultKind> churn_kind() {
  using enum Recovery;
  constexpr double never = std::numeric_limits<double>::infinity();
  return kind<Churn>(
      "churn", "nodes join late and leave, by a list of sessions or at random",
      {nodes_field<Churn>(
           "nodes of the listed sessions; or, at random, nodes that come and go: all if the list is empty"),
       {"joins", &Churn::joins, at_least(0), "when the session of each listed node begins", Presence::optional,
        Unit::seconds},
       Field<Churn>{"leaves", &Churn::leaves, above(0), "when it ends", Presence::optional, Unit::seconds}.with_word(
           "never", never),
       {"session", &Churn::session, above(0), "mean length of a session, exponential"},
       {"absence", &Churn::absence, above(0), "mean time between two sessions, exponential"},
       Field<Churn>{
           "start", &Churn::start,
           choices<Churn::Start>({{"stationary", Churn::Start::stationary}, {"present", Churn::Start::present}}),
           "at random: nodes present at time zero, as many as at any time, or all"}
           .read_if(where_given("session")),
       {"recovery", &Churn::recovery, choices<Recovery>({{"with_state", with_state}, {"without_state", without_state}}),
        "how nodes come back: they continue, or start from their initial parameters"}});
}

}  // namespace

const std::vector<Entry<FaultKind>>& fault_kinds() {
  static const std::vector<Entry<FaultKind>> entries{
      crash_kind(),
      churn_kind(),
      kind<Loss>("loss", "messages are lost, independently of each other",
                 {probability_field<Loss>("that a message is lost"), retransmit_field<Loss>()}),
      kind<BurstLoss>(
          "burst_loss", "messages are lost in bursts (Gilbert-Elliott)",
          {{"good_to_bad", &BurstLoss::good_to_bad, above_up_to(0, 1), "probability that a burst begins, per message"},
           {"bad_to_good", &BurstLoss::bad_to_good, above_up_to(0, 1), "probability that a burst ends, per message"},
           {"loss_in_good", &BurstLoss::loss_in_good, between(0, 1), "probability of a loss outside bursts"},
           {"loss_in_bad", &BurstLoss::loss_in_bad, between(0, 1), "probability of a loss within a burst"},
           retransmit_field<BurstLoss>()},
          gilbert_elliott),
      kind<Corruption>("corruption", "messages arrive corrupted; the receiver's checksum detects and drops them",
                       {probability_field<Corruption>("that a message is corrupted"), retransmit_field<Corruption>()}),
      kind<LinkDown>(
          "link_down", "a link, or all links of a node, are down for some time",
          {{"between", &LinkDown::between, at_least(0), "the two nodes; or else:"},
           {"node", &LinkDown::node, at_least(0), "the node that has all its links down"},
           {"from", &LinkDown::from, at_least(0), "beginning of the outage"},
           {"until", &LinkDown::until, above(0), "end of the outage; if not given, it does not end"},
           {"messages", &LinkDown::messages,
            choices<LinkDown::Messages>({{"lost", LinkDown::Messages::lost}, {"held", LinkDown::Messages::held}}),
            "messages that are sent or in flight meanwhile are lost, or arrive later"}}),
  };
  return entries;
}

std::uint64_t seed_of_repetition(std::uint64_t seed, std::uint64_t repetition) {
  constexpr std::uint64_t golden = 0x9E3779B97F4A7C15;  // 2⁶⁴ over the golden ratio: its multiples are far apart
  return seed ^ golden * repetition;
}

}  // namespace gossamer
