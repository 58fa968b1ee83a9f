#include "experiments/configuration/common_blocks.hpp"

namespace gossamer {

std::vector<Field<TopLevelSettings>> top_level_fields(const std::string& usual_title) {
  Field<TopLevelSettings> title{"title", &TopLevelSettings::title,
                                "what figures and tables call the run; the file's name where not given"};
  title.setting.fallback = usual_title;
  return {title,
          {"seed", &TopLevelSettings::seed, at_least(0),
           "of all randomness: graph, data, minibatches, stragglers, partners"},
          {"numerics", &TopLevelSettings::numerics,
           choices<Numerics>({{"float32", Numerics::float32}, {"float64", Numerics::float64}, {"off", Numerics::off}}),
           "the scalar type of models and gradients; off leaves a pure timing simulation"}};
}

const std::vector<Field<Expectations>>& expectation_fields() {
  using enum Expectations::Models;
  static const std::vector<Field<Expectations>> fields{
      {"models", &Expectations::models,
       choices<Expectations::Models>({{"any", any}, {"identical", identical}, {"same_law", same_law}}),
       "identical bit by bit in both worlds; same_law: tests over seeds find no difference; any asks for nothing"},
      {"time_error", &Expectations::time_error, above(0),
       "largest error of the predicted virtual time, as a share of the measured time"},
      Field<Expectations>{"significance", &Expectations::significance, above_up_to(0, 1),
                          "probability with which the tests of same_law may find a difference where there is none"}
          .read_if(where_is("models", {"same_law"}))};
  return fields;
}

}  // namespace gossamer
