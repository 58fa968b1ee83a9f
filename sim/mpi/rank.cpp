#include "sim/mpi/rank.hpp"

#include <algorithm>
#include <utility>

#include "sim/mpi/rank_faults.hpp"
#include "sim/network/collectives.hpp"

namespace gossamer {

Rank::Rank(const MpiWorld::Setup& setup, Blocks blocks, int rank, const Clock& clock)
    : setup_{setup},
      blocks_{blocks},
      rank_{rank},
      clock_{clock},
      meetings_{setup.mixing, setup.seed, setup.meetings, {blocks.first(rank), blocks.first(rank + 1)}},
      shape_{setup.wire == MpiWorld::Wire::shaped ? setup.network.shape() : nullptr},
      all_reduce_method_{setup.all_reduce} {
  const NodeId first = blocks.first(rank), end = blocks.first(rank + 1);
  if (setup.collective == MpiWorld::Collective::mpi)
    mpi_all_reduce_.reset(new MpiAllReduce{
        {.nodes = blocks.nodes, .local_nodes = end - first, .payload = setup.payload, .plane = setup.plane}});
  constexpr Seconds patience{100e-6};
  if (setup.plane)
    worker_ = std::make_unique<GradientWorker>(setup.compute == MpiWorld::Compute::real ? patience : Seconds{0});
  for (NodeId i = first; i < end; ++i)
    nodes_.emplace_back(*this, i, blocks.nodes, setup.mixing.neighbors(i), setup.mixing.receivers(i));
  pair_start_.push_back(0);
  for (const RankNode& node : nodes_) pair_start_.push_back(pair_start_.back() + node.in_neighbors().size());
  if (shape_ && !setup.network.keeps_order()) turns_.emplace(pair_start_.back());
  if (setup.faults) make_faults(*setup.faults);
}

void Rank::start(const Program& program, const Limits& limits) {
  limits_ = limits;
  if (faults_) begin_faults(program);
  for (RankNode& node : nodes_) {
    node.task_ = program(node);
    agenda_.put(Seconds{0}, Agenda::Kind::start, node.id());
  }
  for (std::size_t left = agenda_.size(); left-- > 0 && agenda_.next_due() <= Seconds{0};) {
    ++events_;
    handle(agenda_.take());
  }
}

void Rank::begin() {
  if (worker_) worker_->begin();
}

void Rank::nap(Seconds duration) {
  if (worker_) {
    worker_->nap(duration);
  } else {
    std::this_thread::sleep_for(duration);
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// What happens.

bool Rank::proceed() {
  // A gradient is begun when what its program has said is on its way and what others have asked meanwhile is answered.
  const bool waited = worker_ && worker_->waits();
  bool any = receive();
  any |= take_found();
  any |= take_finished();
  any |= handle_due();
  if (waited || !any) any |= worker_ && worker_->proceed();
  return any;
}

bool Rank::receive() {
  bool any = false;
  while (auto arrival = transport_.receive()) {
    any = true;
    NodeMessage message = unpacked(std::move(arrival->packet));
    const bool is_model = message.header.kind != MessageHeader::Kind::collective;
    if (is_model && message.header.values > 0) {
      message.content = message.header.encoded ? setup_.plane->adopt_encoded(message.values())
                                               : setup_.plane->adopt(message.values());
      message.packet = {};
    }
    expect(std::move(message));
  }
  if (!mpi_all_reduce_) return any;
  while (const auto over = mpi_all_reduce_->finished()) {
    any = true;
    now_ = last_event_ = clock_.now();
    for (RankNode& node : nodes_) {
      node.seen_ = std::max(node.seen_, now_);
      end_all_reduce(node, over->number, over->mean);
    }
  }
  return any;
}

/// A gradient that the worker has finished: in paced time it may have to wait, and is as old as the law says where the
/// worker was late; in real time it is stretched.
bool Rank::take_finished() {
  if (!worker_) return false;
  auto finished = worker_->finished();
  for (GradientWorker::Finished& gradient : finished) {
    if (is_stale_job(gradient.node)) continue;
    RankNode& computed = node(gradient.node);
    computed.gradient_result_ = std::move(gradient.job.result);
    computed.computing_ = false;
    const Seconds seen = clock_.now();
    if (setup_.compute == MpiWorld::Compute::real) {
      const double more = setup_.step_times.slowdown(gradient.node, computed.counters_.node_steps) - 1;
      put_gradient(seen + more * gradient.duration, computed);
    } else if (std::exchange(computed.overdue_, false)) {
      put_gradient(computed.gradient_due_, computed);
    }
  }
  return !finished.empty();
}

bool Rank::handle_due() {
  constexpr int at_once = 64;  // then others are listened to
  int handled = 0;
  for (; handled < at_once && !agenda_.empty() && !only_faults_left(); ++handled) {
    const Seconds due = agenda_.next_due();
    if (due > clock_.now() || (limits_.virtual_time && due > *limits_.virtual_time)) break;
    const Agenda::Item item = agenda_.take();
    note(item);
    handle(item);
  }
  return handled > 0;
}

void Rank::note(const Agenda::Item& item) {
  now_ = item.due;
  const bool on_its_way =
      item.kind == Agenda::Kind::first_byte || item.kind == Agenda::Kind::request || item.kind == Agenda::Kind::read;
  if (!on_its_way) {
    // What comes late may be older than what its node has seen meanwhile: time does not run backward for it.
    Seconds& seen = node(item.node).seen_;
    now_ = seen = std::max(seen, item.due);
  }
  last_event_ = clock_.now();
  ++events_;
  const Seconds late = last_event_ - item.due;
  lateness_sum_ += late;
  lateness_max_ = std::max(lateness_max_, late);
}

void Rank::handle(const Agenda::Item& item) {
  switch (item.kind) {
    case Agenda::Kind::start:
      if (!faults_ || start_despite_faults(node(item.node))) resume(node(item.node));
      break;
    case Agenda::Kind::release:
      faults_ ? look_again(node(item.node)) : resume(node(item.node));
      break;
    case Agenda::Kind::gradient:
      if (!faults_ || is_finished_despite_faults(node(item.node), item.slot)) end_gradient(node(item.node));
      break;
    case Agenda::Kind::fault:
      --faults_->items;
      handle_fault(node(item.node), item.slot);
      break;
    case Agenda::Kind::first_byte: {
      const MessageHeader& header = stored(item.slot).header;
      const Side receiver = Side::active;
      agenda_.put(arrival(header.first_byte, header.from, header.to, header.size, receiver), Agenda::Kind::deliver,
                  item.node, item.slot);
      break;
    }
    case Agenda::Kind::deliver:
      if (!is_noticed_later(item)) come_out(item.slot);
      break;
    case Agenda::Kind::request:
      take_request(item);
      break;
    case Agenda::Kind::read:
      read(item);
      break;
  }
}

void Rank::resume(RankNode& node) {
  node.waiting_ = Wait::nothing;
  node.task_.resume();
  if (!node.task_.done()) return;
  node.done_ = true;
  node.handler_ = nullptr;  // what it refers to is gone with the program's frame
  count_out(node);
  if (faults_) return_despite_faults(node);
}

void Rank::wake_if_there(RankNode& node, Wait what, NodeId peer) {
  if (node.waiting_ != what || node.waiting_for_ != peer) return;
  faults_ ? look_again(node) : resume(node);
}

void Rank::count_out(RankNode& node) {
  if (!std::exchange(node.out_, true)) ++out_;
}

void Rank::release() {
  if (faults_) faults_->released = true;
  for (const RankNode& node : nodes_)
    if (node.waiting_ == Wait::all_done) agenda_.put(clock_.now(), Agenda::Kind::release, node.id());
}

// ---------------------------------------------------------------------------------------------------------------------
// Gradients.

void Rank::compute(RankNode& node, std::uint64_t step, const Params& x) {
  if (x) {
    node.computing_ = true;
    worker_->start(node.id(), setup_.plane->prepare_gradient(node.id(), step, x));
  }
  if (setup_.compute == MpiWorld::Compute::real) return x ? void() : put_gradient(now_, node);
  const StepTimes& law = setup_.step_times;
  node.gradient_due_ =
      now_ + law.duration(node.id(), step, now_) + node.averaged_.next(law, node.counters_.received_bytes, step);
  put_gradient(node.gradient_due_, node);
}

void Rank::end_gradient(RankNode& node) {
  if (node.computing_) {
    node.overdue_ = true;
    return;
  }
  NodeCounters& counters = node.counters_;
  ++counters.node_steps;
  counters.computing += now_ - node.gradient_start_;
  const std::uint64_t staleness = node.touched_ - node.touched_at_start_;
  counters.staleness_sum += staleness;
  counters.staleness_max = std::max(counters.staleness_max, staleness);
  node.gradient_ = RankNode::Stage::ready;
  ++steps_;
  wake_if_there(node, Wait::gradient, node.id());
}

// ---------------------------------------------------------------------------------------------------------------------
// All-reduces.

const AllReduceMethod& Rank::all_reduce_method() const {
  if (!all_reduce_method_) all_reduce_method_ = setup_.network.all_reduce(blocks_.nodes, setup_.payload).method;
  return *all_reduce_method_;
}

CollectivePlay Rank::make_play(NodeId node) const {
  const AllReduceMethod& method = all_reduce_method();
  const Group group{.nodes = blocks_.nodes, .shards = method.shards};
  return {algorithm_of(method.algorithm).schedule(node, group),
          {.node = node, .nodes = blocks_.nodes, .payload = setup_.payload, .plane = setup_.plane}};
}

void Rank::join_all_reduce(RankNode& node, std::int64_t number, const Params& x) {
  const std::span<const std::byte> values = x ? setup_.plane->bytes(x) : std::span<const std::byte>{};
  if (mpi_all_reduce_) return join_mpi_all_reduce(number, values);
  CollectivePlay& play = node.play(number);
  play.join(values, node);
  if (play.over()) end_all_reduce(node, number, play.result());
}

/// All-reduces by MPI itself count as the chosen algorithm would, when the last node of the rank has joined.
void Rank::join_mpi_all_reduce(std::int64_t number, std::span<const std::byte> values) {
  const std::int64_t before = mpi_all_reduce_->begun();
  mpi_all_reduce_->join(number, values);
  for (std::int64_t begun = before; begun < mpi_all_reduce_->begun(); ++begun)
    for (RankNode& node : nodes_)
      charge(node, all_reduce_traffic(all_reduce_method(), node.id(), blocks_.nodes, setup_.payload));
}

/// Counts what a node sends and receives in an all-reduce, at the time at which it is sent.
void Rank::charge(RankNode& node, const Traffic& traffic) {
  node.counters_ += traffic;
  sent_bytes_ += traffic.sent_bytes;
}

void Rank::end_all_reduce(RankNode& node, std::int64_t number, std::span<const std::byte> mean) {
  if (!mean.empty()) node.mean_ = setup_.plane->adopt(mean);
  node.plays_.erase(number);
  node.all_reduce_ = RankNode::Stage::ready;
  wake_if_there(node, Wait::all_reduce, node.id());
}

}  // namespace gossamer
