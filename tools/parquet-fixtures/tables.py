"""The tables: values at the edges of every type, then values that repeat, NULLs among them."""
import random
import uuid
from decimal import Decimal

import numpy as np
import pyarrow as pa

TEXT = ['', 'a', 'žluťoučký kůň', 'longer than twelve bytes', '\U0001f600', 'a', 'common prefix one', 'common prefix two', 'common prefix']


def every(n, values, edges, nulls=5, seed=1):
    """The edges, then n values of what `values` gives, NULL every `nulls` rows (0: none)."""
    rng = random.Random(seed)
    out = list(edges)[:n]
    while len(out) < n:
        out.append(values(rng))
    return [None if nulls and i % nulls == 2 else v for i, v in enumerate(out)]


def flat(n=96, nulls=5):
    """Every type that there is a SQL type for and that pyarrow writes."""
    out = {}

    def add(name, type, values, edges=()):
        out[name] = pa.array(every(n, values, edges, nulls, seed=len(out)), type=type)

    add('bool', pa.bool_(), lambda r: r.random() < 0.3, [True, False])
    for bits in (8, 16, 32, 64):
        top = 2 ** (bits - 1)
        add(f'i{bits}', getattr(pa, f'int{bits}')(), lambda r: r.randrange(-100, 100), [0, 1, 0, -1, top - 1, -top])
        add(f'u{bits}', getattr(pa, f'uint{bits}')(), lambda r: r.randrange(0, 200), [0, 1, 0, 2, 2 * top - 1, top])
    add('f16', pa.float16(), lambda r: np.float16(r.randrange(-50, 50) / 4), [np.float16(v) for v in (0.0, -0.0, 0, 1.5, 65504, float('inf'), float('nan'), 6e-8)])
    add('f32', pa.float32(), lambda r: r.randrange(-50, 50) / 4, [0.0, -0.0, 0, 0.1, 3.4028234663852886e38, float('-inf'), float('nan'), 1e-45])
    add('f64', pa.float64(), lambda r: r.randrange(-50, 50) / 4, [0.0, -0.0, 0, 0.1, 5e-324, float('-inf'), float('nan'), 1.7976931348623157e308])
    add('text', pa.utf8(), lambda r: r.choice(TEXT), TEXT)
    add('large_text', pa.large_utf8(), lambda r: f'value {r.randrange(1000)}', TEXT)
    add('words', pa.dictionary(pa.int8(), pa.utf8()), lambda r: r.choice(['low', 'mid', 'high']))
    add('binary', pa.binary(), lambda r: bytes(r.randrange(256) for _ in range(r.randrange(6))), [b'', b'\0', b'', b'\xff\xfe'])
    add('fixed', pa.binary(3), lambda r: bytes(r.randrange(256) for _ in range(3)), [b'\0\0\0', b'\xff\xfe\xfd'])
    add('uuid', pa.uuid(), lambda r: uuid.UUID(int=r.getrandbits(128)).bytes, [uuid.UUID(int=0).bytes, uuid.UUID(int=2**128 - 1).bytes])
    add('json', pa.json_(), lambda r: '{"k": %d}' % r.randrange(20), ['null', '"x"'])
    for digits, scale in ((9, 2), (18, 4), (38, 3)):
        most = Decimal(10**digits - 1).scaleb(-scale)
        add(f'dec{digits}', pa.decimal128(digits, scale), lambda r: Decimal(r.randrange(-9999, 9999)).scaleb(-scale), [Decimal(0), most, Decimal(0), -most, Decimal(1).scaleb(-scale)])
    add('date', pa.date32(), lambda r: r.randrange(8000, 9000), [0, -1, 0, 19782, -719162, 2932896])
    out['date64'] = pa.array([None if v is None else v * 86400000 for v in every(n, lambda r: r.randrange(8000, 9000), [0, -1], nulls, 99)], pa.int64()).view(pa.date64())
    for unit, scale in (('s', 1), ('ms', 1000), ('us', 10**6), ('ns', 10**9)):
        step = 1000 if unit == 'ns' else 1
        edges = [0, step, 0, -step, 1709214300 * scale, -6 * 10**9 * scale, 9 * 10**9 * scale]
        ticks = every(n, lambda r: r.randrange(-10**6, 10**6) * 1000 * step, edges, nulls, scale)
        out[f'ts_{unit}'] = pa.array(ticks, pa.int64()).cast(pa.timestamp(unit))
        out[f'tz_{unit}'] = pa.array(ticks, pa.int64()).cast(pa.timestamp(unit, tz='Europe/Prague'))
    out['dur_us'] = pa.array(every(n, lambda r: r.randrange(10**9), [0, 1, 0, -1], nulls, 7), pa.int64()).cast(pa.duration('us'))
    return out


DECIMALS = [(1, 0), (1, 1), (2, 1), (4, 2), (5, 0), (9, 0), (9, 9), (10, 2), (18, 0), (18, 18), (19, 0), (19, 5), (28, 10), (37, 0), (38, 0), (38, 19), (38, 38)]


def decimals(n=40):
    out = {}
    for digits, scale in DECIMALS:
        top = 10**digits - 1
        edges = [0, 1, -1, top, -top, top - 1, top // 256, -(top // 256) - 1]
        whole = every(n, lambda r: r.choice([1, -1]) * r.randrange(0, 10 ** r.randrange(1, digits + 1)), edges, 7, digits * 100 + scale)
        out[f'd{digits}_{scale}'] = pa.array([None if v is None else Decimal(v).scaleb(-scale) for v in whole], pa.decimal128(digits, scale))
    return out


def encodings(n=300):
    """name → (array, encoding): every encoding of every physical type, without NULLs, with some, and as REQUIRED columns."""
    rng = random.Random(4)
    i32, i64 = (-(2**31), 2**31 - 1), (-(2**63), 2**63 - 1)
    shapes = {
        'up': lambda i: i * 3, 'same': lambda i: 7, 'small': lambda i: rng.randrange(-9, 9), 'wide': lambda i: rng.randrange(-10**8, 10**8),
        'mixed': lambda i: i if i < 128 else rng.randrange(-10**9, 10**9) if i < 160 else 5,
    }
    out = {}
    for shape, f in shapes.items():
        out[f'i32_{shape}'] = (pa.array([f(i) for i in range(n)], pa.int32()), 'DELTA_BINARY_PACKED')
        out[f'i64_{shape}'] = (pa.array([f(i) * (1 if shape == 'same' else 977) for i in range(n)], pa.int64()), 'DELTA_BINARY_PACKED')
    out['i32_ends'] = (pa.array([i32[i % 2] if i % 5 else 0 for i in range(n)], pa.int32()), 'DELTA_BINARY_PACKED')
    out['i64_ends'] = (pa.array([i64[i % 2] if i % 5 else 0 for i in range(n)], pa.int64()), 'DELTA_BINARY_PACKED')
    out['i64_random'] = (pa.array([rng.randrange(*i64) for _ in range(n)], pa.int64()), 'DELTA_BINARY_PACKED')
    out['u32_delta'] = (pa.array([rng.randrange(0, 2**32) for _ in range(n)], pa.uint32()), 'DELTA_BINARY_PACKED')
    out['u64_delta'] = (pa.array([2**64 - 1 - i for i in range(n)], pa.uint64()), 'DELTA_BINARY_PACKED')
    out['i8_delta'] = (pa.array([rng.randrange(-128, 128) for _ in range(n)], pa.int8()), 'DELTA_BINARY_PACKED')
    out['date_delta'] = (pa.array([8000 + i // 3 for i in range(n)], pa.int32()).view(pa.date32()), 'DELTA_BINARY_PACKED')
    out['ts_delta'] = (pa.array([10**15 + i * 1000003 for i in range(n)], pa.int64()).view(pa.timestamp('us')), 'DELTA_BINARY_PACKED')
    words = [f'{w} {i // 4}' for i, w in zip(range(n), TEXT * n)]
    out['s_length'] = (pa.array(words), 'DELTA_LENGTH_BYTE_ARRAY')
    out['s_front'] = (pa.array(sorted(words)), 'DELTA_BYTE_ARRAY')
    out['s_front_odd'] = (pa.array(words), 'DELTA_BYTE_ARRAY')
    out['s_empty'] = (pa.array([''] * n), 'DELTA_BYTE_ARRAY')
    out['s_plain'] = (pa.array(words), 'PLAIN')
    out['b_length'] = (pa.array([bytes([i % 256]) * (i % 9) for i in range(n)]), 'DELTA_LENGTH_BYTE_ARRAY')
    out['b_front'] = (pa.array([b'\xff\0' * (i % 4) + bytes([i % 256]) for i in range(n)]), 'DELTA_BYTE_ARRAY')
    out['fixed_front'] = (pa.array([b'abc%02d' % (i % 100) for i in range(n)], pa.binary(5)), 'DELTA_BYTE_ARRAY')
    floats = [float('nan'), -0.0, 0.0, float('inf')] + [rng.uniform(-1e3, 1e3) for _ in range(n - 4)]
    out['f32_split'] = (pa.array(floats, pa.float32()), 'BYTE_STREAM_SPLIT')
    out['f64_split'] = (pa.array(floats, pa.float64()), 'BYTE_STREAM_SPLIT')
    out['f16_split'] = (pa.array([np.float16(v) for v in floats], pa.float16()), 'BYTE_STREAM_SPLIT')
    out['i32_split'] = (pa.array([rng.randrange(*i32) for _ in range(n)], pa.int32()), 'BYTE_STREAM_SPLIT')
    out['i64_split'] = (pa.array([rng.randrange(*i64) for _ in range(n)], pa.int64()), 'BYTE_STREAM_SPLIT')
    out['fixed_split'] = (pa.array([bytes(rng.randrange(256) for _ in range(5)) for _ in range(n)], pa.binary(5)), 'BYTE_STREAM_SPLIT')
    out['dec_split'] = (pa.array([Decimal(rng.randrange(-10**20, 10**20)).scaleb(-2) for _ in range(n)], pa.decimal128(25, 2)), 'BYTE_STREAM_SPLIT')
    out['bool_rle'] = (pa.array([i % 50 < 30 if i < 200 else rng.random() < 0.5 for i in range(n)]), 'RLE')
    out['bool_plain'] = (pa.array([rng.random() < 0.5 for i in range(n)]), 'PLAIN')
    out['i32_dict'] = (pa.array([rng.choice([7, -1, 2**31 - 1]) for _ in range(n)], pa.int32()), 'DICT')
    out['i64_dict_one'] = (pa.array([-5] * n, pa.int64()), 'DICT')
    out['s_dict'] = (pa.array([rng.choice(TEXT) for _ in range(n)]), 'DICT')
    out['s_dict_many'] = (pa.array([f'w{i * 7919 % 290}' for i in range(n)]), 'DICT')
    out['dec_dict'] = (pa.array([Decimal(i % 11 - 5) for i in range(n)], pa.decimal128(20, 0)), 'DICT')
    sparse = {}
    for index, (name, (array, encoding)) in enumerate(out.items()):
        keep = [not (i % 7 == 3 or 100 <= i < 130 + index) for i in range(n)]
        sparse[f'{name}_nulls'] = (pa.array([v if k else None for v, k in zip(array.to_pylist() if not pa.types.is_timestamp(array.type) else array.view(pa.int64()).to_pylist(), keep)], pa.int64() if pa.types.is_timestamp(array.type) else array.type), encoding)
        if pa.types.is_timestamp(array.type):
            sparse[f'{name}_nulls'] = (sparse[f'{name}_nulls'][0].view(array.type), encoding)
    return out, sparse


def gaps(n=500):
    """NULLs in every arrangement."""
    rng = random.Random(9)
    where = {
        'none': lambda i: False, 'all': lambda i: True, 'first': lambda i: i == 0, 'last': lambda i: i == n - 1, 'only': lambda i: i != 250,
        'even': lambda i: i % 2 == 0, 'third': lambda i: i % 3 == 1, 'half': lambda i: i < 250, 'block': lambda i: 64 <= i < 320, 'random': lambda i: rng.random() < 0.4,
    }
    kinds = {
        'i': (pa.int32(), lambda i: i * 31 - 999), 's': (pa.utf8(), lambda i: f'text {i}'), 'w': (pa.utf8(), lambda i: TEXT[i % 4]), 'b': (pa.bool_(), lambda i: i % 3 == 0),
        'd': (pa.float64(), lambda i: i / 8),
    }
    return {f'{k}_{w}': pa.array([None if gap(i) else f(i) for i in range(n)], type) for w, gap in where.items() for k, (type, f) in kinds.items()}


def nested(n=90):
    """Lists, structs and maps with NULLs and empties at each level."""
    rng = random.Random(21)

    def maybe(f, p=0.15):
        return None if rng.random() < p else f()

    def many(f, most=4):
        return [f() for _ in range(rng.randrange(0, most))]

    num = lambda: maybe(lambda: rng.randrange(-1000, 1000))
    txt = lambda: maybe(lambda: rng.choice(TEXT))
    dbl = lambda: maybe(lambda: rng.randrange(-99, 99) / 8)
    keys = lambda f: [(f'k{i}', f()) for i in range(rng.randrange(0, 4))]
    i32, utf8, f64 = pa.int32(), pa.utf8(), pa.float64()
    pair = lambda: {'a': num(), 'b': txt()}
    pair_t = pa.struct([('a', pa.int64()), ('b', utf8)])
    spec = {
        'list': (pa.list_(i32), lambda: maybe(lambda: many(num))),
        'list_text': (pa.list_(utf8), lambda: maybe(lambda: many(txt))),
        'list_bool': (pa.list_(pa.bool_()), lambda: maybe(lambda: many(lambda: maybe(lambda: rng.random() < 0.5)))),
        'list_f32': (pa.list_(pa.float32()), lambda: maybe(lambda: many(dbl))),
        'list_dec': (pa.list_(pa.decimal128(20, 2)), lambda: maybe(lambda: many(lambda: maybe(lambda: Decimal(rng.randrange(-10**12, 10**12)).scaleb(-2))))),
        'list_date': (pa.list_(pa.date32()), lambda: maybe(lambda: many(lambda: maybe(lambda: rng.randrange(0, 9000))))),
        'list_binary': (pa.list_(pa.binary()), lambda: maybe(lambda: many(lambda: maybe(lambda: bytes([rng.randrange(256)] * 3))))),
        'large_list': (pa.large_list(pa.int64()), lambda: maybe(lambda: many(num))),
        'fixed_list': (pa.list_(pa.int16(), 2), lambda: [num(), num()]),
        'list_full': (pa.list_(pa.field('element', i32, nullable=False)), lambda: many(lambda: rng.randrange(9))),
        'list_all_null': (pa.list_(i32), lambda: None),
        'list_all_empty': (pa.list_(i32), lambda: []),
        'list_long': (pa.list_(i32), lambda: [rng.randrange(5) for _ in range(rng.choice([0, 0, 0, 40]))]),
        'list_list': (pa.list_(pa.list_(pa.int64())), lambda: maybe(lambda: many(lambda: maybe(lambda: many(num))))),
        'list3': (pa.list_(pa.list_(pa.list_(utf8))), lambda: maybe(lambda: many(lambda: maybe(lambda: many(lambda: maybe(lambda: many(txt))))))),
        'struct': (pair_t, lambda: maybe(pair)),
        'struct_struct': (pa.struct([('p', pair_t), ('q', pa.struct([('r', pa.struct([('v', f64)]))]))]), lambda: maybe(lambda: {'p': maybe(pair), 'q': maybe(lambda: {'r': maybe(lambda: {'v': dbl()})})})),
        'struct_list': (pa.struct([('xs', pa.list_(i32)), ('n', i32)]), lambda: maybe(lambda: {'xs': maybe(lambda: many(num)), 'n': num()})),
        'list_struct': (pa.list_(pair_t), lambda: maybe(lambda: many(lambda: maybe(pair)))),
        'map': (pa.map_(utf8, i32), lambda: maybe(lambda: keys(num))),
        'map_int': (pa.map_(pa.int64(), utf8), lambda: maybe(lambda: [(i * 3, txt()) for i in range(rng.randrange(3))])),
        'map_list': (pa.map_(utf8, pa.list_(f64)), lambda: maybe(lambda: keys(lambda: maybe(lambda: many(dbl))))),
        'deep': (pa.list_(pa.struct([('m', pa.map_(utf8, pa.list_(f64))), ('s', pair_t)])), lambda: maybe(lambda: many(lambda: maybe(lambda: {'m': maybe(lambda: keys(lambda: maybe(lambda: many(dbl)))), 's': maybe(pair)})))),
    }
    return {name: pa.array([f() for _ in range(n)], type) for name, (type, f) in spec.items()}


def sorted_rows(n=400):
    """What pruning works on: sorted, clustered and scattered columns."""
    rng = random.Random(5)
    return {
        'id': pa.array(range(n), pa.int64()),
        'day': pa.array([9000 + i // 10 for i in range(n)], pa.int32()).view(pa.date32()),
        'scattered': pa.array([i * 7919 % n * 1000 for i in range(n)], pa.int32()),
        'word': pa.array([f'word {i * 31 % 97:03d}' for i in range(n)]),
        'name': pa.array([None if i % 9 == 4 else f'name {i:05d}' for i in range(n)]),
        'price': pa.array([None if 100 <= i < 150 else Decimal(i * 25).scaleb(-2) for i in range(n)], pa.decimal128(12, 2)),
        'ratio': pa.array([float('nan') if i == 77 else i / 16 for i in range(n)], pa.float64()),
        'at': pa.array([10**15 + i * 10**9 for i in range(n)], pa.int64()).view(pa.timestamp('us')),
        'flag': pa.array([rng.random() < 0.02 for _ in range(n)]),
    }


def stretches(n=20000):
    """Values by the row's number i: stretches of 500 rows that a condition can ask for and statistics do not tell, and text enough to be worth leaving out."""
    i = range(n)
    return {
        'id': pa.array(i, pa.int32()),
        'part': pa.array([j // 500 * 7 % 40 for j in i], pa.int32()),
        'code': pa.array([None if j % 13 == 5 else f'c{j // 100 % 7}' for j in i]),
        'note': pa.array([None if j % 11 == 3 else f'row {j:05d} ' * 8 for j in i]),
        'price': pa.array([None if j // 1000 % 5 == 2 else j / 4 for j in i], pa.float64()),
        'tags': pa.array([None if j % 5 == 0 else [j % 9, None] for j in i], pa.list_(pa.int32())),
    }
