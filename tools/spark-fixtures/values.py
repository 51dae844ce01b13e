"""Values in the text form of the fixtures: edges of each type, and random ones."""
import random

from spark_types import DAY_TIME, DECIMAL, YEAR_MONTH

BITS = {'tinyint': 8, 'smallint': 16, 'int': 32, 'bigint': 64, 'date': 32, 'timestamp': 64, 'timestamp_ntz': 64, **{t: 32 for t in YEAR_MONTH}, **{t: 64 for t in DAY_TIME}}
FLOATS = '00000000 80000000 3f800000 bf800000 7f800000 ff800000 7fc00000 ffc00000 7fc00001 7f800001 fff12345 00000001 80000001 7f7fffff ff7fffff 00800000 3dcccccd'.split()
DOUBLES = ('0000000000000000 8000000000000000 3ff0000000000000 bff0000000000000 7ff0000000000000 fff0000000000000 7ff8000000000000 fff8000000000000 '
           '7ff8000000000001 7ff0000000000001 fff123456789abcd 0000000000000001 8000000000000001 7fefffffffffffff ffefffffffffffff 0010000000000000 3fb999999999999a').split()
ALPHABET = ['a', 'B', 'z', '0', ' ', '\x00', '\n', '"', '\x7f', 'é', 'ß', '߿', 'ࠀ', '中', '￿', '\ue000', '😀', '\U0010ffff']


class Random:
    """Numbers by seed; only getrandbits, which no version of Python changes."""

    def __init__(self, seed):
        self.source = random.Random(seed)

    def below(self, n):
        return self.source.getrandbits(64) % n

    def bits(self, n):
        return self.source.getrandbits(n) if n else 0

    def one(self, items):
        return items[self.below(len(items))]


def integers(bits):
    """Least, greatest, around 0 and around the powers of 256."""
    most = 1 << (bits - 1)
    near = {0, 1, -1, 2, 42, most - 1, -most, most - 2, 1 - most}
    for k in range(8, bits, 8):
        near |= {1 << k, (1 << k) - 1, -(1 << k), (1 << (k - 1)), -(1 << (k - 1)), -(1 << (k - 1)) - 1}
    return sorted(n for n in near if -most <= n < most)


def decimals(precision):
    """Unscaled: 0, ±1, the bounds, and where the length in big-endian bytes changes."""
    most = 10 ** precision - 1
    near = {0, 1, -1, most, -most, (most + 1) // 10, -(most + 1) // 10, most - 1}
    for k in range(1, 17):
        half = 1 << (8 * k - 1)
        near |= {half, half - 1, -half, -half - 1, 2 * half, -2 * half}
    for p in (9, 10, 18, 19):
        near |= {10 ** p, 10 ** p - 1, -10 ** p}
    return sorted(n for n in near if -most <= n <= most)


def texts():
    found = ['', 'a', 'é', '中', '😀', 'Spark', 'abcdefgh', 'abcdefghi', 'abcdefgi', 'abcdefg', 'abcdefg\x00', '\x00', '\x00\x00', '￿', '\U0010ffff', '\x7f', '\x80', 'ab中', 'x' * 1000, 'é😀' * 200]
    found += [''.join(chr(97 + (i * 7 + n) % 26) for i in range(n)) for n in (*range(18), 31, 32, 33, 63, 64, 65)]
    found += ['é' * n for n in range(1, 9)] + ['a' * (n % 4) + '中' * n for n in range(1, 7)]
    return list(dict.fromkeys(found))


def binaries():
    found = ['', '00', '0000', 'ff', '80', '7f', 'ff' * 8, 'ff' * 9, '00' * 8, 'ff' * 1000]
    found += [''.join(f'{(i * 37 + n * 11 + 128) % 256:02x}' for i in range(n)) for n in (*range(18), 31, 32, 33, 63, 64, 65, 255, 1000)]
    return list(dict.fromkeys(found))


def intervals():
    most32, most64 = 2 ** 31 - 1, 2 ** 63 - 1
    found = [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (-1, -1, -1), (12, 30, 86400000000), (most32, most32, most64), (-most32 - 1, -most32 - 1, -most64 - 1), (1, -1, 1), (0, 31, -1)]
    return [[str(part) for part in value] for value in found]


def edges(t):
    """Values that are hard for a type that is not nested."""
    if t == 'void':
        return []
    if t == 'boolean':
        return [False, True]
    if t in ('float', 'double'):
        return FLOATS if t == 'float' else DOUBLES
    if t == 'string':
        return texts()
    if t == 'binary':
        return binaries()
    if t == 'interval':
        return intervals()
    decimal = DECIMAL.fullmatch(t)
    return [str(n) for n in (decimals(int(decimal[1])) if decimal else integers(BITS[t]))]


def draw(t, r, nulls=8, few=False, key=False):
    """A random value, one in `nulls` (0: none) NULL; `few` draws from few values, so that they repeat; keys hold no NULL in their top."""
    if t == 'void' or (nulls and not key and r.below(nulls) == 0):
        return None
    if isinstance(t, tuple):
        length = r.one([0, 1, 2, 3, 5]) if not few else r.below(3)
        if t[0] == 'array':
            return [draw(t[1], r, nulls, few) for _ in range(length)]
        if t[0] == 'map':
            pairs = {repr(k): k for k in (draw(t[1], r, nulls, few, True) for _ in range(length))}
            return [[k, draw(t[2], r, nulls, few)] for k in pairs.values()]
        return [draw(f, r, nulls, few) for _, f in t[1]]
    hard = edges(t)
    if few:
        # ±0 and two NaNs must meet each other, strings must share their prefix.
        return r.one(['', 'abcdefgh', 'abcdefghi', 'abcdefghé', 'b'] if t == 'string' else ['', 'ff' * 8, 'ff' * 9, '00'] if t == 'binary'
                     else [hard[i] for i in (0, 1, 2, 5, 6, 8)] if t in ('float', 'double') else hard[:: max(1, len(hard) // 5)])
    if r.below(3) == 0:
        return r.one([v for v in hard if not isinstance(v, str) or len(v) < 100])
    if t == 'boolean':
        return r.below(2) == 1
    if t in ('float', 'double'):
        return f'{r.bits(32):08x}' if t == 'float' else f'{r.bits(64):016x}'
    if t == 'string':
        return ''.join(r.one(ALPHABET) for _ in range(r.below(12)))
    if t == 'binary':
        return ''.join(f'{r.bits(8):02x}' for _ in range(r.below(20)))
    if t == 'interval':
        return [str(r.bits(32) - 2 ** 31), str(r.below(100) - 50), str(r.bits(64) - 2 ** 63)]
    decimal = DECIMAL.fullmatch(t)
    if decimal:
        most = 10 ** int(decimal[1]) - 1
        return str((r.bits(1 + r.below(most.bit_length())) % (most + 1)) * (1 - 2 * r.below(2)))
    n = BITS[t]
    return str((r.bits(1 + r.below(n)) % (1 << (n - 1))) * (1 - 2 * r.below(2)))
