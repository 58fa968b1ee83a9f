#include "experiments/gossamer_main.hpp"
#include "my_model.hpp"

int main(int count, char** arguments) {
  gossamer::Catalogue catalogue = gossamer::standard_catalogue();
  catalogue.add(own::my_model_entry<float>(), own::my_model_entry<double>());
  return gossamer::gossamer_main(catalogue, count, arguments);
}
