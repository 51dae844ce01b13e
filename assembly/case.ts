/**
 * Upper and lower case by Unicode's simple mapping, a code point to a code point, as the reference has it
 * (src/operators/strings-text.ts). ASCII goes 16 bytes at a time; a text that has nothing to change is returned as it is.
 */
import { CTX_ARENA, fail, MEMORY_EXCEEDED, scratch } from './context'
import { putPoint, pointAt, pointBytes } from './points'
import { addressOf, bytesOf, slice } from './strings'

/**
 * Runs of code points beyond ASCII that move by the same distance, in ascending order:
 *
 *   bit 63      33     32        31     24 23          0
 *      ┌──────────┬───────────┬──────────┬─────────────┐
 *      │ distance │ every 2nd │ last − first │ first   │
 *      └──────────┴───────────┴──────────┴─────────────┘
 */
const UPPER = memory.data<u64>([
  0x5ce000000b5, 0x3b7e000000df, 0xffffffc0160000e0, 0xffffffc0060000f8, 0xf2000000ff, 0xffffffff2e000101, 0xfffffe3000000131, 0xffffffff04000133,
  0xffffffff0e00013a, 0xffffffff2c00014b, 0xffffffff0400017a, 0xfffffda80000017f, 0x18600000180, 0xffffffff02000183, 0xfffffffe00000188, 0xfffffffe0000018c,
  0xfffffffe00000192, 0xc200000195, 0xfffffffe00000199, 0x1460000019a, 0x1040000019e, 0xffffffff040001a1, 0xfffffffe000001a8, 0xfffffffe000001ad, 0xfffffffe000001b0,
  0xffffffff020001b4, 0xfffffffe000001b9, 0xfffffffe000001bd, 0x70000001bf, 0xfffffffe000001c5, 0xfffffffc000001c6, 0xfffffffe000001c8, 0xfffffffc000001c9,
  0xfffffffe000001cb, 0xfffffffc000001cc, 0xffffffff0e0001ce, 0xffffff62000001dd, 0xffffffff100001df, 0xfffffffe000001f2, 0xfffffffc000001f3, 0xfffffffe000001f5,
  0xffffffff260001f9, 0xffffffff10000223, 0xfffffffe0000023c, 0x547e0100023f, 0xfffffffe00000242, 0xffffffff08000247, 0x543e00000250, 0x543800000251, 0x543c00000252,
  0xfffffe5c00000253, 0xfffffe6400000254, 0xfffffe6601000256, 0xfffffe6c00000259, 0xfffffe6a0000025b, 0x14a9e0000025c, 0xfffffe6600000260, 0x14a9600000261,
  0xfffffe6200000263, 0x14a5000000265, 0x14a8800000266, 0xfffffe5e00000268, 0xfffffe5a00000269, 0x14a880000026a, 0x53ee0000026b, 0x14a820000026c, 0xfffffe5a0000026f,
  0x53fa00000271, 0xfffffe5600000272, 0xfffffe5400000275, 0x53ce0000027d, 0xfffffe4c00000280, 0x14a8600000282, 0xfffffe4c00000283, 0x14a5400000287,
  0xfffffe4c00000288, 0xffffff7600000289, 0xfffffe4e0100028a, 0xffffff720000028c, 0xfffffe4a00000292, 0x14a2a0000029d, 0x14a240000029e, 0xa800000345,
  0xffffffff02000371, 0xfffffffe00000377, 0x1040200037b, 0xffffffb4000003ac, 0xffffffb6020003ad, 0xffffffc0100003b1, 0xffffffc2000003c2, 0xffffffc0080003c3,
  0xffffff80000003cc, 0xffffff82010003cd, 0xffffff84000003d0, 0xffffff8e000003d1, 0xffffffa2000003d5, 0xffffff94000003d6, 0xfffffff0000003d7, 0xffffffff160003d9,
  0xffffff54000003f0, 0xffffff60000003f1, 0xe000003f2, 0xffffff18000003f3, 0xffffff40000003f5, 0xfffffffe000003f8, 0xfffffffe000003fb, 0xffffffc01f000430,
  0xffffff600f000450, 0xffffffff20000461, 0xffffffff3400048b, 0xffffffff0c0004c2, 0xffffffe2000004cf, 0xffffffff5e0004d1, 0xffffffa025000561, 0x17802a0010d0,
  0x1780020010fd, 0xfffffff0050013f8, 0xffffcf2400001c80, 0xffffcf2600001c81, 0xffffcf3800001c82, 0xffffcf3c01001c83, 0xffffcf3a00001c85, 0xffffcf4800001c86,
  0xffffcfb600001c87, 0x1138400001c88, 0x1140800001d79, 0x1dcc00001d7d, 0x1147000001d8e, 0xffffffff94001e01, 0xffffff8a00001e9b, 0xffffffff5e001ea1, 0x1007001f00,
  0x1005001f10, 0x1007001f20, 0x1007001f30, 0x1005001f40, 0x1106001f51, 0x1007001f60, 0x9401001f70, 0xac03001f72, 0xc801001f76, 0x10001001f78, 0xe001001f7a,
  0xfc01001f7c, 0x1007001f80, 0x1007001f90, 0x1007001fa0, 0x1001001fb0, 0x1200001fb3, 0xffffc7b600001fbe, 0x1200001fc3, 0x1001001fd0, 0x1001001fe0, 0xe00001fe5,
  0x1200001ff3, 0xffffffc80000214e, 0xffffffe00f002170, 0xfffffffe00002184, 0xffffffcc190024d0, 0xffffffa02f002c30, 0xfffffffe00002c61, 0xffffabaa00002c65,
  0xffffabb000002c66, 0xffffffff04002c68, 0xfffffffe00002c73, 0xfffffffe00002c76, 0xffffffff62002c81, 0xffffffff02002cec, 0xfffffffe00002cf3, 0xffffc74025002d00,
  0xffffc74000002d27, 0xffffc74000002d2d, 0xffffffff2c00a641, 0xffffffff1a00a681, 0xffffffff0c00a723, 0xffffffff3c00a733, 0xffffffff0200a77a, 0xffffffff0800a77f,
  0xfffffffe0000a78c, 0xffffffff0200a791, 0x600000a794, 0xffffffff1200a797, 0xffffffff0e00a7b5, 0xffffffff0200a7c8, 0xfffffffe0000a7d1, 0xffffffff0200a7d7,
  0xfffffffe0000a7f6, 0xfffff8c00000ab53, 0xfffed0604f00ab70, 0xffffffc01900ff41, 0xffffffb027010428, 0xffffffb0230104d8, 0xffffffb20a010597, 0xffffffb20e0105a3,
  0xffffffb2060105b3, 0xffffffb2010105bb, 0xffffff8032010cc0, 0xffffffc01f0118c0, 0xffffffc01f016e60, 0xffffffbc2101e922,
])
const UPPER_RUNS: i32 = 200
const LOWER = memory.data<u64>([
  0x40160000c0, 0x40060000d8, 0x32e000100, 0xfffffe7200000130, 0x304000132, 0x30e000139, 0x32c00014a, 0xffffff0e00000178, 0x304000179, 0x1a400000181, 0x302000182,
  0x19c00000186, 0x200000187, 0x19a01000189, 0x20000018b, 0x9e0000018e, 0x1940000018f, 0x19600000190, 0x200000191, 0x19a00000193, 0x19e00000194, 0x1a600000196,
  0x1a200000197, 0x200000198, 0x1a60000019c, 0x1aa0000019d, 0x1ac0000019f, 0x3040001a0, 0x1b4000001a6, 0x2000001a7, 0x1b4000001a9, 0x2000001ac, 0x1b4000001ae,
  0x2000001af, 0x1b2010001b1, 0x3020001b3, 0x1b6000001b7, 0x2000001b8, 0x2000001bc, 0x4000001c4, 0x2000001c5, 0x4000001c7, 0x2000001c8, 0x4000001ca, 0x3100001cb,
  0x3100001de, 0x4000001f1, 0x3020001f2, 0xffffff3e000001f6, 0xffffff90000001f7, 0x3260001f8, 0xfffffefc00000220, 0x310000222, 0x54560000023a, 0x20000023b,
  0xfffffeba0000023d, 0x54500000023e, 0x200000241, 0xfffffe7a00000243, 0x8a00000244, 0x8e00000245, 0x308000246, 0x302000370, 0x200000376, 0xe80000037f, 0x4c00000386,
  0x4a02000388, 0x800000038c, 0x7e0100038e, 0x4010000391, 0x40080003a3, 0x10000003cf, 0x3160003d8, 0xffffff88000003f4, 0x2000003f7, 0xfffffff2000003f9, 0x2000003fa,
  0xfffffefc020003fd, 0xa00f000400, 0x401f000410, 0x320000460, 0x33400048a, 0x1e000004c0, 0x30c0004c1, 0x35e0004d0, 0x6025000531, 0x38c0250010a0, 0x38c0000010c7,
  0x38c0000010cd, 0x12fa04f0013a0, 0x10050013f0, 0xffffe8802a001c90, 0xffffe88002001cbd, 0x394001e00, 0xffffc48200001e9e, 0x35e001ea0, 0xfffffff007001f08,
  0xfffffff005001f18, 0xfffffff007001f28, 0xfffffff007001f38, 0xfffffff005001f48, 0xfffffff106001f59, 0xfffffff007001f68, 0xfffffff007001f88, 0xfffffff007001f98,
  0xfffffff007001fa8, 0xfffffff001001fb8, 0xffffff6c01001fba, 0xffffffee00001fbc, 0xffffff5403001fc8, 0xffffffee00001fcc, 0xfffffff001001fd8, 0xffffff3801001fda,
  0xfffffff001001fe8, 0xffffff2001001fea, 0xfffffff200001fec, 0xffffff0001001ff8, 0xffffff0401001ffa, 0xffffffee00001ffc, 0xffffc54600002126, 0xffffbe820000212a,
  0xffffbf740000212b, 0x3800002132, 0x200f002160, 0x200002183, 0x34190024b6, 0x602f002c00, 0x200002c60, 0xffffac1200002c62, 0xffffe23400002c63, 0xffffac3200002c64,
  0x304002c67, 0xffffabc800002c6d, 0xffffac0600002c6e, 0xffffabc200002c6f, 0xffffabc400002c70, 0x200002c72, 0x200002c75, 0xffffab8201002c7e, 0x362002c80,
  0x302002ceb, 0x200002cf2, 0x32c00a640, 0x31a00a680, 0x30c00a722, 0x33c00a732, 0x30200a779, 0xfffeebf80000a77d, 0x30800a77e, 0x20000a78b, 0xfffeb5b00000a78d,
  0x30200a790, 0x31200a796, 0xfffeb5780000a7aa, 0xfffeb5620000a7ab, 0xfffeb56a0000a7ac, 0xfffeb57e0000a7ad, 0xfffeb5780000a7ae, 0xfffeb5dc0000a7b0,
  0xfffeb5ac0000a7b1, 0xfffeb5d60000a7b2, 0x7400000a7b3, 0x30e00a7b4, 0xffffffa00000a7c4, 0xfffeb57a0000a7c5, 0xfffeeb900000a7c6, 0x30200a7c7, 0x20000a7d0,
  0x30200a7d6, 0x20000a7f5, 0x401900ff21, 0x5027010400, 0x50230104b0, 0x4e0a010570, 0x4e0e01057c, 0x4e0601058c, 0x4e01010594, 0x8032010c80, 0x401f0118a0,
  0x401f016e40, 0x442101e900,
])
const LOWER_RUNS: i32 = 181

function mapped(point: u32, table: usize, runs: i32): u32 {
  let low: i32 = 0
  let high = runs - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const run = load<u64>(table + (<usize>middle << 3))
    const first = <u32>(run & 0xffffff)
    if (point < first) high = middle - 1
    else if (point > first + <u32>((run >> 24) & 0xff)) low = middle + 1
    else return ((run >> 32) & 1) != 0 && ((point - first) & 1) != 0 ? point : point + <u32>(<i64>run >> 33)
  }
  return point
}

/** Bytes of the ASCII letters of the other case, as a mask of 0x20. */
// @ts-ignore: decorator
@inline
function changes(block: v128, first: i8): v128 {
  const letters = v128.and(i8x16.ge_s(block, i8x16.splat(first)), i8x16.le_s(block, i8x16.splat(first + 25)))
  return v128.and(letters, i8x16.splat(0x20))
}

/** (text, 1: lower, 0: upper). Allocates where something changes. */
export function str_case(ctx: usize, text: u64, lower: i32): u64 {
  const start = addressOf(text)
  const bytes = bytesOf(text)
  const end = start + bytes
  // the letter A or a
  const first: i8 = lower ? 0x41 : 0x61
  let at = start
  for (; at < end; at += 16) {
    const block = v128.load(at)
    let found = i8x16.bitmask(v128.or(i8x16.ne(changes(block, first), i8x16.splat(0)), i8x16.lt_s(block, i8x16.splat(0))))
    if (end - at < 16) found &= (1 << <i32>(end - at)) - 1
    if (found != 0) break
  }
  if (at >= end) return text
  // a point of two bytes may become one of three
  const room = <u64>bytes + (bytes >> 1) + 16
  if (room >> 32 != 0) fail(ctx, MEMORY_EXCEEDED)
  const out = scratch(ctx, <u32>room)
  memory.copy(out, start, at - start)
  let to = out + (at - start)
  const table = lower ? LOWER : UPPER
  const runs = lower ? LOWER_RUNS : UPPER_RUNS
  while (at < end) {
    const block = v128.load(at)
    const wide = i8x16.bitmask(block)
    // what is written past the end is overwritten, or given back
    const ascii = min<usize>(wide ? ctz(wide) : 16, end - at)
    if (ascii != 0) {
      v128.store(to, v128.xor(block, changes(block, first)))
      at += ascii
      to += ascii
    }
    while (at < end && load<u8>(at) > 127) {
      const point = pointAt(at)
      at += pointBytes(at)
      to = putPoint(to, mapped(point, table, runs))
    }
  }
  store<u32>(ctx, (<u32>to + 7) & ~7, CTX_ARENA)
  return slice(out, <u32>(to - out))
}
