// The reference rows as a tree of boxes over compact columns.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <new>
#include <numeric>
#include <utility>
#include <vector>

#include <omp.h>

namespace synthgate {

constexpr int LEAF = 256;      // rows of a leaf at most
constexpr int GROUP = 64;      // rows of one filter step; leaves are padded to a multiple of it
constexpr int SAMPLE = 256;    // rows that decide along which column a box is cut
constexpr double PART = 3;      // the coarse copy saturates at a third of the largest distance
constexpr double EPS = 1.0 / (1 << 23);  // twice the rounding error of a 32-bit float

struct Rows {
    const double *numbers;   // (n, p)
    const int64_t *codes;    // (n, q)
    int64_t n;
};

// Columns, weights and the scales of the compact copies.
//
// The coarse copy holds every column in one byte: a number in whole steps, a code modulo 256. The
// fine copy holds numbers as 32-bit floats. Neither overstates a distance by more than is known.
struct Shape {
    int p, q;
    bool is_l1;
    double divisor;
    std::vector<double> weights, low, high;
    double unit = 0;             // coarse steps of a distance of 1; what exceeds a byte saturates
    double reach = 0;            // largest distance of a number from the middle of its column
    double scale = 1;            // of the fine copy, a power of two: no number in it exceeds 1
    std::vector<uint8_t> steps;  // what a mismatch counts in the coarse copy, rounded down
    std::vector<float> fine_weights;

    Shape(const double *w, const double *range, int p_, int q_, bool l1, double divisor_)
        : p(p_), q(q_), is_l1(l1), divisor(divisor_), weights(w, w + q_), low(range, range + p_),
          high(range + p_, range + 2 * p_), fine_weights(w, w + q_) {
        double total = std::accumulate(weights.begin(), weights.end(), 0.0), widest = 0;
        for (double weight : weights) widest = std::max(widest, weight);
        for (int j = 0; j < p; ++j) {
            // Halves, so that the range of numbers near the largest double is finite.
            double half = high[j] / 2 - low[j] / 2;
            reach = std::max(reach, half);
            if (is_l1) total += 2 * half, widest = std::max(widest, 2 * half);
        }
        // Nearest rows differ by a small part of what two rows can differ by: the byte is spent on
        // that part.
        if (total > 0) unit = std::min(255.0 * PART / total, 255.0 / widest);
        for (double weight : weights) steps.push_back(static_cast<uint8_t>(weight * unit));
        if (reach > 0) scale = std::ldexp(1.0, std::min(1000, -std::ilogb(reach) - 1));
        reach *= scale;
        for (float &weight : fine_weights) weight = static_cast<float>(fine_sum(weight));
    }

    uint8_t coarse(double x, int j) const {
        return static_cast<uint8_t>(std::lround(2 * ((x / 2 - low[j] / 2) * unit)));
    }
    float fine(double x, int j) const {
        return static_cast<float>((x - (low[j] / 2 + high[j] / 2)) * scale);
    }

    // A sum of distances (of squares for L2) on the scale of the fine copy.
    double fine_sum(double sum) const { return is_l1 ? sum * scale : sum * scale * scale; }

    // Largest coarse sum of a row whose true sum (of squares for L2) is `sum`: for L1 each number is
    // off by one step at most; for L2 only mismatches are counted. 255 means: anything may be.
    uint8_t coarse_ceiling(double sum) const {
        double most = sum * unit + (is_l1 ? p : 0) + 1;
        return most < 255 ? static_cast<uint8_t>(most) : 255;
    }

    // The same for the fine copy. With d the largest error of a difference, a sum is at most p d too
    // large, a sum of squares at most 2 d sqrt(p S) + p d^2; then the rounding of the sum itself.
    float fine_ceiling(double true_sum) const {
        double sum = fine_sum(true_sum), d = 2 * EPS * reach;
        double off = is_l1 ? p * d : 2 * d * std::sqrt(p * sum) + p * d * d;
        float most = static_cast<float>((sum + off) * (1 + (p + q + 8) * EPS) + 1e-30);
        return std::nextafter(most, std::numeric_limits<float>::infinity());
    }

    double exact(const double *x, const int64_t *a, const double *y, const int64_t *b) const {
        double total = 0;
        for (int j = 0; j < p; ++j) {
            double gap = x[j] - y[j];
            total += is_l1 ? std::fabs(gap) : gap * gap;
        }
        for (int j = 0; j < q; ++j)
            if (a[j] != b[j]) total += weights[j];
        return is_l1 ? total / divisor : std::sqrt(total);
    }
};

struct Node {
    int64_t begin, end;      // rows in tree order
    int left = -1, right = -1;
    int column = -1;         // cut along this number, or p + this code
    double at = 0;           // the largest value that goes left
    int64_t offset = 0;      // leaf: where its columns start in the packed copy
};

class Index {
  public:
    Shape shape;
    Rows rows;
    std::vector<int64_t> order;          // tree order -> row
    std::vector<Node> nodes;
    std::vector<uint8_t> coarse;         // per leaf, column after column: codes, then numbers
    std::vector<float> fine;             // per leaf, column after column: numbers
    std::vector<float> low, high;        // (nodes, p): boxes of the fine copy
    std::vector<uint64_t> levels;            // (nodes, q): which codes modulo 64 occur

    // `threads`: how many may pack the leaves; 0 for as many as OpenMP would use.
    Index(const Rows &rows_, const Shape &shape_, int threads) : shape(shape_), rows(rows_) {
        order.resize(rows.n);
        std::iota(order.begin(), order.end(), int64_t{0});
        nodes.push_back({0, rows.n});
        for (size_t i = 0; i < nodes.size(); ++i) cut(static_cast<int>(i));
        pack(threads);
        bound();
    }

    int columns() const { return shape.p + shape.q; }

    double value(int64_t row, int column) const {
        return column < shape.p
                   ? rows.numbers[row * shape.p + column]
                   : static_cast<double>(rows.codes[row * shape.q + column - shape.p]);
    }

    static int64_t padded(const Node &leaf) {
        return (leaf.end - leaf.begin + GROUP - 1) / GROUP * GROUP;
    }

    // The leaf in which a query would lie.
    int home(const double *numbers, const int64_t *codes) const {
        int at = 0;
        while (nodes[at].left >= 0) {
            int c = nodes[at].column;
            double v = c < shape.p ? numbers[c] : static_cast<double>(codes[c - shape.p]);
            at = v <= nodes[at].at ? nodes[at].left : nodes[at].right;
        }
        return at;
    }

  private:
    void cut(int i) {
        Node node = nodes[i];
        if (node.end - node.begin <= LEAF) return;
        int column = widest(node, std::max<int64_t>(1, (node.end - node.begin) / SAMPLE));
        // The sampled rows may be alike where not all are.
        if (column < 0) column = widest(node, 1);
        if (column < 0) return;
        auto first = order.begin() + node.begin, last = order.begin() + node.end;
        auto less = [&](int64_t a, int64_t b) { return value(a, column) < value(b, column); };
        int64_t half = (node.end - node.begin) / 2 / GROUP * GROUP;
        std::nth_element(first, first + half, last, less);
        double middle = value(*(first + half), column);
        // Equal values stay together: all that are smaller go left, or all that are not larger.
        auto below = std::partition(first, last, [&](int64_t r) { return value(r, column) < middle; });
        auto upto = std::partition(below, last, [&](int64_t r) { return value(r, column) <= middle; });
        auto even = first + half;
        bool smaller = upto == last || (below != first && even - below <= upto - even);
        auto border = smaller ? below : upto;
        double at = -std::numeric_limits<double>::infinity();
        for (auto r = first; r != border; ++r) at = std::max(at, value(*r, column));
        int64_t where = border - order.begin();
        nodes[i].column = column;
        nodes[i].at = at;
        nodes[i].left = static_cast<int>(nodes.size());
        nodes.push_back({node.begin, where});
        nodes[i].right = static_cast<int>(nodes.size());
        nodes.push_back({where, node.end});
    }

    // The column along which two halves of a box differ most, judged by each `step`-th row; -1 if
    // all of these are equal.
    int widest(const Node &node, int64_t step) const {
        int best = -1;
        double most = 0;
        std::vector<double> seen;
        for (int c = 0; c < columns(); ++c) {
            seen.clear();
            for (int64_t i = node.begin; i < node.end; i += step) seen.push_back(value(order[i], c));
            std::sort(seen.begin(), seen.end());
            double gain = c < shape.p ? spread(seen) : shape.weights[c - shape.p] * mixture(seen);
            if (gain > most) most = gain, best = c;
        }
        return best;
    }

    double spread(const std::vector<double> &sorted) const {
        size_t n = sorted.size();
        double inner = sorted[n - 1 - n / 20] - sorted[n / 20];
        // A few outlying values may still be worth a cut where nothing else is.
        double width = std::max(inner, 1e-9 * (sorted.back() - sorted.front()));
        return shape.is_l1 ? width : width * width / 4;
    }

    // Chance that two rows differ: 0 where everybody agrees.
    static double mixture(const std::vector<double> &sorted) {
        double same = 0, run = 1, n = static_cast<double>(sorted.size());
        for (size_t i = 1; i <= sorted.size(); ++i) {
            if (i < sorted.size() && sorted[i] == sorted[i - 1]) {
                ++run;
            } else {
                same += run * run, run = 1;
            }
        }
        return 1 - same / (n * n);
    }

    void pack(int threads) {
        int64_t total = 0;
        for (Node &node : nodes) {
            if (node.left >= 0) continue;
            node.offset = total;
            total += padded(node);
        }
        coarse.assign(total * columns() + GROUP, 0);
        fine.assign(total * shape.p + GROUP, 0.0f);
        int64_t count = static_cast<int64_t>(nodes.size());
#pragma omp parallel for schedule(dynamic, 64) num_threads(threads ? threads : omp_get_max_threads())
        for (int64_t i = 0; i < count; ++i)
            if (nodes[i].left < 0) pack_leaf(nodes[i]);
    }

    void pack_leaf(const Node &leaf) {
        int p = shape.p, q = shape.q;
        int64_t m = padded(leaf);
        // Row order within a leaf: lower rows first, so that of equal rows the first is met first.
        std::sort(order.begin() + leaf.begin, order.begin() + leaf.end);
        for (int64_t i = 0; i < leaf.end - leaf.begin; ++i) {
            int64_t row = order[leaf.begin + i];
            const double *x = rows.numbers + row * p;
            const int64_t *a = rows.codes + row * q;
            uint8_t *to = coarse.data() + leaf.offset * columns() + i;
            float *number = fine.data() + leaf.offset * p + i;
            for (int j = 0; j < q; ++j) to[j * m] = static_cast<uint8_t>(a[j]);
            for (int j = 0; j < p; ++j) {
                // For L2 the numbers of the coarse copy are not used.
                if (shape.is_l1) to[(q + j) * m] = shape.coarse(x[j], j);
                number[j * m] = shape.fine(x[j], j);
            }
        }
    }

    // Boxes from the leaves upward: children come after their parent.
    void bound() {
        size_t n = nodes.size();
        int p = shape.p, q = shape.q;
        levels.assign(n * q, 0);
        low.assign(n * p, std::numeric_limits<float>::infinity());
        high.assign(n * p, -std::numeric_limits<float>::infinity());
        for (size_t i = n; i-- > 0;) {
            if (nodes[i].left >= 0) {
                merge(i, nodes[i].left), merge(i, nodes[i].right);
            } else {
                bound_leaf(i);
            }
        }
    }

    void bound_leaf(size_t i) {
        int p = shape.p, q = shape.q;
        for (int64_t at = nodes[i].begin; at < nodes[i].end; ++at) {
            const double *x = rows.numbers + order[at] * p;
            const int64_t *a = rows.codes + order[at] * q;
            for (int j = 0; j < p; ++j) {
                float v = shape.fine(x[j], j);
                low[i * p + j] = std::min(low[i * p + j], v);
                high[i * p + j] = std::max(high[i * p + j], v);
            }
            for (int j = 0; j < q; ++j) levels[i * q + j] |= uint64_t{1} << (a[j] & 63);
        }
    }

    void merge(size_t i, size_t child) {
        int p = shape.p, q = shape.q;
        for (int j = 0; j < p; ++j) {
            low[i * p + j] = std::min(low[i * p + j], low[child * p + j]);
            high[i * p + j] = std::max(high[i * p + j], high[child * p + j]);
        }
        for (int j = 0; j < q; ++j) levels[i * q + j] |= levels[child * q + j];
    }
};

}  // namespace synthgate
