/* What a decode step spends its time on, for CPUs with AVX-512 and VNNI, a call each: products in
 * 8 bits with the rounding and scaling around them, and attention of few queries.
 *
 * Numbers come and go as bfloat16 and are computed in 32 bits; NaN stays NaN. `threads` is of
 * OpenMP, whose workers are PyTorch's own. Called by native/__init__.py, which holds the
 * contract of each function and checks what it passes; nothing here is checked again.
 */
#include <immintrin.h>
#include <math.h>
#include <omp.h>
#include <stdint.h>
#include <string.h>

#define PANEL 64 /* outputs whose weights lie together: four vectors of 16 */
#define ROWS 6   /* rows multiplied at once: 24 sums, 4 weights and a byte group in 32 registers */
#define FEW 4    /* queries that read a key together */
#define PAIRS 8  /* of a head's numbers, 32 at a time, at most */

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 8") /* so that sums stay in registers */

typedef uint16_t half;

int supported(void)
{
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vnni");
}

/* ---- bfloat16 ------------------------------------------------------------------------- */

INLINE __mmask16 first(long count) /* lanes below count */
{
    return count >= 16 ? 0xffff : (__mmask16)((1u << count) - 1);
}

INLINE __m512 widened(__m256i x)
{
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(x), 16));
}

INLINE __m512i rounded(__m512 x) /* to the nearest even, in the upper 16 bits of each lane */
{
    __m512i bits = _mm512_castps_si512(x);
    __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
    __m512i near = _mm512_add_epi32(bits, _mm512_add_epi32(odd, _mm512_set1_epi32(0x7fff)));
    __mmask16 nan = _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q);
    return _mm512_mask_mov_epi32(near, nan, _mm512_set1_epi32(0x7fc00000));
}

/* Masks only where a row ends: masked stores are slow, and loads that follow them wait. */
INLINE __m512 load(const half *x, __mmask16 lanes)
{
    if (lanes == 0xffff)
        return widened(_mm256_loadu_si256((const __m256i *)x));
    return widened(_mm256_maskz_loadu_epi16(lanes, x));
}

INLINE void store(half *y, __mmask16 lanes, __m512 x)
{
    __m256i low = _mm512_cvtepi32_epi16(_mm512_srli_epi32(rounded(x), 16));
    if (lanes == 0xffff)
        _mm256_storeu_si256((__m256i *)y, low);
    else
        _mm256_mask_storeu_epi16(y, lanes, low);
}

/* 32 numbers as two vectors, of those at even places and those at odd ones: no shuffle. */
INLINE void load_pairs(const half *x, __m512 *even, __m512 *odd)
{
    __m512i both = _mm512_loadu_si512(x);
    *even = _mm512_castsi512_ps(_mm512_slli_epi32(both, 16));
    *odd = _mm512_castsi512_ps(_mm512_and_si512(both, _mm512_set1_epi32((int)0xffff0000)));
}

INLINE void store_pairs(half *y, __m512 even, __m512 odd)
{
    __m512i low = _mm512_srli_epi32(rounded(even), 16);
    __m512i high = _mm512_and_si512(rounded(odd), _mm512_set1_epi32((int)0xffff0000));
    _mm512_storeu_si512(y, _mm512_or_si512(low, high));
}

INLINE __m512 exponential(__m512 x) /* Cephes' expf: 2 ulp; 0 below -87, infinite above 89 */
{
    __mmask16 none = _mm512_cmp_ps_mask(x, _mm512_set1_ps(-87.0f), _CMP_LT_OQ);
    x = _mm512_min_ps(_mm512_set1_ps(100.0f), x); /* NaN, the second operand, stays */
    __m512 n = _mm512_roundscale_ps(_mm512_mul_ps(x, _mm512_set1_ps(1.44269504f)), 0);
    __m512 r = _mm512_fnmadd_ps(n, _mm512_set1_ps(0.693359375f), x);
    r = _mm512_fnmadd_ps(n, _mm512_set1_ps(-2.12194440e-4f), r);
    __m512 p = _mm512_set1_ps(1.9875691500e-4f);
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.3981999507e-3f));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(8.3334519073e-3f));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(4.1665795894e-2f));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.6666665459e-1f));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(5.0000001201e-1f));
    p = _mm512_fmadd_ps(_mm512_mul_ps(p, r), r, _mm512_add_ps(r, _mm512_set1_ps(1.0f)));
    return _mm512_mask_mov_ps(_mm512_scalef_ps(p, n), none, _mm512_setzero_ps());
}

/* ---- products in 8 bits ------------------------------------------------------------------ */

/* Weights [out, in] by panels: [out / 64][in / 4][64][4], zeros where out or in end before. `sums`
 * holds 128 times each output's weights, which bytes without a sign add to its products. */
void pack(const int8_t *weight, long out, long in, int8_t *packed, int32_t *sums)
{
    long padded = (in + 3) / 4 * 4, panels = (out + PANEL - 1) / PANEL;
    memset(packed, 0, panels * PANEL * padded);
    memset(sums, 0, panels * PANEL * sizeof *sums);
    for (long n = 0; n < out; n++)
        for (long k = 0; k < in; k++) {
            long at = n / PANEL * PANEL * padded + k / 4 * 4 * PANEL + n % PANEL * 4 + k % 4;
            packed[at] = weight[n * in + k];
            sums[n] += 128 * weight[n * in + k];
        }
}

/* A row as bytes around 128; returns what a step of one is worth, NaN for rows with no such. */
static float bytes_of(const half *x, long in, long padded, uint8_t *bytes)
{
    __m512i most = _mm512_setzero_si512(), magnitude = _mm512_set1_epi16(0x7fff);
    for (long k = 0; k < in; k += 32) {
        __mmask32 lanes = in - k >= 32 ? 0xffffffffu : (1u << (in - k)) - 1;
        __m512i some = _mm512_maskz_loadu_epi16(lanes, x + k);
        most = _mm512_max_epu16(most, _mm512_and_si512(some, magnitude));
    }
    uint16_t each[32], largest = 0;
    _mm512_storeu_si512(each, most);
    for (int i = 0; i < 32; i++)
        largest = each[i] > largest ? each[i] : largest;
    if (largest >= 0x7f80) { /* infinite or NaN */
        memset(bytes, 128, padded);
        return NAN;
    }
    uint32_t bits = (uint32_t)largest << 16;
    float scale;
    memcpy(&scale, &bits, 4);
    scale = fmaxf(scale, 1e-6f) * (1.0f / 127.0f);
    __m512 inverse = _mm512_set1_ps(1.0f / scale);
    for (long k = 0; k < padded; k += 16) {
        __m512 some = load(x + k, first(in > k ? in - k : 0));
        __m512i whole = _mm512_cvtps_epi32(_mm512_mul_ps(some, inverse));
        __m128i signs = _mm_xor_si128(_mm512_cvtepi32_epi8(whole), _mm_set1_epi8((char)0x80));
        _mm_mask_storeu_epi8(bytes + k, first(padded - k), signs);
    }
    return scale;
}

struct product {
    const uint8_t *bytes; /* [rows, padded] */
    const float *steps;   /* [rows] */
    const int8_t *weight;
    const float *scales; /* [out], and zeros up to a whole panel, as sums and bias */
    const int32_t *sums;
    const float *bias;
    half *y; /* [rows, out] */
    long padded, out;
};

INLINE void tile(const int rows, const struct product *p, long row, long panel)
{
    __m512i sums[ROWS][4];
    UNROLL
    for (int r = 0; r < rows; r++)
        UNROLL
        for (int c = 0; c < 4; c++)
            sums[r][c] = _mm512_setzero_si512();
    const uint8_t *x = p->bytes + row * p->padded;
    const int8_t *w = p->weight + panel * PANEL * p->padded;
    for (long k = 0; k < p->padded; k += 4, w += 4 * PANEL) {
        __m512i weights[4];
        UNROLL
        for (int c = 0; c < 4; c++)
            weights[c] = _mm512_loadu_si512(w + 64 * c);
        UNROLL
        for (int r = 0; r < rows; r++) {
            int32_t four;
            memcpy(&four, x + r * p->padded + k, 4);
            __m512i group = _mm512_set1_epi32(four);
            UNROLL
            for (int c = 0; c < 4; c++)
                sums[r][c] = _mm512_dpbusd_epi32(sums[r][c], group, weights[c]);
        }
    }
    UNROLL
    for (int c = 0; c < 4; c++) {
        long n = panel * PANEL + 16 * c;
        if (n >= p->out)
            break;
        __m512i extra = _mm512_loadu_si512(p->sums + n);
        __m512 scale = _mm512_loadu_ps(p->scales + n), bias = _mm512_loadu_ps(p->bias + n);
        UNROLL
        for (int r = 0; r < rows; r++) {
            __m512 sum = _mm512_cvtepi32_ps(_mm512_sub_epi32(sums[r][c], extra));
            __m512 step = _mm512_set1_ps(p->steps[row + r]);
            __m512 y = _mm512_fmadd_ps(_mm512_mul_ps(sum, scale), step, bias);
            store(p->y + (row + r) * p->out + n, first(p->out - n), y);
        }
    }
}

void product(const half *x, long rows, long in, const int8_t *weight, const float *scales,
             const int32_t *sums, const float *bias, long out, half *y, uint8_t *bytes, float *steps,
             int threads)
{
    long padded = (in + 3) / 4 * 4, panels = (out + PANEL - 1) / PANEL;
    struct product p = {bytes, steps, weight, scales, sums, bias, y, padded, out};
#pragma omp parallel num_threads(threads)
    {
#pragma omp for schedule(static)
        for (long r = 0; r < rows; r++)
            steps[r] = bytes_of(x + r * in, in, padded, bytes + r * padded);
#pragma omp for schedule(static) nowait
        for (long panel = 0; panel < panels; panel++)
            for (long row = 0; row < rows; row += ROWS)
                switch (rows - row) {
                case 1: tile(1, &p, row, panel); break;
                case 2: tile(2, &p, row, panel); break;
                case 3: tile(3, &p, row, panel); break;
                case 4: tile(4, &p, row, panel); break;
                case 5: tile(5, &p, row, panel); break;
                default: tile(6, &p, row, panel);
                }
    }
}

/* ---- attention of few queries -------------------------------------------------------------- */

struct attention {
    const half *queries, *keys, *values, *mask;
    const int64_t *steps; /* between batches, heads, rows: of queries, keys, values, mask */
    long heads, count, length, width;
    float scale;
    half *y; /* [batch, count, heads, width] */
};

INLINE void read_keys(const int few, const struct attention *a, long batch, long head, long query,
                      float *scores)
{
    const int64_t *s = a->steps;
    __m512 wanted[FEW][2 * PAIRS];
    int pairs = a->width / 32;
    for (int i = 0; i < few; i++) {
        const half *q = a->queries + batch * s[0] + head * s[1] + (query + i) * s[2];
        for (int c = 0; c < pairs; c++)
            load_pairs(q + 32 * c, &wanted[i][2 * c], &wanted[i][2 * c + 1]);
    }
    const half *k = a->keys + batch * s[3] + head * s[4];
    for (long at = 0; at < a->length; at++, k += s[5]) {
        __m512 sums[FEW];
        for (int i = 0; i < few; i++)
            sums[i] = _mm512_setzero_ps();
        for (int c = 0; c < pairs; c++) {
            __m512 even, odd;
            load_pairs(k + 32 * c, &even, &odd);
            for (int i = 0; i < few; i++) {
                sums[i] = _mm512_fmadd_ps(even, wanted[i][2 * c], sums[i]);
                sums[i] = _mm512_fmadd_ps(odd, wanted[i][2 * c + 1], sums[i]);
            }
        }
        for (int i = 0; i < few; i++)
            scores[i * a->length + at] = a->scale * _mm512_reduce_add_ps(sums[i]);
    }
}

/* Scores to weights that sum to one; what the mask hides weighs nothing at all. */
static void soften(float *scores, long length, const half *mask)
{
    __m512 most = _mm512_set1_ps(-INFINITY);
    for (long at = 0; at < length; at += 16) {
        __mmask16 lanes = first(length - at);
        __m512 score = _mm512_maskz_loadu_ps(lanes, scores + at);
        if (mask) {
            score = _mm512_add_ps(score, load(mask + at, lanes));
            _mm512_mask_storeu_ps(scores + at, lanes, score);
        }
        most = _mm512_mask_max_ps(most, lanes, most, score);
    }
    __m512 peak = _mm512_set1_ps(_mm512_reduce_max_ps(most)), total = _mm512_setzero_ps();
    for (long at = 0; at < length; at += 16) {
        __mmask16 lanes = first(length - at);
        __m512 part = exponential(_mm512_sub_ps(_mm512_maskz_loadu_ps(lanes, scores + at), peak));
        total = _mm512_mask_add_ps(total, lanes, total, part);
        _mm512_mask_storeu_ps(scores + at, lanes, part);
    }
    __m512 share = _mm512_set1_ps(1.0f / _mm512_reduce_add_ps(total));
    for (long at = 0; at < length; at += 16) {
        __mmask16 lanes = first(length - at);
        __m512 part = _mm512_mul_ps(_mm512_maskz_loadu_ps(lanes, scores + at), share);
        _mm512_mask_storeu_ps(scores + at, lanes, part);
    }
}

INLINE void mix_values(const int few, const struct attention *a, long batch, long head, long query,
                       const float *weights)
{
    const int64_t *s = a->steps;
    for (int c = 0; c < a->width / 32; c++) {
        const half *v = a->values + batch * s[6] + head * s[7] + 32 * c;
        __m512 even[FEW], odd[FEW];
        for (int i = 0; i < few; i++)
            even[i] = odd[i] = _mm512_setzero_ps();
        for (long at = 0; at < a->length; at++, v += s[8]) {
            __m512 low, high;
            load_pairs(v, &low, &high);
            for (int i = 0; i < few; i++) {
                __m512 weight = _mm512_set1_ps(weights[i * a->length + at]);
                even[i] = _mm512_fmadd_ps(weight, low, even[i]);
                odd[i] = _mm512_fmadd_ps(weight, high, odd[i]);
            }
        }
        for (int i = 0; i < few; i++)
            store_pairs(a->y + ((batch * a->count + query + i) * a->heads + head) * a->width + 32 * c,
                        even[i], odd[i]);
    }
}

INLINE void read_some(const int few, const struct attention *a, long batch, long head, long query,
                      float *scores)
{
    read_keys(few, a, batch, head, query, scores);
    for (int i = 0; i < few; i++) {
        const int64_t *s = a->steps + 9;
        const half *mask = a->mask ? a->mask + batch * s[0] + head * s[1] + (query + i) * s[2] : NULL;
        soften(scores + i * a->length, a->length, mask);
    }
    mix_values(few, a, batch, head, query, scores);
}

/* `room` is of FEW * length scores for each thread. */
void attend(const half *queries, const half *keys, const half *values, const half *mask,
            const int64_t *steps, long batch, long heads, long count, long length, long width,
            float scale, half *y, float *room, int threads)
{
    struct attention a = {queries, keys, values, mask, steps, heads, count, length, width, scale, y};
#pragma omp parallel num_threads(threads)
    {
        float *scores = room + omp_get_thread_num() * FEW * length;
#pragma omp for schedule(static) nowait
        for (long one = 0; one < batch * heads; one++)
            for (long query = 0; query < count; query += FEW) {
                long b = one / heads, h = one % heads;
                switch (count - query) {
                case 1: read_some(1, &a, b, h, query, scores); break;
                case 2: read_some(2, &a, b, h, query, scores); break;
                case 3: read_some(3, &a, b, h, query, scores); break;
                default: read_some(4, &a, b, h, query, scores);
                }
            }
    }
}
