#include "sim/numerics/operation_window.hpp"

namespace gossamer {

void OperationWindow::record(Operation operation, std::span<const Term> terms) {
  operation.first_term = static_cast<std::uint32_t>(terms_.size());
  operation.terms = static_cast<std::uint32_t>(terms.size());
  operation.output->producer = static_cast<std::int32_t>(operations_.size());
  for (const Term& term : terms) ++term.version->readers;
  terms_.insert(terms_.end(), terms.begin(), terms.end());
  operations_.push_back(operation);
}

void OperationWindow::record(Operation operation, std::span<const Term> terms, const Coding& coding) {
  operation.step = codings_.size();
  codings_.push_back(coding);
  record(operation, terms);
}

void OperationWindow::record(Operation operation, std::span<const Term> terms,
                             std::shared_ptr<const VectorFunction> function) {
  operation.kind = Operation::Kind::function;
  operation.elementwise = function->elementwise();
  operation.step = functions_.size();
  functions_.push_back(std::move(function));
  record(operation, terms);
}

void OperationWindow::clear() {
  operations_.clear();
  terms_.clear();
  codings_.clear();
  functions_.clear();
  kept_.clear();
}

/// Whether an operation has an effect beside its result: a decoding may count a failure.
bool OperationWindow::has_side_effect(const Operation& operation) const {
  return operation.kind == Operation::Kind::decoding && coding(operation).codec->detects_failures();
}

void OperationWindow::drop_dead_operations(VersionStore& versions) {
  for (auto operation = operations_.rbegin(); operation != operations_.rend(); ++operation) {
    operation->group = 0;
    if (operation->output->handles > 0 || operation->output->readers > 0 || has_side_effect(*operation)) continue;
    operation->group = -1;
    versions.recycle(operation->output);  // it has no values yet
    for (const Term& term : terms(*operation)) {
      Version& input = *term.version;
      if (--input.readers == 0 && input.handles == 0 && input.producer < 0) versions.destroy(&input);
    }
  }
}

}  // namespace gossamer
