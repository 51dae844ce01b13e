"""Values as the fixtures' JSON has them: see README.md."""
import datetime as dt
import decimal
import gzip
import json
import struct
import uuid

import pyarrow as pa

EPOCH = dt.datetime(1970, 1, 1)
MICROS = {'s': 10**6, 'ms': 1000, 'us': 1}


def scalar(v, type):
    if v is None:
        return None
    if pa.types.is_boolean(type):
        return v
    if pa.types.is_floating(type):
        return struct.pack('>d', float(v)).hex() if v == v else 'nan'
    if pa.types.is_integer(type):
        return str(v)
    if pa.types.is_decimal(type):
        return format(v, 'f')
    if pa.types.is_date(type):
        return (v - EPOCH.date()).days
    if pa.types.is_map(type):
        return [[scalar(k, type.key_type), scalar(x, type.item_type)] for k, x in v]
    if pa.types.is_list(type) or pa.types.is_large_list(type) or pa.types.is_fixed_size_list(type):
        return [scalar(x, type.value_type) for x in v]
    if pa.types.is_struct(type):
        return {type.field(n).name: scalar(v[type.field(n).name], type.field(n).type) for n in range(type.num_fields)}
    if isinstance(v, uuid.UUID):
        return str(v)
    if isinstance(v, bytes):
        return v.hex()
    return v


def column(array):
    """Timestamps as µs, durations as the integers that are stored."""
    type = array.type
    if isinstance(array, pa.ChunkedArray):
        return [v for chunk in array.chunks for v in column(chunk)]
    if pa.types.is_dictionary(type):
        return column(array.dictionary_decode())
    if pa.types.is_timestamp(type):
        ticks = array.view(pa.int64()).to_pylist()
        return [None if t is None else str(t // 1000 if type.unit == 'ns' else t * MICROS[type.unit]) for t in ticks]
    if pa.types.is_duration(type):
        return [None if t is None else str(t) for t in array.view(pa.int64()).to_pylist()]
    if pa.types.is_date64(type):
        return [None if t is None else t // 86400000 for t in array.view(pa.int64()).to_pylist()]
    if pa.types.is_date32(type):
        return array.view(pa.int32()).to_pylist()
    return [scalar(v, type) for v in array.to_pylist()]


def save(path, columns):
    """One line a column."""
    lines = ',\n'.join(f'{json.dumps(name)}: {json.dumps(column(array), ensure_ascii=False, separators=(",", ":"))}' for name, array in columns.items())
    path.write_bytes(gzip.compress(('{\n' + lines + '\n}\n').encode(), mtime=0))


decimal.getcontext().prec = 80
