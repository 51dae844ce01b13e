"""What arcweld wrote, read by pyarrow and Polars."""
import json
import os

# else Polars reads no file that has a column of calendar intervals
os.environ['POLARS_IMPORT_INTERVAL_AS_STRUCT'] = '1'

import polars as pl
import pyarrow as pa
import pyarrow.ipc as ipc

from write import values


def run(folder):
    """Compares each FILE.arrow(s) of the folder with FILE.json, which has the values that went in, column by column."""
    count = 0
    for path in sorted(folder.glob('*.arrow*')):
        expected = json.loads(path.with_name(path.name.split('.')[0] + '.json').read_text())
        opened = ipc.open_file(str(path)) if path.suffix == '.arrow' else ipc.open_stream(str(path))
        table = opened.read_all()
        table.validate(full=True)
        assert table.num_rows == expected['rows'], path
        got = {name: values(table[name]) for name in table.column_names}
        wanted = {name: column['values'] for name, column in expected['columns'].items()}
        for name, want in wanted.items():
            assert got[name] == want, (path.name, name, got[name][:20], want[:20])
        # Polars has no type for the others
        narrow = [n for n in table.column_names if not any(map_or_month(t) for t in types_in(table.schema.field(n).type))]
        frame = (pl.read_ipc if path.suffix == '.arrow' else pl.read_ipc_stream)(path.read_bytes(), columns=narrow)
        again = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
        for name in narrow:
            back = values(again[name])
            assert back == wanted[name], (path.name, name, 'Polars', back[:20], wanted[name][:20])
        count += 1
    print(json.dumps({'files': count, 'pyarrow': pa.__version__, 'polars': pl.__version__}))


def types_in(type):
    yield type
    for n in range(type.num_fields):
        yield from types_in(type.field(n).type)


def map_or_month(type):
    return pa.types.is_map(type) or pa.types.is_interval(type)

