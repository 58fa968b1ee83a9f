#include "experiments/gossamer_main.hpp"

int main(int count, char** arguments) {
  return gossamer::gossamer_main(gossamer::standard_catalogue(), count, arguments);
}
