#include "experiments/gossamer_main.hpp"
#include "my_algorithm.hpp"

int main(int count, char** arguments) {
  gossamer::Catalogue catalogue = gossamer::standard_catalogue();
  catalogue.add(own::my_algorithm_entry());
  return gossamer::gossamer_main(catalogue, count, arguments);
}
