#!/usr/bin/env python3
"""Writes test/fixtures/arrow: IPC files and streams as pyarrow and Polars write them, and reads back what arcweld writes. See README.md."""
import argparse
import json
import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
OUT = ROOT / 'test' / 'fixtures' / 'arrow'


def own_python():
    """The Python of a virtual environment of requirements.txt, made where there is none."""
    home = ROOT / '.cache' / 'arrow-fixtures'
    python = home / 'bin' / 'python'
    if not (home / 'ready').exists():
        venv.create(home, with_pip=True, clear=True)
        subprocess.check_call([python, '-m', 'pip', 'install', '--quiet', '-r', HERE / 'requirements.txt'])
        (home / 'ready').touch()
    return python


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--check', metavar='FOLDER', help='read the files that arcweld wrote there, and compare')
    args = parser.parse_args()
    if not os.environ.get('ARROW_FIXTURES_INSIDE'):
        os.environ['ARROW_FIXTURES_INSIDE'] = '1'
        python = own_python()
        os.execv(python, [str(python), *sys.argv])
    sys.path.insert(0, str(HERE))
    if args.check:
        import check

        check.run(Path(args.check))
    else:
        import write

        OUT.mkdir(parents=True, exist_ok=True)
        total = write.run(OUT)
        print(json.dumps(total))


if __name__ == '__main__':
    main()
