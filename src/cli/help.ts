/** The help texts: one for the program, one for each command. */

const COMMON = `  --threads N         worker threads (default: the cores of the machine)
  --memory SIZE       most memory a query and its tables may take, up to 4GiB
  --native MODE       prefer (default), only (a fallback is the error NATIVE_ONLY), never (all on the interpreter)`

const LAST = `  --debug             stack traces with errors
  -h, --help          this text`

const CAPTURE = '  --capture DIR       write every native stage and pipeline to DIR before it runs, for arcweld kernel (slower, on one thread)'

const TABLE = `  --table name=path   a Parquet, Arrow IPC or CSV file, repeatable
  --with name.option=value   how a table of text is written (docs/SOURCES.md), repeatable`

export const HELP: Record<string, string> = {
  '': `Usage: arcweld <command> [options]

  sql "<sql>"         run a query over files
  explain "<sql>"     show the stages of a query and which of them are native
  run <plan.json>     run a plan document, without SQL
  kernel <file>       run one program of the IR's language, or a captured bundle, alone
  conformance <pack>  run a pack of queries on arcweld and on DuckDB, and compare
  demo                analytical queries over 3 million flights, compared with and timed beside DuckDB
  bench <suite>       queries of TPC-H or TPC-DS, and files into columns, compared with and timed beside DuckDB

Options: --help, --version; arcweld <command> --help for a command's own.
Exit status: 0 done, 1 an error while planning or running, 2 a bad command line.
`,
  sql: `Usage: arcweld sql "<sql>" [--table name=path ...] [options]

${TABLE}
  --format FORMAT     table (default), csv, ndjson, arrow (IPC stream)
  --compression NAME  of an Arrow stream: lz4, zstd
${CAPTURE}
${COMMON}
${LAST}
`,
  explain: `Usage: arcweld explain "<sql>" [--table name=path ...] [options]

${TABLE}
  --analyze           run the query, and show rows and times of its stages
  --format FORMAT     text (default), json
${COMMON}
${LAST}
`,
  run: `Usage: arcweld run <plan.json> [--table name=path ...] [options]

${TABLE}
  --format FORMAT     table (default), csv, ndjson, arrow (IPC stream)
  --compression NAME  of an Arrow stream: lz4, zstd
${CAPTURE}
${COMMON}
${LAST}
`,
  kernel: `Usage: arcweld kernel <program.weld> --input <file> ... [options]
       arcweld kernel <bundle> [options]

Runs a program of the language (docs/IR.md) on one thread. Each --input is one parameter, in order: lines of JSON (a line an
element of a vec, values by position), Parquet or Arrow IPC. The result is lines of JSON on stdout, figures are on stderr.
A bundle, as --capture writes them, has its inputs with it; exit status 1 where it comes to something else than it did.

  --input FILE        the next parameter, repeatable
  --ir                the optimised pipelines as text; without inputs nothing is run
  --wat               the module as WebAssembly text (needs the package wabt)
  --memory SIZE       most memory a run may take, up to 4GiB
${LAST}
`,
  conformance: `Usage: arcweld conformance <pack> [options]

A pack is a folder with schema.sql, queries/*.sql and folders sf*/ of <table>.parquet. Every query runs on arcweld and on
DuckDB over the same files. A line a query: ok, differs or error; exit status 1 unless all are ok.

  --only LIST         only these queries, as q01,q02
  --sf LIST           only these folders, as 0.01,0.1
  --timeout SECONDS   most time a query may take (default 60)
${CAPTURE}
${COMMON}
${LAST}
`,
  demo: `Usage: arcweld demo [options]

Seven and more queries over flights-3m.parquet of the npm package vega-datasets. Results are compared with DuckDB's
before any time is shown; both engines get the same number of threads.

  --queries LIST      only these queries, as 1,4
  --runs N            timed runs of each engine (default 15)
${COMMON.split('\n').slice(0, 2).join('\n')}
${LAST}
`,
  bench: `Usage: arcweld bench tpch|tpcds [options]
       arcweld bench scan [options]

Queries of TPC-H or TPC-DS over tables in memory or files, on arcweld and on DuckDB in one process with as many threads each. Answers are compared
row by row, and where one differs nothing is timed (exit status 1). TPC-H's data is generated once, by an npm package
that is installed for it, into ARCWELD_CACHE or the user's cache folder; TPC-DS's is named by --data.

  --sf N              scale factor (default 1)
  --data DIR          the folder of queries.json and a Parquet file for each table, or a conformance pack (then its greatest scale
                      factor, or --sf); TPC-H's is generated there if it is not there or empty
  --queries LIST      numbers, or all (default all)
  --engines LIST      of arcweld, duckdb and interpreter (default arcweld,duckdb)
  --rounds N          timed runs of each engine (default 9)
  --from WHERE        memory (default): tables are loaded before; file: every query reads the Parquet files
  --profile           also where the time goes: pipelines with rows, ns a row, GB/s against the memory's speed
  --cpu-prof DIR      run under Node's sampling profiler: a .cpuprofile for each thread in DIR
  --json FILE         all figures as JSON
${COMMON.split('\n').slice(0, 2).join('\n')}
${LAST}

bench scan reads lineitem, written by DuckDB beside the tables: Parquet (uncompressed, snappy, zstd; four columns and all), CSV and lines of
JSON, on arcweld, DuckDB and those readers in JavaScript that are installed: to a sum of each column, and into columns in memory. It
knows --sf (default 1, and 0.1 for CSV and JSON), --data, --rounds (default 5), --json, --threads, --memory and

  --only LIST         beginnings of cases, as parquet-snappy,csv
  --engines LIST      of arcweld, duckdb, parquet-wasm, hyparquet, udsv, papaparse, d3-dsv, csv-parse, json-parse
`,
}
