"""What the fixtures hold: families of schemas, each with rows and the sorts that are asked of it."""
from spark_types import DAY_TIME, YEAR_MONTH, orderable, spark_json, spark_name, arcweld_name
from values import Random, draw, edges

SPECS = [('asc', 'first'), ('asc', 'last'), ('desc', 'first'), ('desc', 'last')]


def table(name, fields, rows, nullable=True, sorts=None):
    """fields: [(name, type)]. Without `sorts`: the first column under all four specifications, and two keys where two can be sorted."""
    can = [i for i, (_, t) in enumerate(fields) if orderable(t)]
    if sorts is None:
        sorts = [[(can[0], *spec)] for spec in SPECS] if can else []
        if len(can) > 1:
            sorts += [[(can[1], 'asc', 'first'), (can[0], 'desc', 'last')], [(can[0], 'asc', 'last'), (can[-1], 'desc', 'first')]]
    return {
        'name': name, 'nullable': nullable, 'rows': rows, 'sorts': sorts,
        'fields': [{'name': n, 'spark': spark_name(t), 'type': arcweld_name(t)} for n, t in fields],
        'schema': {'type': 'struct', 'fields': [{'name': n, 'type': spark_json(t, nullable), 'nullable': nullable, 'metadata': {}} for n, t in fields]},
    }


def edge_table(t, values=None, name=None):
    """One column of edges and NULL, twice NULL, beside the row's number."""
    values = [None, *(edges(t) if values is None else values), None]
    return table(name or spark_name(t), [('v', t), ('n', 'int')], [[v, str(i)] for i, v in enumerate(values)])


def random_table(name, types, count, r, nulls=6, few=False, **more):
    fields = [(f'c{i}', t) for i, t in enumerate(types)]
    return table(name, fields, [[draw(t, r, nulls, few) for t in types] for _ in range(count)], nullable=nulls > 0, **more)


def integers(r):
    types = ['boolean', 'tinyint', 'smallint', 'int', 'bigint']
    return [*(edge_table(t) for t in types), edge_table('void', [], 'void'),
            random_table('all integers', types, 60, r), random_table('integers without null', types, 20, r, nulls=0), random_table('void between', ['int', 'void', 'bigint'], 10, r)]


def floats(r):
    return [edge_table('float'), edge_table('double'), random_table('float and double', ['float', 'double', 'float'], 40, r), random_table('floats without null', ['double', 'float'], 20, r, nulls=0)]


def decimals(r):
    found = [edge_table(f'decimal({p},{p // 2})') for p in (1, 2, 5, 9, 10, 17, 18, 19, 20, 28, 29, 37, 38)]
    short = lambda t: [v for i, v in enumerate(edges(t)) if i % 5 == 0]
    found += [edge_table(t, short(t)) for t in ('decimal(9,0)', 'decimal(18,18)', 'decimal(19,0)', 'decimal(28,10)', 'decimal(28,9)', 'decimal(38,0)', 'decimal(38,18)', 'decimal(38,20)', 'decimal(38,38)')]
    return [*found, random_table('decimals of both widths', ['decimal(7,2)', 'decimal(38,10)', 'decimal(18,4)', 'decimal(19,4)', 'int', 'decimal(38,0)'], 40, r),
            random_table('decimals without null', ['decimal(38,6)', 'decimal(12,2)'], 20, r, nulls=0)]


def strings(r):
    return [edge_table('string'), edge_table('binary'), random_table('strings and binaries', ['string', 'binary', 'string', 'int'], 40, r), random_table('strings without null', ['string', 'binary'], 20, r, nulls=0)]


def temporal(r):
    return [*(edge_table(t) for t in ('date', 'timestamp', 'timestamp_ntz', 'interval', 'interval year to month', 'interval day to second')),
            random_table('date and timestamps', ['date', 'timestamp', 'timestamp_ntz'], 40, r),
            random_table('year-month intervals', YEAR_MONTH, 12, r), random_table('day-time intervals', DAY_TIME, 12, r),
            random_table('interval between strings', ['string', 'interval', 'string', 'interval'], 30, r), random_table('intervals without null', ['interval', 'interval day to second'], 10, r, nulls=0)]


def nested(r):
    atoms = ['boolean', 'tinyint', 'smallint', 'int', 'bigint', 'float', 'double', 'date', 'timestamp', 'string', 'binary', 'interval', 'decimal(9,2)', 'decimal(18,0)', 'decimal(19,2)', 'decimal(38,18)', 'void',
             'interval year to month', 'interval day to second', 'timestamp_ntz']
    arrays = []
    for t in atoms:
        hard = edges(t)
        rows = [None, [], [None], [None, None, None]] if t == 'void' else [
            None, [], [None], [hard[0]], [hard[-1], None], hard[:3], hard[:7], [None, *hard[:8]], [hard[i % len(hard)] if i % 3 else None for i in range(9)],
            [hard[i % len(hard)] if i % 64 != 63 else None for i in range(70)] if t in ('boolean', 'tinyint', 'smallint', 'decimal(38,18)') else [hard[-1]] * 2]
        arrays.append(table(f'array of {t}', [('v', ('array', t)), ('n', 'int')], [[v, str(i)] for i, v in enumerate(rows)]))
    shapes = {
        'struct': [('struct', [('a', 'int'), ('b', 'string'), ('c', 'decimal(38,4)')])],
        'struct of struct': [('struct', [('a', ('struct', [('x', 'double'), ('y', 'string')])), ('b', 'boolean')]), 'int'],
        'struct of interval and binary': [('struct', [('a', 'interval'), ('b', 'binary')])],
        'struct without fields': [('struct', []), 'int'],
        'struct of array': ['string', ('struct', [('a', ('array', 'smallint')), ('b', ('array', 'string'))])],
        'array of struct': [('array', ('struct', [('a', 'tinyint'), ('b', 'string')])), 'string'],
        'array of array': [('array', ('array', 'int')), ('array', ('array', ('array', 'boolean')))],
        'array of map': [('array', ('map', 'int', 'string'))],
        'map int to string': [('map', 'int', 'string')],
        'map string to double': [('map', 'string', 'double'), 'bigint'],
        'map decimal to decimal': [('map', 'decimal(38,2)', 'decimal(9,2)')],
        'map binary to interval': [('map', 'binary', 'interval')],
        'map of map': [('map', 'string', ('map', 'tinyint', ('array', 'string')))],
        'map struct to struct': [('map', ('struct', [('a', 'int'), ('b', 'string')]), ('struct', [('c', 'decimal(20,0)')]))],
        'map array to array': [('map', ('array', 'int'), ('array', 'boolean'))],
        'struct of all': [('struct', [(f's{i}', t) for i, t in enumerate(atoms)])],
        'everything beside': ['int', ('array', 'decimal(19,0)'), 'string', ('map', 'string', 'int'), ('struct', [('a', 'interval')]), 'decimal(38,0)'],
    }
    found = arrays + [random_table(name, types, 16, r, nulls=5) for name, types in shapes.items()]
    return found + [random_table('nested without null', [('array', 'smallint'), ('struct', [('a', 'int'), ('b', 'string')]), ('map', 'string', 'int')], 10, r, nulls=0)]


def wide(r):
    cycle = ['int', 'bigint', 'tinyint', 'double', 'boolean', 'decimal(18,2)', 'date', 'float']
    some = ['string', 'int', 'decimal(38,10)', 'bigint', 'binary', 'smallint', 'interval']
    found = [table('no fields', [], [[], [], []], sorts=[])]
    found += [random_table(f'{n} fields', [cycle[i % len(cycle)] for i in range(n)], 3, r, sorts=[[(n - 1, 'asc', 'first')]]) for n in (63, 64, 65, 127, 128, 129, 200)]
    found += [random_table(f'{n} fields, some variable', [some[i % len(some)] for i in range(n)], 3, r, nulls=4, sorts=[[(n - n % 7 - 7, 'desc', 'first')]]) for n in (64, 65, 130)]
    return found + [table('65 fields, all null', [(f'c{i}', 'int') for i in range(65)], [[None] * 65, ['1'] * 65, [None] * 64 + ['1']], sorts=[])]


def sorts(r):
    """Few values, so that rows tie; `n` makes an order unique."""
    keys = ['boolean', 'tinyint', 'smallint', 'int', 'bigint', 'float', 'double', 'decimal(9,2)', 'decimal(18,3)', 'decimal(38,10)', 'decimal(38,20)', 'string', 'binary', 'date', 'timestamp', 'timestamp_ntz',
            'interval year to month', 'interval day to second', ('array', 'int'), ('struct', [('a', 'double'), ('b', 'string')])]
    found = []
    for t in keys:
        second = r.one([k for k in keys if k != t])
        rows = [[draw(t, r, 6, True), draw(second, r, 6, True), str(i)] for i in range(24)]
        asked = [[(0, *spec)] for spec in SPECS] + [[(0, *spec), (1, *other)] for spec, other in zip(SPECS, SPECS[2:] + SPECS[:2])]
        asked += [[(1, 'asc', 'first'), (0, 'desc', 'last'), (2, 'asc', 'first')], [(1, 'desc', 'last'), (2, 'desc', 'first')]]
        found.append(table(f'{spark_name(t)}, {spark_name(second)}', [('a', t), ('b', second), ('n', 'int')], rows, sorts=asked))
    return found


def random_type(r, depth):
    kind = r.below(12) if depth else 11
    if kind == 0:
        return ('array', random_type(r, depth - 1))
    if kind == 1:
        return ('struct', [(f'f{i}', random_type(r, depth - 1)) for i in range(1 + r.below(4))])
    if kind == 2:
        return ('map', random_type(r, 0), random_type(r, depth - 1))
    if kind < 5:
        p = r.one([1, 2, 5, 9, 10, 17, 18, 19, 20, 28, 37, 38])
        return f'decimal({p},{r.below(p + 1)})'
    return r.one(['boolean', 'tinyint', 'smallint', 'int', 'bigint', 'float', 'double', 'string', 'string', 'binary', 'date', 'timestamp', 'timestamp_ntz', 'interval', 'interval year to month', 'interval day to second'])


def mixed(r):
    return [random_table(f'random {i}', [random_type(r, 3) for _ in range(1 + r.below(10))], 16, r, nulls=r.one([0, 3, 6, 12])) for i in range(40)]


FAMILIES = {'integers': integers, 'floats': floats, 'decimals': decimals, 'strings': strings, 'temporal': temporal, 'nested': nested, 'wide': wide, 'sorts': sorts, 'random': mixed}


def families(seed):
    """Each family draws from a seed of its own, so that one can grow without the others."""
    return {name: make(Random(f'{seed} {name}')) for name, make in FAMILIES.items()}


def streams(seed):
    r = Random(f'{seed} streams')
    return [random_table('int and string', ['int', 'string'], 12, r), random_table('fixed', ['bigint', 'double', 'decimal(10,2)'], 9, r, nulls=0),
            random_table('nested', [('array', 'string'), ('map', 'int', 'binary'), 'decimal(38,3)'], 8, r), random_table('no rows', ['int'], 0, r),
            table('no fields', [], [[], []], sorts=[]), table('one long string', [('s', 'string')], [['y' * 5000], [None], ['é']], sorts=[])]
