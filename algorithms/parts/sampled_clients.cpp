#include "algorithms/parts/sampled_clients.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace gossamer {

void SampledClients::choose() {
  std::vector<NodeId> present;
  for (const NodeId i : left_)
    if (!node_.detects_down(i)) present.push_back(i);
  if (present.empty()) present = left_;  // they request the model when they are back
  chosen_ = sampler_->choose(node_, std::move(present), workers_.size());
}

Part<std::vector<Received>> SampledClients::answers(Invitation invite, int messages_of_each) {
  using Event = Received::Event;
  std::map<NodeId, int> outstanding;
  for (const NodeId i : chosen_) {
    invite(i);
    outstanding[i] = messages_of_each;
  }
  std::vector<Received> answers;
  while (!outstanding.empty()) {
    std::optional<Received> message = co_await node_.receive_any(workers_);
    if (!message) {  // nobody will answer any more
      left_.clear();
      break;
    }
    const NodeId client = message->sender;
    const auto found = outstanding.find(client);
    if (is_request(*message) || message->event == Event::went_down) {
      if (found == outstanding.end()) continue;
      std::erase_if(answers, [client](const Received& answer) { return answer.sender == client; });
      if (message->event == Event::went_down) {
        outstanding.erase(found);
      } else {
        found->second = messages_of_each;
        invite(client);
      }
      continue;
    }
    const double number = message->content.weight;
    if (number <= 0) left_.erase(std::remove(left_.begin(), left_.end(), client), left_.end());
    if (found == outstanding.end()) continue;  // too late
    if (number <= 0 || --found->second == 0) outstanding.erase(found);
    if (number == 0) continue;
    message->content.weight = std::abs(number);
    answers.push_back(std::move(*message));
  }
  std::stable_sort(answers.begin(), answers.end(),
                   [](const Received& a, const Received& b) { return a.sender < b.sender; });
  co_return answers;
}

}  // namespace gossamer
