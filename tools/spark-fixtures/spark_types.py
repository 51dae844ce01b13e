"""Types of the fixtures. A type is its name in Spark ('int', 'decimal(38,18)') or ('array', t), ('map', k, v), ('struct', [(name, t), …])."""
import re

DECIMAL = re.compile(r'decimal\((\d+),(\d+)\)')
YEAR_MONTH = ['interval year', 'interval month', 'interval year to month']
DAY_TIME = ['interval day', 'interval hour', 'interval minute', 'interval second', 'interval day to hour', 'interval day to minute',
            'interval day to second', 'interval hour to minute', 'interval hour to second', 'interval minute to second']
# Spark's name → the name in Spark's JSON, arcweld's name.
PLAIN = {
    'void': ('void', 'null'), 'boolean': ('boolean', 'bool'), 'tinyint': ('byte', 'int8'), 'smallint': ('short', 'int16'), 'int': ('integer', 'int32'),
    'bigint': ('long', 'int64'), 'float': ('float', 'float'), 'double': ('double', 'double'), 'string': ('string', 'string'), 'binary': ('binary', 'binary'),
    'date': ('date', 'date'), 'timestamp': ('timestamp', 'timestamptz'), 'timestamp_ntz': ('timestamp_ntz', 'timestamp'), 'interval': ('interval', 'interval'),
    **{name: (name, 'interval_year_month') for name in YEAR_MONTH}, **{name: (name, 'interval_day_time') for name in DAY_TIME},
}


def spark_name(t):
    if isinstance(t, str):
        return t
    if t[0] == 'array':
        return f'array<{spark_name(t[1])}>'
    if t[0] == 'map':
        return f'map<{spark_name(t[1])},{spark_name(t[2])}>'
    return f"struct<{','.join(f'{n}:{spark_name(f)}' for n, f in t[1])}>"


def arcweld_name(t):
    if isinstance(t, str):
        return t if DECIMAL.fullmatch(t) else PLAIN[t][1]
    if t[0] == 'array':
        return f'array<{arcweld_name(t[1])}>'
    if t[0] == 'map':
        return f'map<{arcweld_name(t[1])},{arcweld_name(t[2])}>'
    return f"struct<{','.join(f'{n}:{arcweld_name(f)}' for n, f in t[1])}>"


def spark_json(t, nullable=True):
    if isinstance(t, str):
        return t if DECIMAL.fullmatch(t) else PLAIN[t][0]
    if t[0] == 'array':
        return {'type': 'array', 'elementType': spark_json(t[1], nullable), 'containsNull': nullable}
    if t[0] == 'map':
        return {'type': 'map', 'keyType': spark_json(t[1], nullable), 'valueType': spark_json(t[2], nullable), 'valueContainsNull': nullable}
    return {'type': 'struct', 'fields': [{'name': n, 'type': spark_json(f, nullable), 'nullable': nullable, 'metadata': {}} for n, f in t[1]]}


def orderable(t):
    if isinstance(t, str):
        return t != 'interval'
    return t[0] != 'map' and all(orderable(f) for f in ([t[1]] if t[0] == 'array' else [f for _, f in t[1]]))
