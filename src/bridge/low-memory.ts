/**
 * What lies where in the shared memory below the leasable pages, and the few context fields that the bridge touches.
 *
 *   0        never used, so that address 0 means "none"
 *   64 KiB   static data of the AssemblyScript runtime, read-only
 *   1 MiB    page table: u32 owner a page    0 = never used, FREED = used before, else the lease's id
 *   1.25 MiB control words, lease table (32 bytes a lease)
 *   2 MiB    first leasable page; the last page of 4 GiB is never leased, so that no end address wraps to 0
 */
export const PAGE = 65536
/** Pages of a full 4 GiB memory. */
export const MAX_PAGES = 65536
export const FIRST_PAGE = 32
export const PAGE_TABLE = 0x100000
export const CONTROL = 0x140000
export const LEASES = 0x141000
export const MAX_LEASES = 8192
/** Page table entry of a page that was leased before: its content is not zero. */
export const FREED = -1

/** Byte offsets in a kernel's context (the whole of it is described beside the IR). */
export const CONTEXT = { error: 0, site: 4, source: 16, rowBase: 20, shared: 28, detail: 56 } as const
/** The error number in a context that says a reservation was refused. */
export const RAISED_MEMORY = 5

/** The one way a wasm address enters JavaScript: above 2 GiB it arrives as a negative number. */
export const toAddress = (raw: number): number => raw >>> 0
