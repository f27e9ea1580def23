// The filters: which rows may be near enough, 64 rows a bit mask, and how near a box may be.
//
// What they add up never overstates a distance by more than Shape::coarse_ceiling and fine_ceiling
// allow for, so a row that does not pass is certainly too far. Mismatches are counted first: where
// they alone are too much for all 64 rows, the numbers are not looked at.
#pragma once

#include <cstdint>

#if defined(__x86_64__)
#include <immintrin.h>
#define SYNTHGATE_AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")))
#define SYNTHGATE_AVX2 __attribute__((target("avx2,fma")))
#endif

namespace synthgate {

constexpr int LANES = 16;  // queries that go through the tree together
constexpr int PLANES = 4;  // 64 levels of a code are kept as four words of 16 bits

// Sixteen queries, column after column, and a box: numbers between low and high, codes modulo 64 in
// levels.
struct Boxed {
    const float *x;             // (p, LANES)
    const uint16_t *bits;       // (q, PLANES, LANES): one bit set, the code modulo 64
    const uint64_t *everybody;  // (q,): the bits of all lanes
    const float *low, *high;    // (p,)
    const uint64_t *levels;     // (q,)
    const float *weights;       // (q,)
    int p, q;
};

struct Reached {
    uint32_t near;  // lanes for which the box may hold a row that is near enough
    float total;    // sum of the bounds
};

// Rows of a leaf, column after column, `m` rows each (a multiple of 64), and one query.
struct Leaf {
    const uint8_t *coarse;  // q codes, then p numbers
    const float *fine;      // p numbers
    int64_t m;
    int p, q;
    const uint8_t *steps;   // (q,)
    const float *weights;   // (q,)
    const uint8_t *small;   // the query: q codes, then p numbers
    const float *x;         // the query: p numbers
    uint8_t coarse_ceiling;
    float fine_ceiling;
};

#if defined(__x86_64__)

inline bool has_avx512() {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("fma");
}
inline bool has_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

// ---- boxes: the smallest sum of any row in the box, for every lane

// All ones where no row of the box has the lane's code.
SYNTHGATE_AVX2 inline __m256i missing(const uint16_t *bits, uint64_t levels) {
    __m256i met = _mm256_setzero_si256();
    for (int plane = 0; plane < PLANES; ++plane) {
        __m256i held = _mm256_set1_epi16(static_cast<short>(levels >> (16 * plane)));
        const auto *at = reinterpret_cast<const __m256i *>(bits + plane * LANES);
        met = _mm256_or_si256(met, _mm256_and_si256(held, _mm256_loadu_si256(at)));
    }
    return _mm256_cmpeq_epi16(met, _mm256_setzero_si256());
}

template <bool L1> SYNTHGATE_AVX2 inline __m256 added(__m256 sum, __m256 gap) {
    if (L1) return _mm256_add_ps(sum, _mm256_andnot_ps(_mm256_set1_ps(-0.0f), gap));
    return _mm256_fmadd_ps(gap, gap, sum);
}

// Which lanes have a bound within their ceiling, a bit each.
SYNTHGATE_AVX2 inline uint32_t near_enough(const float *bounds, const float *ceilings) {
    uint32_t near = 0;
    for (int i = 0; i < 2; ++i) {
        __m256 least = _mm256_loadu_ps(bounds + 8 * i), most = _mm256_loadu_ps(ceilings + 8 * i);
        near |= static_cast<uint32_t>(_mm256_movemask_ps(_mm256_cmp_ps(least, most, _CMP_LE_OQ)))
                << (8 * i);
    }
    return near;
}

template <bool L1> SYNTHGATE_AVX2 inline Reached bound(const Boxed &box, const float *ceilings, float *out) {
    __m256 sum[2] = {_mm256_setzero_ps(), _mm256_setzero_ps()};
    for (int j = 0; j < box.p; ++j) {
        __m256 low = _mm256_set1_ps(box.low[j]), high = _mm256_set1_ps(box.high[j]);
        for (int i = 0; i < 2; ++i) {
            __m256 x = _mm256_loadu_ps(box.x + j * LANES + 8 * i);
            // The gap to the nearest number of the box is 0 inside.
            __m256 nearest = _mm256_min_ps(_mm256_max_ps(x, low), high);
            sum[i] = added<L1>(sum[i], _mm256_sub_ps(x, nearest));
        }
    }
    for (int j = 0; j < box.q; ++j) {
        if ((box.levels[j] & box.everybody[j]) == box.everybody[j]) continue;
        __m256i off = missing(box.bits + j * PLANES * LANES, box.levels[j]);
        __m256 weight = _mm256_set1_ps(box.weights[j]);
        __m256i low = _mm256_cvtepi16_epi32(_mm256_castsi256_si128(off));
        __m256i high = _mm256_cvtepi16_epi32(_mm256_extracti128_si256(off, 1));
        sum[0] = _mm256_add_ps(sum[0], _mm256_and_ps(_mm256_castsi256_ps(low), weight));
        sum[1] = _mm256_add_ps(sum[1], _mm256_and_ps(_mm256_castsi256_ps(high), weight));
    }
    _mm256_storeu_ps(out, sum[0]);
    _mm256_storeu_ps(out + 8, sum[1]);
    __m256 both = _mm256_add_ps(sum[0], sum[1]);
    __m128 half = _mm_add_ps(_mm256_castps256_ps128(both), _mm256_extractf128_ps(both, 1));
    half = _mm_add_ps(half, _mm_movehl_ps(half, half));
    float total = _mm_cvtss_f32(_mm_add_ss(half, _mm_shuffle_ps(half, half, 1)));
    return {near_enough(out, ceilings), total};
}

// ---- 512 bits at a time

// Coarse sums of the mismatches of 64 G rows from row g on.
template <int G> SYNTHGATE_AVX512 inline void mismatches(const Leaf &leaf, int64_t g, __m512i *sum) {
    const uint8_t *column = leaf.coarse + g;
    for (int i = 0; i < G; ++i) sum[i] = _mm512_setzero_si512();
    for (int j = 0; j < leaf.q; ++j, column += leaf.m) {
        __m512i code = _mm512_set1_epi8(static_cast<char>(leaf.small[j]));
        __m512i step = _mm512_set1_epi8(static_cast<char>(leaf.steps[j]));
        for (int i = 0; i < G; ++i) {
            __mmask64 off = _mm512_cmpneq_epu8_mask(_mm512_loadu_si512(column + 64 * i), code);
            sum[i] = _mm512_mask_adds_epu8(sum[i], off, sum[i], step);
        }
    }
}

SYNTHGATE_AVX512 inline __m512i with_numbers(const Leaf &leaf, int64_t g, __m512i sum) {
    const uint8_t *column = leaf.coarse + leaf.q * leaf.m + g;
    for (int j = 0; j < leaf.p; ++j, column += leaf.m) {
        __m512i v = _mm512_loadu_si512(column);
        __m512i x = _mm512_set1_epi8(static_cast<char>(leaf.small[leaf.q + j]));
        sum = _mm512_adds_epu8(sum, _mm512_or_si512(_mm512_subs_epu8(v, x), _mm512_subs_epu8(x, v)));
    }
    return sum;
}

SYNTHGATE_AVX512 inline uint64_t within(const __m512 *sum, __m512 limit) {
    uint64_t near = 0;
    for (int i = 0; i < 4; ++i)
        near |= static_cast<uint64_t>(_mm512_cmp_ps_mask(sum[i], limit, _CMP_LE_OQ)) << (16 * i);
    return near;
}

template <bool L1> SYNTHGATE_AVX512 inline uint64_t fine_avx512(const Leaf &leaf, int64_t g) {
    __m512 sum[4] = {_mm512_setzero_ps(), _mm512_setzero_ps(), _mm512_setzero_ps(),
                     _mm512_setzero_ps()};
    const uint8_t *column = leaf.coarse + g;
    for (int j = 0; j < leaf.q; ++j, column += leaf.m) {
        __m512i code = _mm512_set1_epi8(static_cast<char>(leaf.small[j]));
        uint64_t off = _mm512_cmpneq_epu8_mask(_mm512_loadu_si512(column), code);
        __m512 weight = _mm512_set1_ps(leaf.weights[j]);
        for (int i = 0; i < 4; ++i)
            sum[i] = _mm512_mask_add_ps(sum[i], static_cast<__mmask16>(off >> (16 * i)), sum[i],
                                        weight);
    }
    const __m512 limit = _mm512_set1_ps(leaf.fine_ceiling);
    const float *number = leaf.fine + g;
    uint64_t near = 0;
    for (int j = 0; j < leaf.p;) {
        // Half of the numbers are often enough to tell that nothing here is near.
        for (int stop = j ? leaf.p : (leaf.p + 1) / 2; j < stop; ++j, number += leaf.m) {
            __m512 x = _mm512_set1_ps(leaf.x[j]);
            for (int i = 0; i < 4; ++i) {
                __m512 gap = _mm512_sub_ps(_mm512_loadu_ps(number + 16 * i), x);
                if (L1) sum[i] = _mm512_add_ps(sum[i], _mm512_abs_ps(gap));
                else sum[i] = _mm512_fmadd_ps(gap, gap, sum[i]);
            }
        }
        near = within(sum, limit);
        if (!near) return 0;
    }
    return leaf.p ? near : within(sum, limit);
}

template <bool L1, int G>
SYNTHGATE_AVX512 inline void filter_groups(const Leaf &leaf, int64_t g, uint64_t *hits) {
    const __m512i limit = _mm512_set1_epi8(static_cast<char>(leaf.coarse_ceiling));
    __m512i sum[G];
    mismatches<G>(leaf, g, sum);
    for (int i = 0; i < G; ++i) {
        uint64_t near = _mm512_cmple_epu8_mask(sum[i], limit);
        if (L1 && near) near = _mm512_cmple_epu8_mask(with_numbers(leaf, g + 64 * i, sum[i]), limit);
        hits[g / 64 + i] = near ? near & fine_avx512<L1>(leaf, g + 64 * i) : 0;
    }
}

template <bool L1>
SYNTHGATE_AVX512 inline void filter_avx512(const Leaf &leaf, uint64_t *hits) {
    int64_t g = 0;
    if (leaf.coarse_ceiling == 255) {
        for (; g < leaf.m; g += 64) hits[g / 64] = fine_avx512<L1>(leaf, g);
        return;
    }
    for (; g + 256 <= leaf.m; g += 256) filter_groups<L1, 4>(leaf, g, hits);
    if (g + 128 <= leaf.m) filter_groups<L1, 2>(leaf, g, hits), g += 128;
    if (g < leaf.m) filter_groups<L1, 1>(leaf, g, hits);
}

// ---- the same, 256 bits at a time

SYNTHGATE_AVX2 inline __m256i load(const uint8_t *at) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i *>(at));
}

SYNTHGATE_AVX2 inline uint32_t at_most(__m256i sum, __m256i limit) {
    return static_cast<uint32_t>(
        _mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_max_epu8(sum, limit), limit)));
}

template <bool L1> SYNTHGATE_AVX2 inline uint32_t coarse_avx2(const Leaf &leaf, int64_t g) {
    const __m256i limit = _mm256_set1_epi8(static_cast<char>(leaf.coarse_ceiling));
    __m256i sum = _mm256_setzero_si256();
    const uint8_t *column = leaf.coarse + g;
    for (int j = 0; j < leaf.q; ++j, column += leaf.m) {
        __m256i code = _mm256_set1_epi8(static_cast<char>(leaf.small[j]));
        __m256i step = _mm256_set1_epi8(static_cast<char>(leaf.steps[j]));
        sum = _mm256_adds_epu8(sum, _mm256_andnot_si256(_mm256_cmpeq_epi8(load(column), code), step));
    }
    uint32_t near = at_most(sum, limit);
    if (!L1 || !near) return near;
    for (int j = 0; j < leaf.p; ++j, column += leaf.m) {
        __m256i v = load(column), x = _mm256_set1_epi8(static_cast<char>(leaf.small[leaf.q + j]));
        sum = _mm256_adds_epu8(sum, _mm256_or_si256(_mm256_subs_epu8(v, x), _mm256_subs_epu8(x, v)));
    }
    return at_most(sum, limit);
}

SYNTHGATE_AVX2 inline uint32_t within(const __m256 *sum, __m256 limit) {
    uint32_t near = 0;
    for (int i = 0; i < 4; ++i)
        near |= static_cast<uint32_t>(_mm256_movemask_ps(_mm256_cmp_ps(sum[i], limit, _CMP_LE_OQ)))
                << (8 * i);
    return near;
}

template <bool L1> SYNTHGATE_AVX2 inline uint32_t fine_avx2(const Leaf &leaf, int64_t g) {
    __m256 sum[4] = {_mm256_setzero_ps(), _mm256_setzero_ps(), _mm256_setzero_ps(),
                     _mm256_setzero_ps()};
    const uint8_t *column = leaf.coarse + g;
    for (int j = 0; j < leaf.q; ++j, column += leaf.m) {
        __m256i code = _mm256_set1_epi8(static_cast<char>(leaf.small[j]));
        __m256i same = _mm256_cmpeq_epi8(load(column), code);
        __m256 weight = _mm256_set1_ps(leaf.weights[j]);
        __m128i half[2] = {_mm256_castsi256_si128(same), _mm256_extracti128_si256(same, 1)};
        for (int i = 0; i < 4; ++i) {
            __m128i bytes = i % 2 ? _mm_srli_si128(half[i / 2], 8) : half[i / 2];
            __m256 mask = _mm256_castsi256_ps(_mm256_cvtepi8_epi32(bytes));
            sum[i] = _mm256_add_ps(sum[i], _mm256_andnot_ps(mask, weight));
        }
    }
    const __m256 limit = _mm256_set1_ps(leaf.fine_ceiling);
    const float *number = leaf.fine + g;
    uint32_t near = 0;
    for (int j = 0; j < leaf.p;) {
        for (int stop = j ? leaf.p : (leaf.p + 1) / 2; j < stop; ++j, number += leaf.m) {
            __m256 x = _mm256_set1_ps(leaf.x[j]);
            for (int i = 0; i < 4; ++i)
                sum[i] = added<L1>(sum[i], _mm256_sub_ps(_mm256_loadu_ps(number + 8 * i), x));
        }
        near = within(sum, limit);
        if (!near) return 0;
    }
    return leaf.p ? near : within(sum, limit);
}

template <bool L1> SYNTHGATE_AVX2 inline void filter_avx2(const Leaf &leaf, uint64_t *hits) {
    for (int64_t g = 0; g < leaf.m; g += 32) {
        uint32_t near = leaf.coarse_ceiling == 255 ? ~uint32_t{0} : coarse_avx2<L1>(leaf, g);
        uint64_t found = near ? near & fine_avx2<L1>(leaf, g) : 0;
        hits[g / 64] = g % 64 ? hits[g / 64] | found << 32 : found;
    }
}

#else

inline bool has_avx512() { return false; }
inline bool has_avx2() { return false; }
inline uint32_t near_enough(const float *, const float *) { return 0; }
template <bool L1> inline Reached bound(const Boxed &, const float *, float *) { return {0, 0}; }
template <bool L1> inline void filter_avx512(const Leaf &, uint64_t *) {}
template <bool L1> inline void filter_avx2(const Leaf &, uint64_t *) {}

#endif

}  // namespace synthgate
