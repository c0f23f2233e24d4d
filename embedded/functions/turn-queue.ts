import { DeveloperError } from "../errors.ts";
import type { MaybePromise } from "./maybe-promise.ts";
import type { Watchdog } from "./realm/watchdog.ts";
import type { Slots } from "./slots.ts";

// Long enough that many runs share one group commit, short enough that sockets are served between.
const SLICE_MS = 10;

// What has waited this long will hardly be waited for any more; it is refused, but only under a load that has lasted:
// after a single pause the queue is worked off (convex-facts a.8).
const EXPIRY_MS = 5_000;
const OVERLOAD_MS = 10_000;

/** One call's place in the queue. */
export interface TurnOptions<T> {
  run(): MaybePromise<T>;
  /** The result of a task that the watchdog ended before it returned. */
  cutOff(): T;
  /** Places of its kind. */
  readonly slots: Slots;
  /** Nobody waits for the answer: it never gives up waiting for its turn. */
  readonly isPatient: boolean;
  /** Asked when it goes on asynchronously: none of its kind may begin before it has ended. */
  keepsLane?(): boolean;
}

class Task<T> {
  readonly queuedMs = performance.now();
  /** It was given a place after waiting for one. */
  hasSlot = false;

  constructor(
    readonly options: TurnOptions<T>,
    private readonly resolve: (result: T) => void,
    readonly reject: (error: unknown) => void,
  ) {}

  /** The promise of a task that goes on asynchronously, or null. */
  start(): Promise<T> | null {
    try {
      const result = this.options.run();
      if (result instanceof Promise) {
        result.then(this.resolve, this.reject);
        return result;
      }
      this.resolve(result);
    } catch (error) {
      this.reject(error);
    }
    return null;
  }

  cutOff(): void {
    try {
      this.resolve(this.options.cutOff());
    } catch (error) {
      this.reject(error);
    }
  }
}

/**
 * Runs tasks one after the other, in order, those that nobody waits for after the others, but with as much of the time: a
 * screen does not wait for the jobs of an import, and these do not wait for ever. Those that came during one turn of the event loop together, under one watch
 * and before one group commit. A task that finishes at once has the thread to itself; one that goes on asynchronously
 * takes one of its kind's places and lets the next begin, unless it asks that its kind waits. After each slice of time the event loop gets a turn.
 */
export class TurnQueue {
  readonly #watchdog: Pick<Watchdog, "watch">;
  #tasks: Task<unknown>[] = [];
  #next = 0;
  #patient: Task<unknown>[] = [];
  #nextPatient = 0;
  /** By how much longer patient tasks ran than the others, while both were waiting. */
  #leadMs = 0;
  #isScheduled = false;
  #running = 0;
  #parked = 0;
  /** The task that makes others of its kind wait, and those. */
  #lane: Task<unknown> | null = null;
  #behindLane: Task<unknown>[] = [];
  #busySinceMs: number | null = null;

  constructor(watchdog: Pick<Watchdog, "watch">) {
    this.#watchdog = watchdog;
  }

  /** Tasks waiting or running. */
  get size(): number {
    const waiting = this.#tasks.length - this.#next + this.#patient.length - this.#nextPatient;
    return waiting + this.#running + this.#parked + this.#behindLane.length;
  }

  /** Throws DeveloperError 429 `TooManyConcurrentRequests` or 503 `ExpiredInQueue` for a task that waited too long. */
  run<T>(options: TurnOptions<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const tasks = options.isPatient ? this.#patient : this.#tasks;
      tasks.push(new Task<T>(options, resolve, reject) as Task<unknown>);
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#runSlice();
      if (this.#isWaitedFor) this.#schedule();
      else this.#busySinceMs = null;
    });
  }

  #runSlice(): void {
    const startMs = performance.now();
    this.#busySinceMs ??= startMs;
    let nowMs = startMs;
    let current: Task<unknown> | undefined;
    let hasAnswered = false;
    const outcome = this.#watchdog.watch(() => {
      do {
        const isContested = this.#next < this.#tasks.length && this.#nextPatient < this.#patient.length;
        current = this.#take();
        if (current !== undefined) this.#begin(current, nowMs);
        hasAnswered ||= current?.options.isPatient === false;
        const tookMs = performance.now() - nowMs;
        nowMs += tookMs;
        // Who has the thread because nobody else wants it takes it from nobody.
        if (isContested) this.#leadMs += current?.options.isPatient === true ? tookMs : -tookMs;
        // Answers leave before a job begins.
        if (hasAnswered && this.#isPatientNext) break;
      } while (this.#isWaitedFor && nowMs < startMs + SLICE_MS);
    });
    if (outcome === "cutOff") {
      current?.cutOff();
      if (current?.hasSlot === true) current.options.slots.leave();
    }
    this.#tasks = this.#tasks.slice(this.#next);
    this.#next = 0;
    this.#patient = this.#patient.slice(this.#nextPatient);
    this.#nextPatient = 0;
  }

  get #isWaitedFor(): boolean {
    return this.#next < this.#tasks.length || this.#nextPatient < this.#patient.length;
  }

  get #isPatientNext(): boolean {
    return this.#nextPatient < this.#patient.length && (this.#next >= this.#tasks.length || this.#leadMs < 0);
  }

  #take(): Task<unknown> | undefined {
    const isUrgent = this.#next < this.#tasks.length;
    if (this.#nextPatient >= this.#patient.length || !isUrgent) this.#leadMs = 0;
    return isUrgent && this.#leadMs >= 0 ? this.#tasks[this.#next++] : this.#takePatient();
  }

  #takePatient(): Task<unknown> | undefined {
    return this.#nextPatient < this.#patient.length ? this.#patient[this.#nextPatient++] : undefined;
  }

  #begin(task: Task<unknown>, nowMs: number): void {
    const { slots, isPatient } = task.options;
    const isLate = nowMs - task.queuedMs > EXPIRY_MS && nowMs - (this.#busySinceMs ?? nowMs) > OVERLOAD_MS;
    if (isLate && !isPatient && !task.hasSlot) {
      task.reject(new DeveloperError("ExpiredInQueue", "Too many concurrent requests, backoff and try again.", 503));
      return;
    }
    if (this.#lane?.options.slots === slots) {
      this.#behindLane.push(task);
      return;
    }
    if (!task.hasSlot && slots.isFull) {
      this.#park(task);
      return;
    }
    const running = task.start();
    if (running !== null) this.#follow(task, running);
    else if (task.hasSlot) slots.leave();
  }

  /** The task comes back to the queue's head when there is a place for it. */
  #park(task: Task<unknown>): void {
    this.#parked += 1;
    task.options.slots.enter(task.options.isPatient).then(
      () => {
        this.#parked -= 1;
        task.hasSlot = true;
        this.#tasks.unshift(task);
        this.#schedule();
      },
      (error: unknown) => {
        this.#parked -= 1;
        task.reject(error);
      },
    );
  }

  #follow(task: Task<unknown>, running: Promise<unknown>): void {
    const { slots } = task.options;
    if (!task.hasSlot) slots.take();
    if (task.options.keepsLane?.() === true) this.#lane = task;
    this.#running += 1;
    const ended = () => {
      this.#running -= 1;
      slots.leave();
      if (this.#lane === task) this.#clearLane();
    };
    running.then(ended, ended);
  }

  #clearLane(): void {
    this.#lane = null;
    this.#tasks.unshift(...this.#behindLane.splice(0));
    if (this.#tasks.length > 0) this.#schedule();
  }
}
