/**
 * What kernels may call, by the names of src/ir/runtime.ts and src/ir/context.ts; the first parameter is always the context. And nested_…,
 * which conversions of columns call (src/layout/nested-nodes.ts), and parquet_…, snappy and lz4, which the decoder of Parquet calls
 * (src/sources/parquet/decode/runtime.ts).
 */
export { block_patterns } from './block-copies'
export { str_case } from './case'
export { cells_bool, cells_i128, cells_i64 } from './cells-exact'
export { cells_f32, cells_f64 } from './cells-float'
export { cells_kinds } from './cells-kinds'
export { cells_narrow, cells_widen } from './cells-narrow'
export { cells_bytes, cells_codes, cells_decode, cells_offsets, cells_seed } from './cells-text'
export { cells_date, cells_timestamp } from './cells-time'
export { arena_more } from './context'
export { bits_i64, f64_rem, f64_to_i128, i128_div, i128_mul, i128_mul_wrap, i128_rem, i128_shl, i128_shr, i128_to_f64, i128_to_multiple, u64_to_f32 } from './decimal128'
export { csv_boundary, csv_index, csv_lines } from './csv-index'
export { decimal_add, decimal_div, decimal_mul, decimal_rem } from './decimal256'
export { date_add_months, date_from_parts, date_iso_start, date_iso_year, date_last_day, date_month, date_trunc_years, timestamp_add, timestamp_diff, timestamp_from_parts, timestamp_sub } from './date-arithmetic'
export { dict_grow, dict_pointers, sink_chunk } from './dict'
export { filter_bits, filter_bounds, filter_open } from './filter'
export { dict_cut, dict_emptied, dict_full, dict_heaped, dict_partitions, dict_parts, dict_room, dict_room_grow } from './partitions'
export { partition_copy, partition_count, partition_sums } from './partition-rows'
export { f64_power_of_ten, parse_f32, parse_f64, parse_is_float } from './float-parse'
export { float_to_str } from './float-text'
export { interval_pack, interval_part, timestamp_age } from './intervals'
export { join_begin, join_enter } from './join'
export { json_bits, json_codes, json_valid } from './json-columns'
export { json_cut } from './json-cut'
export { json_keys, json_scan } from './json-scan'
export { json_tape } from './json-tape'
export { json_time, json_times } from './json-times'
export { str_like } from './like'
export { lz4_decode } from './lz4'
export { merge_begin, merge_equal, merge_seek } from './merge-join'
export { nested_check, nested_pack, nested_sizes, nested_unpack } from './nested'
export { row_bytes, row_decimal, rows_chunk, rows_move } from './rows'
export { parse_bool, parse_date, parse_exact, parse_is_exact, parse_timestamp } from './parse'
export { packed_f32, packed_f64, packed_i128, packed_i64, packed_items, packed_null, packed_size, packed_slice } from './packed'
export { parquet_copy_bits, parquet_fill_bits } from './parquet-bits'
export { parquet_delta } from './parquet-delta'
export { parquet_gather, parquet_unpack, parquet_validity } from './parquet-hybrid'
export { parquet_count_level, parquet_levels, parquet_offset_slices, parquet_offsets, parquet_select, parquet_slots } from './parquet-levels'
export { parquet_narrow } from './parquet-narrow'
export { parquet_spread } from './parquet-spread'
export {
  parquet_all_long, parquet_fixed_slices, parquet_joined, parquet_joined_bytes, parquet_sized_slices, parquet_slice_bytes, parquet_slices,
  parquet_text, parquet_unite, parquet_uuids,
} from './parquet-text'
export {
  parquet_bools, parquet_bytes, parquet_decimals, parquet_halves, parquet_int96, parquet_millis, parquet_nanos, parquet_slice_decimals, parquet_unsplit,
  parquet_wide_decimals,
} from './parquet-values'
export { mask_lanes, mask_positions } from './selection'
export { bucket_f64, bucket_i128, bucket_i64, bucket_str, in_f64, in_i128, in_i64, in_str } from './sets'
export { snappy_decode } from './snappy'
export { sort_count, sort_scatter } from './sort'
export { sort_run } from './sort-order'
export { sort_classify, sort_finish, sort_part, sort_place, sort_ranges, sort_spread } from './sort-parts'
export {
  murmur3_f32, murmur3_f64, murmur3_i128, murmur3_i32, murmur3_i64, murmur3_str, xxhash64_f32, xxhash64_f64, xxhash64_i128, xxhash64_i32, xxhash64_i64, xxhash64_str,
} from './spark-hash'
export { murmur3_packed, xxhash64_packed } from './packed-hash'
export {
  key_bytes, raise_text, str_compare, str_concat, str_contains, str_ends_with, str_eq, str_hash, str_length, str_position, str_replace,
  str_slice, str_starts_with, str_substring, str_trim,
} from './strings'
export { str_chr, str_pad, str_point, str_repeat, str_reverse, str_split_part, str_translate } from './text-build'
export { select_rows, text_select } from './text-filter'
export { utf8_valid } from './utf8'
export { topn_compact, topn_finish, topn_look } from './topn'
export { window_begin, window_joined, window_mend, window_part, window_places } from './windows'
export { date_to_str, decimal_to_str, int_to_str, timestamp_to_str } from './text'
