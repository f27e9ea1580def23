// Queries go through the tree sixteen at a time, neighbours together.
#pragma once

#include <atomic>
#include <limits>

#include "kernel_filter.hpp"
#include "kernel_index.hpp"

namespace synthgate {

struct Answer {
    double *distances;  // (n, k), ascending
    int64_t *ids;       // (n, k)
    int k;
};

// Whose rows they are; null where everybody may be anybody's neighbour.
struct Whose {
    const int64_t *asking, *owning;
};

// The k nearest rows so far, nearest first, ties to the lower row.
struct Best {
    double *distances;
    int64_t *ids;
    int k;

    double last() const { return distances[k - 1]; }

    void offer(double distance, int64_t id) {
        int at = k - 1;
        if (distance > distances[at] || (distance == distances[at] && ids[at] >= 0 && id > ids[at]))
            return;
        while (at > 0 && (distance < distances[at - 1] ||
                          (distance == distances[at - 1] && (id < ids[at - 1] || ids[at - 1] < 0)))) {
            distances[at] = distances[at - 1];
            ids[at] = ids[at - 1];
            --at;
        }
        distances[at] = distance;
        ids[at] = id;
    }
};

// Sixteen queries on their way through the tree.
template <bool L1> class Tile {
    struct Open {
        int node;
        float bound[LANES];
    };

    const Index &index;
    const Rows &queries;
    const Whose &whose;
    const Answer &answer;
    const bool wide;
    int64_t query[LANES];
    float ceiling[LANES];
    uint8_t coarse_ceiling[LANES];
    std::vector<float> by_column;     // (p, LANES)
    std::vector<float> by_lane;       // (LANES, p)
    std::vector<uint8_t> small;       // (LANES, q + p): codes, then numbers of the coarse copy
    std::vector<uint16_t> bits;       // (q, PLANES, LANES): one bit, the code modulo 64
    std::vector<uint64_t> everybody;  // (q,)
    std::vector<Open> pending;
    std::vector<uint64_t> hits;

  public:
    Tile(const Index &index_, const Rows &queries_, const Whose &whose_, const Answer &answer_,
         bool wide_)
        : index(index_), queries(queries_), whose(whose_), answer(answer_), wide(wide_) {
        const Shape &s = index.shape;
        by_column.assign(s.p * LANES, 0);
        by_lane.assign(s.p * LANES, 0);
        small.assign(index.columns() * LANES, 0);
        bits.assign(s.q * PLANES * LANES, 0);
        everybody.assign(s.q, 0);
    }

    void run(const int64_t *which, int count) {
        load(which, count);
        pending.clear();
        pending.push_back(Open{0, {}});
        while (!pending.empty()) {
            Open &open = pending.back();
            uint32_t active = near_enough(open.bound, ceiling);
            const Node &node = index.nodes[open.node];
            pending.pop_back();
            if (!active) continue;
            if (node.left >= 0) {
                descend(node);
                continue;
            }
            for (; active; active &= active - 1) scan(node, __builtin_ctz(active));
        }
    }

  private:
    void load(const int64_t *which, int count) {
        const Shape &s = index.shape;
        std::fill(everybody.begin(), everybody.end(), 0);
        // No bound is within the ceiling of a lane without a query.
        std::fill(ceiling, ceiling + LANES, -1.0f);
        for (int lane = 0; lane < count; ++lane) {
            query[lane] = which[lane];
            ceiling[lane] = std::numeric_limits<float>::infinity();
            coarse_ceiling[lane] = 255;
            const double *x = queries.numbers + which[lane] * s.p;
            const int64_t *a = queries.codes + which[lane] * s.q;
            uint8_t *to = small.data() + lane * index.columns();
            for (int j = 0; j < s.p; ++j) {
                float v = s.fine(x[j], j);
                by_column[j * LANES + lane] = v;
                by_lane[lane * s.p + j] = v;
                if (L1) to[s.q + j] = s.coarse(x[j], j);
            }
            for (int j = 0; j < s.q; ++j) {
                to[j] = static_cast<uint8_t>(a[j]);
                int level = static_cast<int>(a[j] & 63);
                for (int plane = 0; plane < PLANES; ++plane)
                    bits[(j * PLANES + plane) * LANES + lane] =
                        static_cast<uint16_t>(level / 16 == plane ? 1 << (level % 16) : 0);
                everybody[j] |= uint64_t{1} << level;
            }
        }
    }

    void descend(const Node &node) {
        Open left{node.left, {}}, right{node.right, {}};
        Reached to_left = look(left), to_right = look(right);
        // The nearer box is opened first: what is found there closes others.
        bool left_first = to_left.total <= to_right.total;
        if (left_first && to_right.near) pending.push_back(right);
        if (to_left.near) pending.push_back(left);
        if (!left_first && to_right.near) pending.push_back(right);
    }

    Reached look(Open &open) const {
        const Shape &s = index.shape;
        size_t at = static_cast<size_t>(open.node);
        Boxed box{by_column.data(),
                  bits.data(),
                  everybody.data(),
                  index.low.data() + at * s.p,
                  index.high.data() + at * s.p,
                  index.levels.data() + at * s.q,
                  s.fine_weights.data(),
                  s.p,
                  s.q};
        return bound<L1>(box, ceiling, open.bound);
    }

    void scan(const Node &leaf, int lane) {
        const Shape &s = index.shape;
        int64_t m = Index::padded(leaf);
        hits.resize(m / GROUP);
        Leaf rows{index.coarse.data() + leaf.offset * index.columns(),
                  index.fine.data() + leaf.offset * s.p,
                  m,
                  s.p,
                  s.q,
                  s.steps.data(),
                  s.fine_weights.data(),
                  small.data() + lane * index.columns(),
                  by_lane.data() + lane * s.p,
                  coarse_ceiling[lane],
                  ceiling[lane]};
        if (wide) filter_avx512<L1>(rows, hits.data());
        else filter_avx2<L1>(rows, hits.data());
        Best best{answer.distances + query[lane] * answer.k, answer.ids + query[lane] * answer.k,
                  answer.k};
        const double *x = queries.numbers + query[lane] * s.p;
        const int64_t *a = queries.codes + query[lane] * s.q;
        int64_t me = whose.asking ? whose.asking[query[lane]] : 0;
        double before = best.last();
        for (int64_t g = 0; g < m / GROUP; ++g) {
            for (uint64_t left = hits[g]; left; left &= left - 1) {
                int64_t at = leaf.begin + g * GROUP + __builtin_ctzll(left);
                if (at >= leaf.end) break;
                int64_t row = index.order[at];
                if (whose.asking && whose.owning[row] == me) continue;
                best.offer(s.exact(x, a, index.rows.numbers + row * s.p,
                                   index.rows.codes + row * s.q), row);
            }
        }
        if (best.last() < before) tighten(lane, best.last());
    }

    void tighten(int lane, double distance) {
        const Shape &s = index.shape;
        // The sum may have been rounded when it was divided, or its root drawn.
        double sum = (L1 ? distance * s.divisor : distance * distance) * (1 + 1e-12);
        coarse_ceiling[lane] = s.coarse_ceiling(sum);
        ceiling[lane] = s.fine_ceiling(sum);
    }
};

// The queries in the order of the leaves in which they would lie.
inline std::vector<int64_t> by_place(const Index &index, const Rows &queries, int threads) {
    std::vector<std::pair<int64_t, int64_t>> places(queries.n);
#pragma omp parallel for schedule(static) num_threads(threads)
    for (int64_t i = 0; i < queries.n; ++i) {
        int home = index.home(queries.numbers + i * index.shape.p, queries.codes + i * index.shape.q);
        places[i] = {index.nodes[home].begin, i};
    }
    std::sort(places.begin(), places.end());
    std::vector<int64_t> sorted(queries.n);
    for (int64_t i = 0; i < queries.n; ++i) sorted[i] = places[i].second;
    return sorted;
}

template <bool L1>
void search_as(const Index &index, const Rows &queries, const Whose &whose, const Answer &answer,
               bool wide, int threads) {
    std::vector<int64_t> sorted = by_place(index, queries, threads);
    int64_t tiles = (queries.n + LANES - 1) / LANES;
    std::atomic<int64_t> next{0};
    std::atomic<bool> failed{false};
#pragma omp parallel num_threads(threads)
    {
        // No exception may leave a thread.
        try {
            Tile<L1> tile(index, queries, whose, answer, wide);
            for (int64_t t = next++; t < tiles && !failed; t = next++) {
                int64_t first = t * LANES;
                tile.run(sorted.data() + first,
                         static_cast<int>(std::min<int64_t>(LANES, queries.n - first)));
            }
        } catch (const std::exception &) {
            failed = true;
        }
    }
    if (failed) throw std::bad_alloc();
}

inline void search(const Index &index, const Rows &queries, const Whose &whose,
                   const Answer &answer, bool wide, int threads) {
    if (threads == 0) threads = omp_get_max_threads();
    std::fill(answer.distances, answer.distances + queries.n * answer.k,
              std::numeric_limits<double>::infinity());
    std::fill(answer.ids, answer.ids + queries.n * answer.k, int64_t{-1});
    if (index.shape.is_l1) search_as<true>(index, queries, whose, answer, wide, threads);
    else search_as<false>(index, queries, whose, answer, wide, threads);
}

}  // namespace synthgate
