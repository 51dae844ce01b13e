"""Tables in every type, and the forms in which they are written."""
import datetime as dt
import json
import decimal
from decimal import Decimal

import pyarrow as pa
import pyarrow.ipc as ipc

UTC = dt.timezone.utc
N = 7
decimal.getcontext().prec = 80


def i(values, type):
    return pa.array(values, type=type)


def columns():
    """Seven rows of every type that there is a SQL type for; NULL is row 2, and row 5 of some."""
    out = {}
    for bits in (8, 16, 32, 64):
        top = 2 ** (bits - 1)
        out[f'i{bits}'] = i([0, 1, None, -1, top - 1, -top, 42], getattr(pa, f'int{bits}')())
        out[f'u{bits}'] = i([0, 1, None, 2, 2 * top - 1, top, 42], getattr(pa, f'uint{bits}')())
    import numpy as np

    out['f16'] = pa.array(np.array([0.0, -0.0, 0, 1.5, 65504, float('inf'), float('nan')], np.float16), mask=np.array([r == 2 for r in range(N)]))
    out['f32'] = i([0.0, -0.0, None, 0.1, 3.4028234663852886e38, float('-inf'), float('nan')], pa.float32())
    out['f64'] = i([0.0, -0.0, None, 0.1, 5e-324, float('-inf'), float('nan')], pa.float64())
    out['bool'] = i([True, False, None, True, True, False, True], pa.bool_())
    text = ['', 'a', None, 'žluťoučký kůň', 'longer than twelve bytes', '\U0001f600', 'a']
    raw = [t if t is None else t.encode() + b'\0\xff' for t in text]
    for name, type in (('utf8', pa.utf8()), ('large_utf8', pa.large_utf8()), ('utf8_view', pa.string_view())):
        out[name] = i(text, type)
    for name, type in (('binary', pa.binary()), ('large_binary', pa.large_binary()), ('binary_view', pa.binary_view())):
        out[name] = i(raw, type)
    out['fixed'] = i([b'abc', b'\0\0\0', None, b'xyz', b'\xff\xfe\xfd', b'abc', b'abd'], pa.binary(3))
    for bits, digits in ((32, 9), (64, 18), (128, 38), (256, 38)):
        most = int('9' * digits)
        whole = [0, 1, None, -1, most, -most, 12345]
        out[f'dec{bits}'] = i([None if v is None else Decimal(v).scaleb(-2) for v in whole], getattr(pa, f'decimal{bits}')(digits, 2))
    days = [0, 1, None, -1, 19782, -719162, 2932896]
    out['date32'] = i(days, pa.date32())
    out['date64'] = pa.array([None if d is None else d * 86400000 for d in days], type=pa.int64()).cast(pa.date64(), safe=False)
    for unit, scale in (('s', 1), ('ms', 1000), ('us', 10**6), ('ns', 10**9)):
        step = 1000 if unit == 'ns' else 1
        ticks = [0, step, None, -step, 1709214300 * scale, -6 * 10**9 * scale, 9 * 10**9 * scale]
        raw64 = pa.array(ticks, type=pa.int64())
        out[f'ts_{unit}'] = raw64.cast(pa.timestamp(unit))
        out[f'tz_{unit}'] = raw64.cast(pa.timestamp(unit, tz='Europe/Prague'))
        out[f'dur_{unit}'] = raw64.cast(pa.duration(unit))
    out['mdn'] = i([pa.MonthDayNano([0, 0, 0]), pa.MonthDayNano([1, 2, 3000]), None, pa.MonthDayNano([-1, 5, -7000]), pa.MonthDayNano([2**31 - 1, -2**31, 10**15]), None, pa.MonthDayNano([12, 0, 0])], pa.month_day_nano_interval())
    out['null'] = pa.nulls(N)
    lists = [[], [1], None, [None, 2], [3, 4, 5], None, [6]]
    out['list'] = i(lists, pa.list_(pa.int32()))
    out['large_list'] = i(lists, pa.large_list(pa.int32()))
    out['fixed_list'] = i([[1, 2], [3, None], None, [5, 6], [7, 8], None, [9, 10]], pa.list_(pa.int16(), 2))
    out['list_utf8'] = i([[], ['x'], None, [None, 'longer than twelve'], ['', 'y'], None, ['z']], pa.list_(pa.utf8()))
    structs = [{'a': 1, 'b': 'x'}, {'a': None, 'b': ''}, None, {'a': 3, 'b': None}, {'a': 4, 'b': 'yy'}, {'a': 5, 'b': 'z'}, {'a': None, 'b': None}]
    out['struct'] = i(structs, pa.struct([('a', pa.int64()), ('b', pa.utf8())]))
    out['map'] = i([[], [('k', 1)], None, [('a', None), ('b', 2)], [('c', 3)], [], [('d', 4)]], pa.map_(pa.utf8(), pa.int32()))
    out['deep'] = i([[{'m': [('q', [1.5])]}], [], None, [None, {'m': None}], [{'m': []}], [{'m': [('r', None)]}], []], pa.list_(pa.struct([('m', pa.map_(pa.utf8(), pa.list_(pa.float64())))])))
    words = ['low', 'high', None, 'low', 'mid', 'high', 'low']
    for index in ('int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64'):
        out[f'dict_{index}'] = pa.DictionaryArray.from_arrays(pa.array([0, 1, None, 0, 2, 1, 0], type=getattr(pa, index)()), pa.array(['low', 'high', 'mid']))
    out['dict_null'] = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, 0, 2, 1, 0], type=pa.int8()), pa.array(['low', 'high', None]))
    out['dict_int'] = pa.DictionaryArray.from_arrays(pa.array([0, 1, None, 0, 2, 1, 0], type=pa.int16()), pa.array([10**15, -7, None], type=pa.int64()))
    out['dict_binary'] = pa.DictionaryArray.from_arrays(pa.array([0, 1, None, 0, 0, 1, 0], type=pa.int16()), pa.array([b'\xff', b'']))
    out['dict_dec'] = pa.DictionaryArray.from_arrays(pa.array([0, 1, None, 0, 0, 1, 0], type=pa.int16()), pa.array([Decimal('1.50'), Decimal('-0.01')], type=pa.decimal128(20, 2)))
    inner = pa.DictionaryArray.from_arrays(pa.array([0, 1, 1, None], type=pa.int8()), pa.array(['in', 'out']))
    out['list_dict'] = pa.ListArray.from_arrays(pa.array([0, 1, 1, 2, 3, 4, 4], type=pa.int32()).take(pa.array([0, 1, 2, 3, 4, 5, 5, 6])), inner)
    del words
    return out


def value(v, type):
    """As rows({ json: true }) has it, except that floats stay bits and bytes hex."""
    if v is None:
        return None
    if pa.types.is_dictionary(type):
        return value(v, type.value_type)
    if pa.types.is_floating(type):
        import struct

        return struct.pack('>d', float(v)).hex() if v == v else 'nan'
    if pa.types.is_integer(type):
        return str(v)
    if pa.types.is_decimal(type):
        return format(v, 'f')
    if pa.types.is_map(type):
        return [[value(k, type.key_type), value(x, type.item_type)] for k, x in v]
    if pa.types.is_list(type) or pa.types.is_large_list(type) or pa.types.is_fixed_size_list(type):
        return [value(x, type.value_type) for x in v]
    if pa.types.is_struct(type):
        return {type.field(n).name: value(v[type.field(n).name], type.field(n).type) for n in range(type.num_fields)}
    if isinstance(v, bytes):
        return v.hex()
    return v


MICROS = {'s': 10**6, 'ms': 1000, 'us': 1, 'ns': 1}


def values(column):
    """Timestamps, durations and dates as integers (µs, days), intervals as [months, days, µs]."""
    type = column.type
    if pa.types.is_timestamp(type) or pa.types.is_duration(type):
        ticks = column.cast(pa.int64(), safe=False).to_pylist() if not pa.types.is_timestamp(type) else pa.chunked_array([c.view(pa.int64()) for c in chunks(column)]).to_pylist()
        return [None if t is None else str(t // 1000 if type.unit == 'ns' else t * MICROS[type.unit]) for t in ticks]
    if pa.types.is_date(type):
        wide = pa.chunked_array([c.view(pa.int64() if pa.types.is_date64(type) else pa.int32()) for c in chunks(column)]).to_pylist()
        return [None if t is None else t // 86400000 if pa.types.is_date64(type) else t for t in wide]
    if type == pa.month_day_nano_interval():
        return [None if v is None else [v.months, v.days, str(v.nanoseconds // 1000)] for v in column.to_pylist()]
    return [value(v, type) for v in column.to_pylist()]


def chunks(column):
    return column.chunks if isinstance(column, pa.ChunkedArray) else [column]


def save(out, name, batches, schema, form, compression=None, **options):
    path = out / name
    kind = ipc.new_file if form == 'file' else ipc.new_stream
    with kind(str(path), schema, options=ipc.IpcWriteOptions(compression=compression, **options)) as writer:
        for batch in batches:
            writer.write_batch(batch)
    return name


def run(out):
    for old in out.glob('*'):
        if old.suffix in ('.arrow', '.arrows', '.json'):
            old.unlink()
    manifest = []
    cols = columns()
    table = pa.table(cols)
    plain = {'rows': N, 'columns': {n: {'type': str(c.type), 'values': values(c)} for n, c in cols.items()}}

    def note(name, expected, **more):
        manifest.append({'file': name, 'bytes': (out / name).stat().st_size, 'expected': expected, **more})

    (out / 'every-type.json').write_text(json.dumps(plain, ensure_ascii=False) + '\n')
    for form, suffix in (('file', 'arrow'), ('stream', 'arrows')):
        for compression in (None, 'lz4', 'zstd'):
            label = compression or 'plain'
            note(save(out, f'every-type-{label}.{suffix}', table.to_batches(), table.schema, form, compression), 'every-type.json', by='pyarrow')
    # rows 1 to 5 of the arrays, in place
    sliced = table.slice(1, 5)
    note(save(out, 'every-type-sliced.arrow', sliced.to_batches(), table.schema, 'file'), 'every-type.json', by='pyarrow', rows=[1, 2, 3, 4, 5])
    whole = table.to_batches()[0]
    pieces = [whole.slice(0, 2), whole.slice(2, 0), whole.slice(2, 4), whole.slice(6, 1)]
    for form, suffix in (('file', 'arrow'), ('stream', 'arrows')):
        note(save(out, f'every-type-batches.{suffix}', pieces, table.schema, form, 'zstd', unify_dictionaries=form == 'file'), 'every-type.json', by='pyarrow')
    # custom metadata on fields and schema; no rows; no batch; no columns
    noted = pa.schema([pa.field('i32', pa.int32(), metadata={'a': 'b'})], metadata={'pandas': 'no'})
    note(save(out, 'metadata.arrow', [pa.record_batch([cols['i32']], schema=noted)], noted, 'file'), 'every-type.json', by='pyarrow')
    note(save(out, 'no-rows.arrow', [whole.slice(0, 0)], table.schema, 'file'), 'every-type.json', by='pyarrow', rows=[])
    note(save(out, 'no-batch.arrows', [], table.schema, 'stream'), 'every-type.json', by='pyarrow', rows=[])
    note(save(out, 'no-batch.arrow', [], table.schema, 'file'), 'every-type.json', by='pyarrow', rows=[])
    none = pa.schema([])
    note(save(out, 'no-columns.arrow', [pa.RecordBatch.from_struct_array(pa.array([{}, {}], pa.struct([])))], none, 'file'), 'every-type.json', by='pyarrow', rows=[])
    # dictionaries that grow and that are replaced
    deltas = [['a', 'b'], ['a', 'b', 'c'], ['a', 'b', 'c', 'd'], ['z']]
    codes = [[0, 1, 1], [2, None, 0], [3, 3], [0, 0]]
    batches = [pa.record_batch({'d': pa.DictionaryArray.from_arrays(pa.array(c, pa.int8()), pa.array(w))}) for c, w in zip(codes, deltas)]
    expected = [None if c is None else w[c] for cs, w in zip(codes, deltas) for c in cs]
    (out / 'dictionaries.json').write_text(json.dumps({'rows': len(expected), 'columns': {'d': {'type': str(batches[0].schema.types[0]), 'values': expected}}}) + '\n')
    note(save(out, 'dictionary-deltas.arrows', batches, batches[0].schema, 'stream', emit_dictionary_deltas=True), 'dictionaries.json', by='pyarrow')
    note(save(out, 'dictionary-replaced.arrows', batches, batches[0].schema, 'stream', 'lz4'), 'dictionaries.json', by='pyarrow')
    note(save(out, 'dictionary-deltas.arrow', batches[:3], batches[0].schema, 'file', emit_dictionary_deltas=True), 'dictionaries.json', by='pyarrow', rows=list(range(8)))
    # larger: text that does compress, several batches of 1000
    big = pa.table({'n': pa.array(range(4000), pa.int64()), 's': pa.array([f'row {k % 97} of the table' for k in range(4000)]), 'b': pa.array([None if k % 11 == 0 else k % 3 == 0 for k in range(4000)])})
    (out / 'large.json').write_text(json.dumps({'rows': 4000, 'columns': {n: {'type': str(big[n].type), 'values': values(big[n])} for n in big.column_names}}) + '\n')
    for compression in ('lz4', 'zstd'):
        note(save(out, f'large-{compression}.arrow', big.to_batches(max_chunksize=1000), big.schema, 'file', compression), 'large.json', by='pyarrow')
    # what no SQL type holds
    ree = pa.RunEndEncodedArray.from_arrays(pa.array([2, 3], pa.int32()), pa.array(['a', 'b']))
    refused = pa.table({
        'ok': pa.array([1, 2, 3]),
        'time32': pa.array([1, 2, None], pa.time32('s')),
        'time64': pa.array([1, 2, None], pa.time64('ns')),
        'ree': ree,
        'union': pa.UnionArray.from_sparse(pa.array([0, 1, 0], pa.int8()), [pa.array([1, 2, 3]), pa.array(['a', 'b', 'c'])]),
        'dense': pa.UnionArray.from_dense(pa.array([0, 1, 0], pa.int8()), pa.array([0, 0, 1], pa.int32()), [pa.array([1, 2]), pa.array(['a'])]),
        'dec76': pa.array([Decimal(1), None, Decimal(2)], pa.decimal256(76, 3)),
        'list_view': pa.array([[1], [], None], pa.list_view(pa.int32())),
        'list_time': pa.array([[1], [], None], pa.list_(pa.time32('ms'))),
        'nanos': pa.array([1, 2, None], pa.int64()).cast(pa.timestamp('ns')),
        'far': pa.array([2**60, 0, None], pa.int64()).cast(pa.timestamp('s')),
        'halfday': pa.array([43200000, 0, None], pa.int64()).view(pa.date64()),
        'dur_nanos': pa.array([1, 2, None], pa.int64()).cast(pa.duration('ns')),
        'mdn_nanos': pa.array([pa.MonthDayNano([0, 0, 1]), None, None], pa.month_day_nano_interval()),
        'last': pa.array(['x', 'y', 'z']),
    })
    (out / 'refused.json').write_text(json.dumps({'rows': 3, 'columns': {n: {'type': str(refused[n].type), 'values': values(refused[n])} for n in ('ok', 'last')}}) + '\n')
    note(save(out, 'refused.arrow', refused.to_batches(), refused.schema, 'file'), 'refused.json', by='pyarrow')
    polars_files(out, table, note)
    import duckdb
    import polars as pl

    versions = {'pyarrow': pa.__version__, 'polars': pl.__version__, 'duckdb': duckdb.__version__}
    versions['duckdb_arrow'] = duckdb_files(out, table, note)
    (out / 'manifest.json').write_text(json.dumps({'versions': versions, 'files': manifest}, indent=1) + '\n')
    return {'files': len(manifest), 'bytes': sum(p.stat().st_size for p in out.glob('*')), **versions}


# Polars has no other widths of offsets, no maps, fixed-size binary, months or 256-bit decimals
POLARS = ['i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'i64', 'u64', 'f32', 'f64', 'bool', 'utf8', 'binary', 'dec128', 'date32', 'ts_ms', 'tz_us', 'ts_ns', 'dur_us', 'null', 'list', 'list_utf8', 'struct', 'dict_uint32', 'fixed_list']


def polars_files(out, table, note):
    import polars as pl

    frame = pl.from_arrow(table.select(POLARS))
    kept = {n: {'type': str(frame[n].dtype), 'values': values(table[n])} for n in POLARS}
    (out / 'polars.json').write_text(json.dumps({'rows': N, 'columns': kept}, ensure_ascii=False) + '\n')
    for compression in ('uncompressed', 'lz4', 'zstd'):
        for level, name in ((pl.CompatLevel.oldest(), 'oldest'), (pl.CompatLevel.newest(), 'newest')):
            frame.write_ipc(out / f'polars-{name}-{compression}.arrow', compression=compression, compat_level=level)
            note(f'polars-{name}-{compression}.arrow', 'polars.json', by='polars')
        frame.write_ipc_stream(out / f'polars-{compression}.arrows', compression=compression)
        note(f'polars-{compression}.arrows', 'polars.json', by='polars')


def duckdb_files(out, table, note):
    """Files by COPY … (FORMAT arrows) of DuckDB's extension nanoarrow, or else streams of its Arrow results."""
    import duckdb

    names = ['i8', 'u8', 'i16', 'u16', 'i32', 'u32', 'i64', 'u64', 'f32', 'f64', 'bool', 'utf8', 'binary', 'dec128', 'date32', 'ts_us', 'ts_s', 'tz_us', 'list', 'struct', 'map']
    source = table.select(names)
    con = duckdb.connect()
    con.execute("set timezone='UTC'")
    con.register('source', source)
    (out / 'duckdb.json').write_text(json.dumps({'rows': N, 'columns': {n: {'type': str(source[n].type), 'values': values(source[n])} for n in names}}, ensure_ascii=False) + '\n')
    try:
        con.execute('install nanoarrow from community')
        con.execute('load nanoarrow')
        con.execute(f"copy (select * from source) to '{out / 'duckdb-copy.arrows'}' (format arrows)")
        note('duckdb-copy.arrows', 'duckdb.json', by='duckdb')
        how = 'nanoarrow'
    except duckdb.Error as error:
        how = 'not available: ' + str(error).splitlines()[0][:80]
    result = con.execute('select * from source').to_arrow_table()
    note(save(out, 'duckdb-result.arrows', result.to_batches(), result.schema, 'stream', 'lz4'), 'duckdb.json', by='duckdb')
    return how
