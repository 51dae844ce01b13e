#!/usr/bin/env python3
"""Writes test/fixtures/parquet: files as pyarrow, Polars, DuckDB and hyparquet-writer write them, and their values. See README.md."""
import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
OUT = ROOT / 'test' / 'fixtures' / 'parquet'
HYPARQUET_WRITER = 'hyparquet-writer@0.17.0'


def own_python():
    """The Python of a virtual environment of requirements.txt, made where there is none."""
    home = ROOT / '.cache' / 'parquet-fixtures'
    python = home / ('Scripts' if os.name == 'nt' else 'bin') / 'python'
    if not (home / 'ready').exists():
        venv.create(home, with_pip=True, clear=True)
        subprocess.check_call([python, '-m', 'pip', 'install', '--quiet', '-r', HERE / 'requirements.txt'])
        (home / 'ready').touch()
    return python


def own_node():
    """The folder that hyparquet-writer is installed in."""
    home = ROOT / '.cache' / 'parquet-fixtures-node'
    if not (home / 'node_modules' / 'hyparquet-writer').exists():
        home.mkdir(parents=True, exist_ok=True)
        (home / 'package.json').write_text('{"private":true,"type":"module"}\n')
        npm = shutil.which('npm')
        if npm is None:
            raise SystemExit('npm is not on the PATH')
        subprocess.check_call([npm, 'install', '--no-audit', '--no-fund', '--silent', HYPARQUET_WRITER], cwd=home)
    return home


def main():
    if not os.environ.get('PARQUET_FIXTURES_INSIDE'):
        os.environ['PARQUET_FIXTURES_INSIDE'] = '1'
        python = str(own_python())
        raise SystemExit(subprocess.call([python, *sys.argv]))
    sys.path.insert(0, str(HERE))
    import write

    OUT.mkdir(parents=True, exist_ok=True)
    for old in OUT.glob('*'):
        if old.suffix in ('.parquet', '.json', '.gz'):
            old.unlink()
    manifest, versions = write.run(OUT)
    home = own_node()
    shutil.copy(HERE / 'write.mjs', home / 'write.mjs')
    written = subprocess.check_output(['node', 'write.mjs', str(OUT)], cwd=home)
    manifest += json.loads(written)
    versions['hyparquet-writer'] = HYPARQUET_WRITER.split('@')[1]
    for entry in manifest:
        entry['bytes'] = (OUT / entry['file']).stat().st_size
    lines = ',\n'.join('  ' + json.dumps(entry) for entry in sorted(manifest, key=lambda e: e['file']))
    (OUT / 'manifest.json').write_text(f'{{"versions": {json.dumps(versions)}, "files": [\n{lines}\n]}}\n')
    print(json.dumps({'files': len(manifest), 'bytes': sum(p.stat().st_size for p in OUT.glob('*')), **versions}))


if __name__ == '__main__':
    main()
