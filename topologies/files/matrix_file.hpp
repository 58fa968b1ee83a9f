#pragma once
#include <filesystem>
#include <vector>

#include "topologies/mixing.hpp"

namespace gossamer {

/// The mixing matrix in a file, plain or gzipped: a dense n × n NumPy array if the name ends in .npy, before .gz if
/// that is there; a Matrix Market file (`matrix_market.hpp`) if the name ends in .mtx or the first line is that of one;
/// else text with one weight "i j w_ij" a line, diagonal included, fields between blanks or commas, # or % beginning a
/// comment.
///
/// float32 holds sums of 1 only to 1e-7, which is not doubly stochastic: write float64 unless the weights are exact.
/// Throws InputError, with file and line if there is one, if the file is not as above, or if W breaks a promise of
/// `Mixing`, whose sums are those of `stochasticity`.
Mixing mixing_from_file(const std::filesystem::path& path, Stochasticity stochasticity = Stochasticity::doubly);

/// The rounds W(0), W(1), … in a NumPy array of T × n × n numbers: W(k) is its part number k. Rounds need not be
/// connected.
/// Throws TopologyError if the file is not as above, or if a W(k) breaks a promise of `Mixing`; the sentence names the
/// round.
std::vector<Mixing> rounds_from_file(const std::filesystem::path& path,
                                     Stochasticity stochasticity = Stochasticity::doubly);

/// Writes W as a dense n × n NumPy array of float64, row by row: 8 n² bytes.
/// Throws InputError if the file cannot be written, TopologyError if n is above 2¹⁵.
void write_npy(const Mixing& mixing, const std::filesystem::path& path);

}  // namespace gossamer
