/** One example of each rule of the passes: text before, text after that rule alone; `first` are rules that lead up to it. */
export interface Example {
  readonly before: string
  readonly after: string
  readonly first?: readonly string[]
}
export const EXAMPLES: Readonly<Record<string, Example>> = {
  'inline-apply': {
    before: '|x: i64| (|a, b| a - b)(x, 1L)',
    after: `|x: i64|
  let a = x;
  let b = 1L;
  a - b`,
  },
  'inline-function': {
    before: '|x: i64| let f = |a: i64| let d = a + a; d * d; f(x) + f(1L)',
    after: `|x: i64|
  (|a_2|
    let d_2 = a_2 + a_2;
    d_2 * d_2)(x)
    + (|a_3|
      let d_3 = a_3 + a_3;
      d_3 * d_3)(1L)`,
  },
  'inline-staged': {
    before: '|v: vec[i64]| let s = result(for(v, staged[64, i64], |b, i, n| if(n > 1L, merge(b, n), b))); let k = 7L; result(for(s, merger[i64, +], |c, j, x| merge(c, x * k)))',
    after: `|v: vec[i64]|
  let k = 7L;
  result(
    for(result(for(v, staged[64, i64], |b, i, n| if(n > 1L, merge(b, n), b))), merger[i64, +], |c, j, x|
      merge(c, x * k)))`,
  },
  'float-let': {
    before: '|x: i64| let a = (let b = x * x; b + b); a * a',
    after: `|x: i64|
  let b = x * x;
  let a = b + b;
  a * a`,
  },
  'inline-let': {
    before: '|v: vec[{i64, i64}]| for(v, merger[i64, +], |b, i, n| let x = n.$0; let y = x * x; merge(b, if(x > 0L, y, 0L)))',
    after: `|v: vec[{i64, i64}]| result(for(v, merger[i64, +], |b, i, n| merge(b, if(n.$0 > 0L, n.$0 * n.$0, 0L))))`,
  },
  'dead-let': {
    before: '|x: i64| let a = x * x; let b = 1L / x; x',
    after: `|x: i64|
  let b = 1L / x;
  x`,
  },
  'dead-builder': {
    before: '|v: vec[i64]| let b = for(iter(v, 0L, 4L, 1L), merger[i64, +], |c, i, n| merge(c, n)); {result(b), 1L}.$1',
    after: `|v: vec[i64]|
  let b = result(for(iter(v, 0L, 4L, 1L), merger[i64, +], |c, i, n| merge(c, n)));
  1L`,
    first: ['struct-field'],
  },
  'unroll-loop': {
    before: '|v: vec[i64]| for(v, merger[i64, +], |b, i, n| for(rangeiter(1L, 6L, 3L), b, |c, j, k| merge(c, n * k + j)))',
    after: `|v: vec[i64]|
  result(
    for(v, merger[i64, +], |b, i, n|
      let c_2 = (let c_5 = b; merge(c_5, n * 1L + 0L));
      let c_4 = c_2;
      merge(c_4, n * 4L + 1L)))`,
  },
  'unroll-map': {
    before: '|x: i64| result(for([x, x * x], appender[i64], |b, i, n| merge(b, n + i)))',
    after: `|x: i64|
  let item_2 = x;
  let item_3 = x * x;
  [item_2 + 0L, item_3 + 1L]`,
  },
  'fold-merger': {
    before: '|x: i64| result((let b = merge(merger[i64, +], x); if(x > 0L, merge(b, 2L), b)))',
    after: `|x: i64|
  let b = 0L + x;
  if(x > 0L, b + 2L, b)`,
  },
  'float-let-of-field': {
    before: '|x: i64| (let b = x * x; {b, b + 1L}).$1',
    after: `|x: i64|
  let b = x * x;
  {b, b + 1L}.$1`,
  },
  'float-let-of-result': {
    before: '|v: vec[i64]| result(let k = len(v); for(v, merger[i64, +], |b, i, n| merge(b, n * k)))',
    after: `|v: vec[i64]|
  let k = len(v);
  result(for(v, merger[i64, +], |b, i, n| merge(b, n * k)))`,
  },
  'float-let-of-loop': {
    before: '|v: vec[i64]| for((let k = 2L; slice(v, k, k)), merger[i64, +], |b, i, n| merge(b, n))',
    after: `|v: vec[i64]| result((let k = 2L; for(slice(v, k, k), merger[i64, +], |b, i, n| merge(b, n))))`,
  },
  'struct-field': {
    before: '|x: i64| {x * x, x, 7L}.$1 + {x, 1L / x}.$0',
    after: `|x: i64| x + {x, 1L / x}.$0`,
  },
  'field-if': {
    before: '|x: i64| if(x > 0L, {x, 1L}, {2L, x}).$0',
    after: `|x: i64| if(x > 0L, {x, 1L}.$0, {2L, x}.$0)`,
  },
  'split-struct': {
    before: '|x: i64| let s = {x * x, x + x}; {s.$0 + s.$1, s}',
    after: `|x: i64|
  let s_2 = x * x;
  let s_3 = x + x;
  {{s_2, s_3}.$0 + {s_2, s_3}.$1, {s_2, s_3}}`,
  },
  'constant-if': {
    before: '|x: i64| if(true, x, 1L / x) + if(false, 1L / x, 2L)',
    after: `|x: i64| x + 2L`,
  },
  'constant-select': {
    before: '|x: i64| select(true, x, x * x) + select(true, x, 1L / x)',
    after: `|x: i64| x + select(true, x, 1L / x)`,
  },
  'constant-assert': {
    before: '|x: i64| assert(true, x) + assert(x > 0L, x)',
    after: `|x: i64| x + assert(x > 0L, x)`,
  },
  'fuse-loops': {
    before: '|v: vec[i64]| for(result(for(v, appender[i64], |b, i, n| if(n > 10L, merge(b, n * n), b))), merger[i64, +], |c, j, x| merge(c, x + 1L))',
    after: `|v: vec[i64]| result(for(v, merger[i64, +], |b, i, n| if(n > 10L, (let x = n * n; merge(b, x + 1L)), b)))`,
  },
  'inline-zip': {
    before: '|v: vec[i64], w: vec[i64]| for(zip(w, result(for(v, appender[i64], |b, i, n| merge(b, n + i)))), merger[i64, +], |c, j, x| merge(c, x.$0 * x.$1))',
    after: `|v: vec[i64], w: vec[i64]|
  result(
    for(zip(w, v), merger[i64, +], |c, j, x_2|
      let x = {x_2.$0, (let n = x_2.$1; n + j)};
      merge(c, x.$0 * x.$1)))`,
  },
  'zip-same': {
    before: '|v: vec[i64]| for(zip(v, v), merger[i64, +], |b, i, n| merge(b, n.$0 * n.$1))',
    after: `|v: vec[i64]|
  result(
    for(v, merger[i64, +], |b, i, n_2|
      let n = {n_2, n_2};
      merge(b, n.$0 * n.$1)))`,
  },
  'merge-if': {
    before: '|v: vec[{bool, i64}]| for(v, merger[i64, +], |b, i, n| if(n.$0, merge(b, n.$1), merge(b, 1L / n.$1)))',
    after: `|v: vec[{bool, i64}]| result(for(v, merger[i64, +], |b, i, n| merge(b, if(n.$0, n.$1, 1L / n.$1))))`,
  },
  'unused-builder': {
    before: '|v: vec[i64]| let r = result(for(v, {merger[i64, +], merger[i64, max], appender[i64]}, |b, i, n| if(n > 0L, {merge(b.$0, n), merge(b.$1, n), merge(b.$2, i)}, b))); r.$0 * r.$0',
    after: `|v: vec[i64]|
  let r = result(for(v, merger[i64, +], |b, i, n| if(n > 0L, merge(b, n), b)));
  r * r`,
  },
  'unused-builder-of-field': {
    before: '|v: vec[i64]| result(for(v, {merger[i64, +], appender[i64]}, |b, i, n| {merge(b.$0, n), merge(b.$1, i)})).$1',
    after: `|v: vec[i64]| result(for(v, appender[i64], |b, i, n| merge(b, i)))`,
  },
  'unused-fields': {
    before: '|v: vec[i64]| let w = result(for(v, appender[{i64, i64, i64}], |b, i, n| merge(b, {n, n * n, i}))); lookup(w, 0L).$2 + result(for(w, merger[i64, +], |b, i, n| merge(b, n.$1)))',
    after: `|v: vec[i64]|
  let w = result(
      for(v, appender[{i64, i64}], |b, i, n| merge(b, (let row_2 = {n, n * n, i}; {row_2.$1, row_2.$2}))));
  lookup(w, 0L).$1 + result(for(w, merger[i64, +], |b_2, i_2, n_2| merge(b_2, n_2.$0)))`,
  },
}
