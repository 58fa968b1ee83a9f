#include "sim/moments/noise_space.hpp"

#include <algorithm>
#include <cassert>
#include <span>

#include <fmt/format.h>
#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Eigen/QR>

#include "sim/moments/moments_error.hpp"

namespace gossamer {
namespace {

using Eigen::MatrixXd;

bool is_diagonal(const MatrixXd& A) { return A.cols() == 1 || A.isDiagonal(0); }

MatrixXd diagonal_of(const MatrixXd& A) { return A.cols() == 1 ? A : MatrixXd{A.diagonal()}; }

MatrixXd full(const MatrixXd& A) { return A.cols() == 1 ? MatrixXd{A.col(0).asDiagonal()} : A; }

MatrixXd mean(const std::vector<MatrixXd>& A) {
  MatrixXd sum = A.front();
  for (std::size_t i = 1; i < A.size(); ++i) sum += A[i];
  return sum / static_cast<double>(A.size());
}

}  // namespace

// ---------------------------------------------------------------------------------------------------------------------
// Parts.

NoisePart::NoisePart(NoiseSpace& space)
    : space_{space}, place_{space.parts_.size()}, factors_{MatrixXd::Zero(space.dimension_, 0)} {
  space.parts_.push_back(this);
}

NoisePart::~NoisePart() {
  std::vector<NoisePart*>& parts = space_.parts_;
  parts[place_] = parts.back();
  parts[place_]->place_ = place_;
  parts.pop_back();
}

void NoisePart::add(double c, const NoisePart& other) {
  const Index columns = other.factors_.cols();
  if (factors_.cols() < columns) {
    const Index before = factors_.cols();
    factors_.conservativeResize(Eigen::NoChange, columns);
    factors_.rightCols(columns - before).setZero();
  }
  factors_.leftCols(columns) += c * other.factors_;
}

// ---------------------------------------------------------------------------------------------------------------------
// The space.

NoiseSpace::NoiseSpace(const Setup& setup)
    : dimension_{setup.dimension},
      noise_{setup.noise},
      memory_{setup.memory},
      fewest_columns_{static_cast<Index>(setup.fewest_columns)} {
  for (NodeId i = 0; i < setup.nodes; ++i) hessians_.push_back(setup.hessian(i));
  const auto is_first = [&](const MatrixXd& A) { return full(A) == full(hessians_.front()); };
  if (std::all_of(hessians_.begin(), hessians_.end(), is_diagonal)) {
    layout_ = Layout::by_coordinate;
    std::transform(hessians_.begin(), hessians_.end(), hessians_.begin(), diagonal_of);
  } else if (std::all_of(hessians_.begin(), hessians_.end(), is_first)) {
    layout_ = Layout::by_coordinate;
    one_hessian_ = hessians_.front();
    const Eigen::SelfAdjointEigenSolver<MatrixXd> solver{one_hessian_};
    eigenvectors_ = solver.eigenvectors();
    hessians_ = {solver.eigenvalues()};
  } else {
    std::transform(hessians_.begin(), hessians_.end(), hessians_.begin(), full);
  }
  mean_hessian_ = mean(hessians_);
}

MatrixXd NoiseSpace::product(const MatrixXd& hessian, const MatrixXd& factors) const {
  if (layout_ == Layout::by_coordinate) return hessian.col(0).asDiagonal() * factors;
  return hessian * factors;
}

void NoiseSpace::multiply(NodeId node, const NoisePart& x, NoisePart& result) const {
  result.factors_ = product(hessian(node), x.factors_);
}

void NoiseSpace::solve(NodeId node, const NoisePart& x, NoisePart& result) const {
  const MatrixXd& A = hessian(node);
  if (layout_ == Layout::by_coordinate) {
    result.factors_ = A.col(0).cwiseInverse().asDiagonal() * x.factors_;
  } else {
    result.factors_ = A.llt().solve(x.factors_);
  }
}

void NoiseSpace::add_draw(NodeId node, std::uint64_t number, NoisePart& g) {
  if (noise_ == 0) return;
  std::unique_ptr<Draw>& latest = latest_[node];
  if (!latest || latest->number != number) {
    assert((!latest || latest->number < number) && "the numbers of a node's draws never fall");
    latest.reset();
    make_room();
    latest = std::make_unique<Draw>(number, *this);
    const Index width = rows_per_part();
    MatrixXd& factors = latest->part.factors_;
    factors = MatrixXd::Zero(dimension_, columns_ + width);
    if (layout_ == Layout::by_coordinate)
      factors.col(columns_).setConstant(noise_);
    else
      factors.rightCols(width).diagonal().setConstant(noise_);
    columns_ += width;
  }
  g.add(1.0, latest->part);
}

void NoiseSpace::map(const std::function<void(std::span<const double* const> arguments, double* value)>& f,
                     std::span<const NoisePart* const> arguments, NoisePart& result) {
  if (eigenvectors_.size() > 0) leave_eigenvectors();
  Index columns = 0;
  for (const NoisePart* const argument : arguments) columns = std::max(columns, argument->factors_.cols());
  const Eigen::VectorXd zero = Eigen::VectorXd::Zero(dimension_);
  MatrixXd values(dimension_, columns);
  for (Index k = 0; k < columns; ++k) {
    std::vector<const double*> column;
    for (const NoisePart* const argument : arguments)
      column.push_back(k < argument->factors_.cols() ? argument->factors_.col(k).data() : zero.data());
    f(column, values.col(k).data());
  }
  result.factors_ = std::move(values);
}

SecondMoments NoiseSpace::moments(const NoisePart& x) const {
  const MatrixXd image = product(mean_hessian_, x.factors_);
  return {.square = x.factors_.squaredNorm(),
          .loss = x.factors_.cwiseProduct(image).sum() / 2,
          .gradient_square = image.squaredNorm()};
}

double NoiseSpace::squared_distance(const NoisePart& a, const NoisePart& b) const {
  const Index common = std::min(a.factors_.cols(), b.factors_.cols());
  return (a.factors_.leftCols(common) - b.factors_.leftCols(common)).squaredNorm() +
         a.factors_.rightCols(a.factors_.cols() - common).squaredNorm() +
         b.factors_.rightCols(b.factors_.cols() - common).squaredNorm();
}

// ---------------------------------------------------------------------------------------------------------------------
// Coordinates of the noise.

/// Transforms the noise if there are many more columns than rows of parts. An operation costs as much as there are columns,
/// and a transformation as the square of the rows for each of them. So both cost about the same if transformations leave a
/// column for each row and begin at a multiple of the rows' square; but little memory is worth more of them.
void NoiseSpace::make_room() {
  constexpr double little_memory = 256e6;
  const auto parts = 1 + std::count_if(parts_.begin(), parts_.end(),
                                       [](const NoisePart* part) { return part->factors_.cols() > 0; });
  const Index rows = parts * rows_per_part();
  // Parts and, in a transformation, their copies.
  const double bytes_per_column = 2.0 * sizeof(double) * static_cast<double>(parts) * static_cast<double>(dimension_);
  const double least = 2 * static_cast<double>(rows), affordable = static_cast<double>(memory_) / bytes_per_column;
  if (affordable < least)
    throw MomentsError{
        fmt::format("{} vectors of {} coordinates exist at a time, whose moments need {:.3g} GB, more than {:.3g} GB",
                    parts, dimension_, bytes_per_column * least / 1e9, static_cast<double>(memory_) / 1e9)};
  const double balanced = std::max(static_cast<double>(fewest_columns_), static_cast<double>(rows * rows / 8));
  const double wanted = std::max(2 * least, std::min(balanced, little_memory / bytes_per_column));
  if (static_cast<double>(columns_ + rows_per_part()) > std::min(wanted, affordable)) transform();
}

void NoiseSpace::transform() {
  if (columns_ == 0) return;
  std::vector<NoisePart*> parts;
  std::copy_if(parts_.begin(), parts_.end(), std::back_inserter(parts),
               [](const NoisePart* part) { return part->factors_.cols() > 0; });
  transform_rows(parts);
  columns_ = 0;
  for (const NoisePart* const part : parts) columns_ = std::max(columns_, part->factors_.cols());
}

/// Replaces the factors F of all parts, one above the other, by the lower triangle L of F = L Q. By coordinate, this is
/// done for one row of all parts at a time.
void NoiseSpace::transform_rows(std::span<NoisePart* const> parts) {
  const Index height = rows_per_part(), rows = static_cast<Index>(parts.size()) * height;
  const Index kept = std::min(rows, columns_);
  std::vector<MatrixXd> triangles(parts.size());
  for (std::size_t p = 0; p < parts.size(); ++p)
    triangles[p] = MatrixXd::Zero(dimension_, std::min(static_cast<Index>(p + 1) * height, kept));
  for (Index first = 0; first < dimension_; first += height) {
    MatrixXd transposed = MatrixXd::Zero(columns_, rows);
    for (std::size_t p = 0; p < parts.size(); ++p) {
      const MatrixXd& factors = parts[p]->factors_;
      transposed.block(0, static_cast<Index>(p) * height, factors.cols(), height) =
          factors.middleRows(first, height).transpose();
    }
    const Eigen::HouseholderQR<Eigen::Ref<MatrixXd>> decomposition{transposed};
    for (std::size_t p = 0; p < parts.size(); ++p)
      for (Index k = 0; k < height; ++k) {
        const Index row = static_cast<Index>(p) * height + k, filled = std::min(row + 1, kept);
        triangles[p].row(first + k).head(filled) = decomposition.matrixQR().col(row).head(filled).transpose();
      }
  }
  for (std::size_t p = 0; p < parts.size(); ++p) parts[p]->factors_ = std::move(triangles[p]);
}

/// From coordinates along the eigenvectors of the one A to the usual ones, where draw s has a column for each coordinate.
void NoiseSpace::leave_eigenvectors() {
  transform();  // to few columns, since each becomes d
  for (NoisePart* const part : parts_) {
    const MatrixXd along = std::move(part->factors_);
    part->factors_.resize(dimension_, along.cols() * dimension_);
    for (Index s = 0; s < along.cols(); ++s)
      part->factors_.middleCols(s * dimension_, dimension_) = eigenvectors_ * along.col(s).asDiagonal();
  }
  layout_ = Layout::full;
  columns_ *= dimension_;
  hessians_ = {one_hessian_};
  mean_hessian_ = one_hessian_;
  eigenvectors_.resize(0, 0);
}

}  // namespace gossamer
