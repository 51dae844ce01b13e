/**
 * The board of a pool: which jobs are open, in memory shared with every worker, so that workers find their next job by atomics
 * and the main thread is asked for nothing. A job has a place on it from its start until no worker is inside any more. Words are i32:
 *
 *   0 version: changes whenever there may be something new to do; workers without work wait on it
 *   1 calls: threads that functions wait for   2 closing   3 clock   4 top: places that may be used   5 sessions: workers that look at the board
 *   16 places, 8 words each (PLACE)
 *
 * `users` counts the workers inside; only while its OPEN bit is set more may come in. A job's memory is touched from inside only,
 * so whoever leaves last, after the bit was taken away, leaves memory that nobody looks at.
 *
 * Jobs share the workers fairly: `time` is what the job has had of them, the job with least is next, and a job begins at the
 * clock, the time of the job last chosen. Times wrap and are compared by difference.
 */
const BOARD = { version: 0, calls: 1, closing: 2, clock: 3, top: 4, sessions: 5 } as const
const BOARD_WORDS = 16

const PLACE = { users: 0, job: 1, serial: 2, module: 3, slots: 4, asked: 5, time: 6 } as const
const PLACE_WORDS = 8
const OPEN = 1 << 30

export const PLACES = 1024
/** Units of `time` in a millisecond: differences of nine hours fit. */
const TIME_PER_MS = 64

/** What is written of a job. */
export interface Posted {
  /** Address of the control block. */
  readonly job: number
  readonly serial: number
  /** The number by which workers know the module. */
  readonly module: number
  /** Most workers inside at once. */
  readonly slots: number
  /** Workers it is worth having now; may rise. */
  readonly asked: number
}

export class Board {
  readonly words: Int32Array<SharedArrayBuffer>

  constructor(words: Int32Array<SharedArrayBuffer>) {
    this.words = words
  }

  static create(): Board {
    return new Board(new Int32Array(new SharedArrayBuffer((BOARD_WORDS + PLACES * PLACE_WORDS) * 4)))
  }

  get version(): number {
    return Atomics.load(this.words, BOARD.version)
  }

  /** Something may be there to do, for `workers` of those that wait. */
  tell(workers: number = Number.POSITIVE_INFINITY): void {
    Atomics.add(this.words, BOARD.version, 1)
    Atomics.notify(this.words, BOARD.version, workers)
  }

  /** Until the version is another than `seen`; false when `ms` have passed. */
  wait(seen: number, ms: number): boolean {
    return Atomics.wait(this.words, BOARD.version, seen, ms) !== 'timed-out'
  }

  get sessions(): number {
    return Atomics.load(this.words, BOARD.sessions)
  }

  set sessions(count: number) {
    Atomics.store(this.words, BOARD.sessions, count)
  }

  /** Workers look at the places below this one. */
  set top(places: number) {
    Atomics.store(this.words, BOARD.top, places)
  }

  get closing(): boolean {
    return Atomics.load(this.words, BOARD.closing) !== 0
  }

  /** Workers shall leave the board as soon as their kernels let them. */
  shut(): void {
    Atomics.store(this.words, BOARD.closing, 1)
    this.tell()
  }

  /** Tells how many functions wait for a thread. */
  callsWait(count: number): void {
    const more = count > Atomics.exchange(this.words, BOARD.calls, count)
    if (more) this.tell()
  }

  get callWaits(): boolean {
    return Atomics.load(this.words, BOARD.calls) > 0
  }

  /** True: this worker is the one to make room for a function that waits. */
  yieldsToCall(): boolean {
    for (let calls = Atomics.load(this.words, BOARD.calls); calls > 0; ) {
      const now = Atomics.compareExchange(this.words, BOARD.calls, calls, calls - 1)
      if (now === calls) return true
      calls = now
    }
    return false
  }

  /** Opens a place that is free: the main thread alone knows which are. */
  open(place: number, { job, serial, module, slots, asked }: Posted): void {
    const { words } = this
    const at = placeAt(place)
    words[at + PLACE.job] = job
    words[at + PLACE.serial] = serial
    words[at + PLACE.module] = module
    words[at + PLACE.slots] = slots
    Atomics.store(words, at + PLACE.asked, asked)
    Atomics.store(words, at + PLACE.time, Atomics.load(words, BOARD.clock))
    if (place >= Atomics.load(words, BOARD.top)) Atomics.store(words, BOARD.top, place + 1)
    Atomics.store(words, at + PLACE.users, OPEN)
    this.tell(asked)
  }

  /** Nobody comes in any more. */
  close(place: number): void {
    Atomics.and(this.words, placeAt(place) + PLACE.users, ~OPEN)
    this.tell()
  }

  get anyOpen(): boolean {
    return this.#next(() => true) >= 0
  }

  /** Whether a job of this module is open. */
  hasModule(module: number): boolean {
    return this.#next((at) => this.words[at + PLACE.module] === module) >= 0
  }

  isOpen(place: number): boolean {
    return (Atomics.load(this.words, placeAt(place) + PLACE.users) & OPEN) !== 0
  }

  /** Closed, and nobody is inside. */
  isLeft(place: number): boolean {
    return Atomics.load(this.words, placeAt(place) + PLACE.users) === 0
  }

  job(place: number): number {
    return (this.words[placeAt(place) + PLACE.job] as number) >>> 0
  }

  serial(place: number): number {
    return this.words[placeAt(place) + PLACE.serial] as number
  }

  module(place: number): number {
    return this.words[placeAt(place) + PLACE.module] as number
  }

  /** Workers that the job may use now. */
  wanted(place: number): number {
    return this.isOpen(place) ? Atomics.load(this.words, placeAt(place) + PLACE.asked) : 0
  }

  /** True when more workers are asked for than ever before. */
  ask(place: number, workers: number): boolean {
    const at = placeAt(place)
    const wanted = Math.min(workers, this.words[at + PLACE.slots] as number)
    for (let asked = Atomics.load(this.words, at + PLACE.asked); asked < wanted; ) {
      const now = Atomics.compareExchange(this.words, at + PLACE.asked, asked, wanted)
      if (now === asked) return true
      asked = now
    }
    return false
  }

  /** Goes inside the job that is next, and returns its place; -1: there is none but those in `except`. */
  enter(except: ReadonlySet<number>): number {
    const { words } = this
    for (;;) {
      const place = this.#next((at, i) => !except.has(i) && this.#room(at))
      if (place < 0) return -1
      const at = placeAt(place)
      const users = Atomics.load(words, at + PLACE.users)
      if (!this.#room(at) || Atomics.compareExchange(words, at + PLACE.users, users, users + 1) !== users) continue
      const time = Atomics.load(words, at + PLACE.time)
      if (time - Atomics.load(words, BOARD.clock) > 0) Atomics.store(words, BOARD.clock, time)
      return place
    }
  }

  /** True: this was the last worker inside a closed job. */
  leave(place: number): boolean {
    return Atomics.sub(this.words, placeAt(place) + PLACE.users, 1) === 1
  }

  /** The job has had `ms` more of a worker. */
  charge(place: number, ms: number): void {
    Atomics.add(this.words, placeAt(place) + PLACE.time, Math.ceil(ms * TIME_PER_MS))
  }

  /** Whether a job that has had less than this one has room for a worker; `unserved`: one that has none. */
  isBehind(place: number, unserved: boolean): boolean {
    const time = Atomics.load(this.words, placeAt(place) + PLACE.time)
    const next = this.#next((at, i) => i !== place && this.#room(at) && (!unserved || Atomics.load(this.words, at + PLACE.users) === OPEN))
    return next >= 0 && ((Atomics.load(this.words, placeAt(next) + PLACE.time) - time) | 0) < 0
  }

  #room(at: number): boolean {
    const users = Atomics.load(this.words, at + PLACE.users)
    return (users & OPEN) !== 0 && (users & ~OPEN) < Atomics.load(this.words, at + PLACE.asked)
  }

  /** Of the open places that pass, the one with least time; -1: none. */
  #next(passes: (at: number, place: number) => boolean): number {
    const { words } = this
    const top = Atomics.load(words, BOARD.top)
    let best = -1
    let least = 0
    for (let i = 0; i < top; i++) {
      const at = placeAt(i)
      if ((Atomics.load(words, at + PLACE.users) & OPEN) === 0 || !passes(at, i)) continue
      const time = Atomics.load(words, at + PLACE.time)
      if (best >= 0 && ((time - least) | 0) >= 0) continue
      best = i
      least = time
    }
    return best
  }
}

const placeAt = (place: number): number => BOARD_WORDS + place * PLACE_WORDS
