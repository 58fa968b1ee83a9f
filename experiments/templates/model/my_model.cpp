#include "my_model.hpp"

#include "sim/learning/models/empirical_risk.hpp"
#include "sim/learning/models/linear_model.hpp"

namespace own {
using namespace gossamer;

template <class Scalar>
std::unique_ptr<Problem<Scalar>> my_model(MyModel settings, const LearningContext& context) {
  auto model = std::make_unique<LinearModel<Scalar, HuberLoss>>(context.data->train.features(), settings.l2, false);
  return std::make_unique<EmpiricalRisk<Scalar>>(context.data, context.partition, std::move(model),
                                                 Minibatches{.batch_size = settings.batch_size}, context.seed);
}

template <class Scalar>
ModelEntry<Scalar> my_model_entry() {
  using Made = std::unique_ptr<Problem<Scalar>>(const LearningContext&);
  return {entry<Made, MyModel>("my_model", "linear regression with Huber's loss", my_model<Scalar>,
                               {{"l2", &MyModel::l2, at_least(0), "λ, weight of ‖x‖²/2"},
                                {"batch_size", &MyModel::batch_size, at_least(1), "B, samples of one node-step"}},
                               "Huber, Annals of Mathematical Statistics 35, 1964"),
          Targets::values};
}

template ModelEntry<float> my_model_entry();
template ModelEntry<double> my_model_entry();

}  // namespace own
