#!/usr/bin/env python3
"""Writes test/fixtures/spark: rows, hashes, sort orders and streams as Spark itself makes them. See README.md."""
import argparse
import json
import os
import re
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
OUT = ROOT / 'test' / 'fixtures' / 'spark'
PARTITIONS = [1, 2, 7, 16, 200, 1000]
SEED = 20261120


def own_python(requirements):
    """The Python of a virtual environment of these requirements, made where there is none."""
    home = ROOT / '.cache' / 'spark-fixtures' / requirements.removesuffix('.txt')
    python = home / 'bin' / 'python'
    if not (home / 'ready').exists():
        venv.create(home, with_pip=True, clear=True)
        subprocess.check_call([python, '-m', 'pip', 'install', '--quiet', '-r', HERE / requirements])
        (home / 'ready').touch()
    return python


def session():
    from pyspark.sql import SparkSession

    settings = {
        'spark.ui.enabled': 'false', 'spark.ui.showConsoleProgress': 'false', 'spark.sql.session.timeZone': 'UTC', 'spark.sql.adaptive.enabled': 'false', 'spark.driver.memory': '1g', 'spark.sql.shuffle.partitions': '4', 'spark.driver.extraClassPath': str(compiled()),
    }
    builder = SparkSession.builder.master('local[1]').appName('fixtures')
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel('ERROR')
    return spark


def compiled():
    """SparkRows.java, compiled against this Spark; the folder of its classes."""
    import pyspark

    classes = Path(sys.prefix) / 'classes'
    subprocess.check_call(['javac', '-nowarn', '-Xlint:-unchecked', '-d', classes, '-cp', f'{Path(pyspark.__file__).parent}/jars/*', HERE / 'SparkRows.java'])
    return classes


def ask(call, request):
    return json.loads(call(json.dumps(request)))


def filled(java, table):
    """A table with what Spark says of it."""
    got = ask(java.rows, {'schema': table['schema'], 'rows': table['rows'], 'partitions': PARTITIONS, 'sorts': table['sorts']})
    if got['differences']:
        print(f"  {table['name']}: generated and interpreted code differ {got['differences']} times", got.get('example', ''))
    for row in got['rows']:
        for name in ('ch', 'cx', 'sp'):
            if name in row:
                row[name] += [None] * (len(table['fields']) - len(row[name]))
    return {
        'name': table['name'], 'nullable': table['nullable'],
        'fields': [{**f, 'hashable': h, 'prefix': p} for f, h, p in zip(table['fields'], got['hashable'], got['prefixes'])],
        'rows': [{'v': v, **row} for v, row in zip(table['rows'], got['rows'])],
        'sorts': [{'keys': keys, 'order': [g[0] if len(g) == 1 else g for g in order]} for keys, order in zip(table['sorts'], got['sorts'])],
    }


def line(value):
    return json.dumps(value, ensure_ascii=False, separators=(',', ':'))


def lines(items):
    return '[' + ','.join('\n' + line(i) for i in items) + ']'


def family_text(head, tables):
    """A row, a field or a sort each line."""
    parts = []
    for t in tables:
        lists = ','.join(f'"{k}":{lines(t[k])}' for k in ('fields', 'sorts', 'rows'))
        parts.append(f'{{"name":{line(t["name"])},"nullable":{line(t["nullable"])},{lists}}}')
    return f'{{{line(head)[1:-1]},"tables":[\n' + ',\n'.join(parts) + '\n]}\n'


def spark_rows(java, seed):
    from families import families

    found = {}
    for name, tables in families(seed).items():
        found[name] = [filled(java, t) for t in tables]
        print(f"{name}: {len(tables)} schemas, {sum(len(t['rows']) for t in tables)} rows", flush=True)
    return found


def spark_streams(spark, java, seed):
    from families import streams

    return [{'name': t['name'], 'fields': t['fields'], 'values': t['rows'], **json.loads(java.streams(spark._jsparkSession, json.dumps({'schema': t['schema'], 'rows': t['rows']})))} for t in streams(seed)]


def spark_queries(spark, java):
    """Each query of queries.sql with ANSI off and on: the row, or the error's class."""
    found = []
    # Errors are answers here, not worth a stack trace.
    spark.sparkContext.setLogLevel('OFF')
    for query in (text for text in (HERE / 'queries.sql').read_text().splitlines() if text and not text.startswith('--')):
        answer = {'sql': query}
        for mode in ('false', 'true'):
            spark.conf.set('spark.sql.ansi.enabled', mode)
            try:
                result = json.loads(java.collect(spark.sql(query)._jdf))
            except Exception as error:
                result = {'error': error_class(error)}
            answer['ansi' if mode == 'true' else 'plain'] = result
        if answer['plain'] == answer['ansi']:
            answer = {'sql': query, 'both': answer['plain']}
        found.append(answer)
    return found


def error_class(error):
    """The class in brackets at the head of the message; pyspark knows it only of some exceptions."""
    match = re.search(r'\[([A-Z][A-Z_.]+)\]', str(error))
    if not match:
        raise error
    return match[1]


def made(seed, queries_only):
    spark = session()
    java = spark.sparkContext._jvm.arcweld.SparkRows()
    everything = {} if queries_only else {'rows': spark_rows(java, seed), 'streams': spark_streams(spark, java, seed)}
    everything['queries'] = spark_queries(spark, java)
    everything['spark'] = spark.version
    everything['java'] = spark.sparkContext._jvm.System.getProperty('java.version')
    spark.stop()
    return everything


def write(everything, seed):
    """Writes what there is; without rows the manifest keeps the others' counts."""
    OUT.mkdir(parents=True, exist_ok=True)
    head = {'spark': everything['spark'], 'seed': seed, 'partitions': PARTITIONS}
    manifest = {'spark': everything['spark'], 'java': everything['java'], 'seed': seed, 'partitions': PARTITIONS}
    if 'rows' in everything:
        counts = {}
        for name, tables in everything['rows'].items():
            (OUT / f'{name}.json').write_text(family_text(head, tables))
            counts[name] = {'tables': len(tables), 'rows': sum(len(t['rows']) for t in tables), 'sorts': sum(len(t['sorts']) for t in tables)}
        (OUT / 'streams.json').write_text(f'{{{line(head)[1:-1]},"streams":{lines(everything["streams"])}}}\n')
        manifest |= {'families': counts, 'tables': sum(c['tables'] for c in counts.values()), 'rows': sum(c['rows'] for c in counts.values()), 'streams': len(everything['streams'])}
    else:
        manifest = {**json.loads((OUT / 'manifest.json').read_text()), **manifest}
    (OUT / 'queries.json').write_text(f'{{{line(head)[1:-1]},"queries":{lines(everything["queries"])}}}\n')
    manifest['queries'] = len(everything['queries'])
    (OUT / 'manifest.json').write_text(json.dumps(manifest, indent=2) + '\n')


def differences(a, b, at=''):
    """Where two JSON values differ: [path, a, b]."""
    if isinstance(a, dict) and isinstance(b, dict):
        return [d for k in {**a, **b} for d in differences(a.get(k), b.get(k), f'{at}/{k}')]
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        return [d for i, (x, y) in enumerate(zip(a, b)) for d in differences(x, y, f'{at}/{i}')]
    return [] if a == b else [[at, a, b]]


def compare(everything, seed):
    """Stores what this Spark says otherwise than the one that wrote the fixtures."""
    path = OUT / 'spark-4.json'
    everything = json.loads(json.dumps(everything))
    text = {'spark': everything['spark'], 'java': everything['java'], 'seed': seed}
    if 'rows' in everything:
        stored = {name: json.loads((OUT / f'{name}.json').read_text())['tables'] for name in everything['rows']}
        text['rows'] = sum(len(t['rows']) for tables in stored.values() for t in tables)
        other = [d for name in stored for d in differences(stored[name], everything['rows'][name], name)]
        other += differences(json.loads((OUT / 'streams.json').read_text())['streams'], everything['streams'], 'streams')
    else:
        before = json.loads(path.read_text())
        text['rows'], other = before['rows'], before['differences']
    queries = json.loads((OUT / 'queries.json').read_text())['queries']
    answers = [mine for was, mine in zip(queries, everything['queries']) if was != mine]
    path.write_text(f'{{{line(text)[1:-1]},"differences":{lines(other)},"queries":{lines(answers)}}}\n')
    print(f"{text['rows']} rows and the streams compared: {len(other)} differences; queries: {len(answers)} of {len(queries)}")


def main():
    parse = argparse.ArgumentParser(description=__doc__)
    parse.add_argument('--seed', type=int, default=SEED)
    parse.add_argument('--compare', action='store_true', help='run Spark 4 (requirements-4.txt) and write what it says otherwise')
    parse.add_argument('--queries', action='store_true', help='only queries.sql; the rest stays as it is')
    parse.add_argument('--inside', action='store_true', help=argparse.SUPPRESS)
    given = parse.parse_args()
    if not given.inside:
        python = own_python('requirements-4.txt' if given.compare else 'requirements.txt')
        environment = {**os.environ, 'PYSPARK_PYTHON': str(python), 'SPARK_LOCAL_IP': '127.0.0.1'}
        environment.pop('SPARK_HOME', None)
        sys.exit(subprocess.call([python, __file__, '--inside', *sys.argv[1:]], env=environment))
    print(f'seed {given.seed}')
    everything = made(given.seed, given.queries)
    (compare if given.compare else write)(everything, given.seed)


if __name__ == '__main__':
    main()
