// Exact k nearest rows of mixed tables: the native engine behind audit/space/neighbours/kernel.py.
//
// Three stages, each cheaper than the next one is exact:
//   1. a tree of boxes: a box whose nearest corner is too far away is never opened;
//   2. filters over the rows of a box, one byte and then 32 bits for each value, which never
//      overstate a distance by more than a proven slack;
//   3. what passes is measured in float64, columns added in the same order as points.measure.
// The answer is therefore the exact one, ties to the lower row, whatever the processor, the number
// of threads or the order of the queries.

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "kernel_index.hpp"
#include "kernel_search.hpp"

namespace {

using namespace synthgate;

const char *CAPSULE = "synthgate.index";

struct Buffer {
    Py_buffer view{};
    bool held = false;
    bool take(PyObject *object, bool writable) {
        int flags = PyBUF_C_CONTIGUOUS | (writable ? PyBUF_WRITABLE : 0);
        held = PyObject_GetBuffer(object, &view, flags) == 0;
        return held;
    }
    template <typename T> T *as() { return static_cast<T *>(view.buf); }
    // Whether it holds so many values of 8 bytes.
    bool holds(Py_ssize_t values) const {
        if (view.len == values * 8) return true;
        PyErr_SetString(PyExc_ValueError, "an array has the wrong size or type");
        return false;
    }
    ~Buffer() { if (held) PyBuffer_Release(&view); }
};

void destroy(PyObject *capsule) {
    delete static_cast<Index *>(PyCapsule_GetPointer(capsule, CAPSULE));
}

// build(numbers, codes, weights, reach, is_l1, divisor, n, p, q, threads) -> index.
// `reach` holds the lowest and the highest value of each number over queries and rows, (2, p).
// The index points into numbers and codes: the caller keeps them alive.
PyObject *build(PyObject *, PyObject *args) {
    PyObject *numbers, *codes, *weights, *reach;
    int is_l1;
    double divisor;
    Py_ssize_t n, p, q;
    int threads;
    if (!PyArg_ParseTuple(args, "OOOOpdnnni", &numbers, &codes, &weights, &reach, &is_l1, &divisor,
                          &n, &p, &q, &threads))
        return nullptr;
    Buffer bn, bc, bw, br;
    if (!bn.take(numbers, false) || !bc.take(codes, false) || !bw.take(weights, false) ||
        !br.take(reach, false))
        return nullptr;
    if (!bn.holds(n * p) || !bc.holds(n * q) || !bw.holds(q) || !br.holds(2 * p)) return nullptr;
    Rows rows{bn.as<double>(), bc.as<int64_t>(), static_cast<int64_t>(n)};
    Shape shape(bw.as<double>(), br.as<double>(), static_cast<int>(p), static_cast<int>(q),
                is_l1 != 0, divisor);
    Index *index = nullptr;
    bool failed = false;
    Py_BEGIN_ALLOW_THREADS
    try {
        index = new Index(rows, shape, threads);
    } catch (const std::exception &) {
        failed = true;
    }
    Py_END_ALLOW_THREADS
    if (failed) return PyErr_NoMemory();
    return PyCapsule_New(index, CAPSULE, destroy);
}

// query(index, numbers, codes, n, k, owners_of_queries | None, owners_of_rows | None,
//       distances, ids, wide, threads): fills distances (float64) and ids (int64), both (n, k).
PyObject *query(PyObject *, PyObject *args) {
    PyObject *capsule, *numbers, *codes, *asking, *owning, *distances, *ids;
    Py_ssize_t n, k;
    int wide, threads;
    if (!PyArg_ParseTuple(args, "OOOnnOOOOpi", &capsule, &numbers, &codes, &n, &k, &asking, &owning,
                          &distances, &ids, &wide, &threads))
        return nullptr;
    auto *index = static_cast<Index *>(PyCapsule_GetPointer(capsule, CAPSULE));
    if (!index) return nullptr;
    Buffer bn, bc, ba, bo, bd, bi;
    if (!bn.take(numbers, false) || !bc.take(codes, false) || !bd.take(distances, true) ||
        !bi.take(ids, true))
        return nullptr;
    if (asking != Py_None && (!ba.take(asking, false) || !bo.take(owning, false))) return nullptr;
    if (k < 1) return PyErr_Format(PyExc_ValueError, "at least one neighbour must be asked for");
    if (!bn.holds(n * index->shape.p) || !bc.holds(n * index->shape.q) || !bd.holds(n * k) ||
        !bi.holds(n * k) || (ba.held && (!ba.holds(n) || !bo.holds(index->rows.n))))
        return nullptr;
    Rows rows{bn.as<double>(), bc.as<int64_t>(), static_cast<int64_t>(n)};
    Answer answer{bd.as<double>(), bi.as<int64_t>(), static_cast<int>(k)};
    Whose whose{ba.held ? ba.as<int64_t>() : nullptr, bo.held ? bo.as<int64_t>() : nullptr};
    bool failed = false;
    Py_BEGIN_ALLOW_THREADS
    try {
        search(*index, rows, whose, answer, wide != 0, threads);
    } catch (const std::exception &) {
        failed = true;
    }
    Py_END_ALLOW_THREADS
    if (failed) return PyErr_NoMemory();
    Py_RETURN_NONE;
}

// level() -> "avx512", "avx2", or "" where this processor has neither.
PyObject *level(PyObject *, PyObject *) {
    return PyUnicode_FromString(has_avx512() ? "avx512" : has_avx2() ? "avx2" : "");
}

PyMethodDef METHODS[] = {
    {"build", build, METH_VARARGS, "Index reference rows."},
    {"query", query, METH_VARARGS, "Search the nearest rows of every query."},
    {"level", level, METH_NOARGS, "Name the instructions that are used."},
    {nullptr, nullptr, 0, nullptr},
};

PyModuleDef MODULE = {PyModuleDef_HEAD_INIT, "_kernel", "Exact nearest neighbours.", -1, METHODS,
                      nullptr, nullptr, nullptr, nullptr};

}  // namespace

PyMODINIT_FUNC PyInit__kernel() { return PyModule_Create(&MODULE); }
