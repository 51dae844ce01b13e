"""Which tables are written in which layouts, by pyarrow, Polars and DuckDB."""
import decimal
import importlib.metadata

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

import tables
import values

SKIPPED_BY_POLARS = ['f16', 'uuid', 'json', 'fixed', 'date64', 'ts_s', 'tz_s', 'words', 'dur_us']


class Folder:
    def __init__(self, out):
        self.out = out
        self.manifest = []

    def expect(self, name, columns):
        values.save(self.out / name, columns)
        return name

    def note(self, file, expected, by, **more):
        self.manifest.append({'file': file, 'expected': expected, 'by': by, **more})

    def arrow(self, file, table, expected, note=None, **options):
        options.setdefault('compression', 'NONE')
        pq.write_table(table, self.out / file, **options)
        self.note(file, expected, 'pyarrow', **(note or {}))


def required(columns):
    return pa.table(columns, pa.schema([pa.field(n, c.type, nullable=False) for n, c in columns.items()]))


def types(to):
    columns = tables.flat()
    table = pa.table(columns)
    expected = to.expect('types.json.gz', columns)
    plain = {'use_dictionary': False}
    to.arrow('types-plain-v1.parquet', table, expected, **plain)
    to.arrow('types-plain-v2.parquet', table, expected, **plain, data_page_version='2.0', store_decimal_as_integer=True)
    to.arrow('types-snappy.parquet', table, expected, compression='snappy', write_page_index=True, write_page_checksum=True)
    to.arrow('types-gzip.parquet', table, expected, compression='gzip', data_page_version='2.0', row_group_size=40, store_schema=False)
    to.arrow('types-brotli.parquet', table, expected, **plain, compression='brotli', data_page_version='2.0', write_statistics=False)
    to.arrow('types-zstd-pages.parquet', table, expected, compression='zstd', max_rows_per_page=17, write_page_index=True, store_decimal_as_integer=True)
    to.arrow('types-lz4.parquet', table, expected, compression='lz4', version='1.0', data_page_version='2.0', max_rows_per_page=30)
    full = tables.flat(nulls=0)
    # not-null.json is types.json without its NULLs: other values, since edges stand where NULLs stood
    to.arrow('types-required.parquet', required(full), to.expect('not-null.json.gz', full), compression='zstd', max_rows_per_page=40)
    stamps = {n: columns[n] for n in ('ts_us', 'ts_ns')}
    to.arrow('types-int96.parquet', pa.table(stamps), expected, use_deprecated_int96_timestamps=True, compression='snappy')
    # what there is no SQL type or no value for
    odd = {'ok': pa.array([1, 2, 3]), 'last': pa.array(['x', 'y', 'z'])}
    refused = {
        'ok': odd['ok'], 'time_s': pa.array([1, 2, None], pa.time32('s')), 'time_ms': pa.array([1, 2, None], pa.time32('ms')), 'time_us': pa.array([1, 2, None], pa.time64('us')),
        'time_ns': pa.array([1, 2, None], pa.time64('ns')), 'nanos': pa.array([1, 2000, None]).cast(pa.timestamp('ns')), 'nanos_tz': pa.array([1999, 2000, None]).cast(pa.timestamp('ns', tz='UTC')),
        'list_time': pa.array([[1], [], None], pa.list_(pa.time32('ms'))), 'far': pa.array([2**60, 0, None], pa.int64()).cast(pa.timestamp('ms')),
        'nothing': pa.nulls(3), 'last': odd['last'],
    }
    to.arrow('refused.parquet', pa.table(refused), to.expect('refused.json.gz', odd))


def decimals(to):
    columns = tables.decimals()
    expected = to.expect('decimals.json.gz', columns)
    for name, integers in (('bytes', False), ('integers', True)):
        to.arrow(f'decimals-{name}.parquet', pa.table(columns), expected, use_dictionary=False, compression='zstd', store_decimal_as_integer=integers)
    to.arrow('decimals-dictionary.parquet', pa.table(columns), expected, compression='zstd', store_decimal_as_integer=True, data_page_version='2.0')


def encodings(to):
    full, sparse = tables.encodings()
    expected = to.expect('encodings.json.gz', {n: a for n, (a, _) in {**full, **sparse}.items()})

    def write(file, columns, make, **options):
        chosen = {n: e for n, (_, e) in columns.items() if e != 'DICT'}
        to.arrow(file, make({n: a for n, (a, _) in columns.items()}), expected, column_encoding=chosen, use_dictionary=[n for n, (_, e) in columns.items() if e == 'DICT'], **options)

    write('encodings-v1.parquet', full, pa.table)
    write('encodings-v2.parquet', full, required, compression='zstd', data_page_version='2.0', max_rows_per_page=70, write_page_index=True)
    write('encodings-nulls-v1.parquet', sparse, pa.table, compression='brotli', max_rows_per_page=100)
    write('encodings-nulls-v2.parquet', sparse, pa.table, data_page_version='2.0', row_group_size=220, write_statistics=False)


def gaps(to):
    columns = tables.gaps()
    expected = to.expect('gaps.json.gz', columns)
    to.arrow('gaps-v1.parquet', pa.table(columns), expected, compression='snappy', use_dictionary=[n for n in columns if n[0] == 'w'])
    to.arrow('gaps-v2.parquet', pa.table(columns), expected, compression='zstd', data_page_version='2.0', max_rows_per_page=90, use_dictionary=[n for n in columns if n[0] in 'wi'])


def nested(to):
    columns = tables.nested()
    table = pa.table(columns)
    expected = to.expect('nested.json.gz', columns)
    to.arrow('nested-v1.parquet', table, expected, use_dictionary=False)
    to.arrow('nested-v2.parquet', table, expected, compression='zstd', data_page_version='2.0', max_rows_per_page=11, write_page_index=True)
    to.arrow('nested-item.parquet', table, expected, compression='brotli', use_compliant_nested_type=False, row_group_size=31)
    frame = pl.from_arrow(table.drop_columns([n for n in columns if n.startswith('map') or n == 'deep' or n == 'list_full']))
    frame.write_parquet(to.out / 'nested-polars.parquet', compression='zstd', row_group_size=50)
    to.note('nested-polars.parquet', expected, 'Polars')


def layouts(to):
    columns = tables.sorted_rows()
    table = pa.table(columns)
    expected = to.expect('sorted.json.gz', columns)
    bloom = {n: {'ndv': 60, 'fpp': 0.05} for n in ('id', 'scattered', 'word', 'name', 'price', 'at')}
    to.arrow('sorted-pages.parquet', table, expected, compression='snappy', row_group_size=200, max_rows_per_page=25, write_page_index=True)
    to.arrow('sorted-bloom.parquet', table, expected, compression='zstd', row_group_size=100, bloom_filter_options=bloom, data_page_version='2.0', use_dictionary=False)
    to.arrow('sorted-many-groups.parquet', table.select(['id', 'word', 'price']), expected, compression='snappy', row_group_size=7)
    to.arrow('sorted-tiny-pages.parquet', table.select(['id', 'word', 'name', 'flag']), expected, compression='snappy', max_rows_per_page=3, write_page_index=True)
    to.arrow('sorted-no-statistics.parquet', table, expected, compression='gzip', write_statistics=False, row_group_size=150)
    # the dictionary is given up within a chunk
    to.arrow('overflow.parquet', table, expected, dictionary_pagesize_limit=300, data_page_size=256, write_batch_size=32, compression='snappy')
    to.arrow('overflow-v2.parquet', table, expected, dictionary_pagesize_limit=700, data_page_size=512, write_batch_size=16, compression='zstd', data_page_version='2.0')
    # nothing in it
    none = table.slice(0, 0)
    to.arrow('empty.parquet', none, expected, {'rows': []})
    with pq.ParquetWriter(to.out / 'empty-no-groups.parquet', table.schema):
        pass
    to.note('empty-no-groups.parquet', expected, 'pyarrow', rows=[])
    with pq.ParquetWriter(to.out / 'empty-groups.parquet', table.schema, compression='snappy') as writer:
        for piece in (none, table.slice(0, 20), none, none, table.slice(20, 1), table.slice(21, 30), none):
            writer.write_table(piece)
    to.note('empty-groups.parquet', expected, 'pyarrow', rows=list(range(51)))
    # values far longer than a page, and pages that compress to next to nothing
    long = {'s': pa.array(['x' * 70000, '', None, 'y' * 5, 'žluť' * 9000, 'x' * 70000]), 'same': pa.array(['z' * 3000] * 6), 'n': pa.array([0] * 6, pa.int64())}
    for codec in ('snappy', 'gzip', 'brotli', 'zstd', 'lz4'):
        to.arrow(f'long-{codec}.parquet', pa.table(long), to.expect('long.json.gz', long) if codec == 'snappy' else 'long.json.gz', compression=codec, use_dictionary=codec == 'zstd', write_statistics=False)
    odd = {'a b': pa.array([1]), 'č': pa.array([2]), 'select': pa.array([3]), 'a.b': pa.array([4]), 'A B': pa.array([5])}
    to.arrow('names.parquet', pa.table(odd), to.expect('names.json.gz', odd))


def polars_files(to):
    columns = {n: c for n, c in tables.flat().items() if n not in SKIPPED_BY_POLARS}
    frame = pl.from_arrow(pa.table(columns))
    for codec in ('uncompressed', 'snappy', 'gzip', 'brotli', 'zstd', 'lz4'):
        frame.write_parquet(to.out / f'polars-{codec}.parquet', compression=codec, statistics='full' if codec == 'zstd' else codec != 'gzip', row_group_size=40 if codec == 'snappy' else None, data_page_size=200 if codec == 'lz4' else None)
        to.note(f'polars-{codec}.parquet', 'types.json.gz', 'Polars')
    rows = tables.sorted_rows()
    pl.from_arrow(pa.table(rows)).write_parquet(to.out / 'polars-sorted.parquet', row_group_size=128, data_page_size=400, compression='zstd')
    to.note('polars-sorted.parquet', 'sorted.json.gz', 'Polars')


def duckdb_files(to):
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    columns = tables.flat()
    kept = [n for n in columns if n not in ('f16', 'fixed', 'json', 'date64', 'dur_us', 'ts_s', 'ts_ns', 'tz_s', 'tz_ns', 'tz_ms', 'uuid')]
    con.register('t', pa.table({n: columns[n] for n in kept}))
    con.execute('CREATE TABLE own AS FROM t')
    for file, options in (('v1', 'COMPRESSION snappy'), ('v2', 'PARQUET_VERSION V2, COMPRESSION zstd'), ('plain', 'DICTIONARY_SIZE_LIMIT 0, COMPRESSION lz4_raw')):
        con.execute(f"COPY own TO '{to.out / f'duckdb-{file}.parquet'}' (FORMAT parquet, {options})")
        to.note(f'duckdb-{file}.parquet', 'types.json.gz', 'DuckDB')
    rows = tables.nested()
    con.register('n', pa.table({n: c for n, c in rows.items() if n not in ('fixed_list', 'list_full', 'large_list')}))
    con.execute(f"COPY (FROM n) TO '{to.out / 'nested-duckdb.parquet'}' (FORMAT parquet, COMPRESSION zstd)")
    to.note('nested-duckdb.parquet', 'nested.json.gz', 'DuckDB')


def stretches(to):
    # its values follow from the rows' numbers, and it is larger than tests of all fixtures should read: not in the manifest
    pq.write_table(
        pa.table(tables.stretches()), to.out / 'stretches.parquet', compression='zstd', compression_level=19, row_group_size=10000, max_rows_per_page=500, write_page_index=True,
        use_dictionary=['code', 'part'],
    )


def run(out):
    to = Folder(out)
    for part in (types, decimals, encodings, gaps, nested, layouts, stretches, polars_files, duckdb_files):
        part(to)
    return to.manifest, {p: importlib.metadata.version(p) for p in ('pyarrow', 'polars', 'duckdb')}


decimal.getcontext().prec = 80
