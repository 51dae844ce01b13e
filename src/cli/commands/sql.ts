/** `arcweld sql "<sql>" --table name=path…`: the rows of one query, and nothing else, on stdout. */
import { printing } from '../print-result.ts'

export const sql = printing('sql', '"<sql>"', (text) => (engine, options) => engine.sql(text, options))
