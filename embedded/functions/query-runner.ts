import type { Timestamp } from "../database/types.ts";
import { chain } from "./maybe-promise.ts";
import type { MaybePromise } from "./maybe-promise.ts";
import type { CodeLoader } from "./modules/deployed-code.ts";
import { QueryCache } from "./query-cache.ts";
import { QueryTry } from "./query-try.ts";
import type { QueryCall, QueryServices } from "./query-try.ts";
import type { RunServices } from "./run.ts";
import type { Slots } from "./slots.ts";
import { identityKey, isPatient, isPrivileged } from "./top-call.ts";
import type { SystemFunction } from "./top-call.ts";
import type { TurnOptions, TurnQueue } from "./turn-queue.ts";
import type { Identity, QueryOutcome } from "./types.ts";

/** A call without what its answer does not depend on. */
interface Asked {
  key: string;
  who: string;
  /** By a client that is told of changes, not by a request that comes and goes. */
  isWatched: boolean;
}

function askedOf(call: QueryCall): Asked {
  const about = JSON.stringify([call.component, call.path, isPrivileged(call), call.journal ?? null]);
  return { key: about + argsText(call.args), who: identityText(call.identity), isWatched: call.caller !== "HttpApi" };
}

// A client asks with the same objects again and again.
const argsTexts = new WeakMap<object, string>();
const identityTexts = new WeakMap<Identity, string>();

function argsText(args: QueryCall["args"]): string {
  if (typeof args !== "object" || args === null) return JSON.stringify(args);
  const text = argsTexts.get(args) ?? JSON.stringify(args);
  argsTexts.set(args, text);
  return text;
}

function identityText(identity: Identity): string {
  const text = identityTexts.get(identity) ?? identityKey(identity);
  identityTexts.set(identity, text);
  return text;
}

function flightKey(key: string, who: string, ts: Timestamp): string {
  return `${ts}\n${who}\n${key}`;
}

function asCached(outcome: QueryOutcome): QueryOutcome {
  return { ...outcome, cached: true };
}

/** Runs queries: from the cache where it may, each distinct one once at a time (convex-facts g.4). */
export class QueryRunner {
  readonly #services: QueryServices;
  readonly #turns: TurnQueue;
  readonly #cache: QueryCache;
  /** Calls that wait for their turn or go on. */
  readonly #queued = new Map<string, Promise<QueryOutcome>>();
  /** Runs that go on asynchronously. */
  readonly #inFlight = new Map<string, Promise<QueryOutcome>>();

  constructor(
    services: RunServices,
    loader: CodeLoader,
    turns: TurnQueue,
    systemFunctions: Readonly<Record<string, SystemFunction>>,
  ) {
    this.#services = { ...services, systemFunctions, load: (tx) => loader.load(tx) };
    this.#turns = turns;
    this.#cache = new QueryCache(services.database);
  }

  clearCache(): void {
    this.#cache.clear();
  }

  run(call: QueryCall): MaybePromise<QueryOutcome> {
    const { database } = this.#services;
    const asked = askedOf(call);
    // What is known needs no turn of its own among the functions that run.
    const known = this.known(asked, call.at ?? database.latestTs);
    return chain(known ?? this.#queue(call, asked), (outcome) =>
      database.isDurable(outcome.ts) ? outcome : database.durable(outcome.ts).then(() => outcome),
    );
  }

  /** Takes a place in the queue, or shares the one of who asked the same: a commit makes a thousand clients ask at once. */
  #queue(call: QueryCall, asked: Asked): Promise<QueryOutcome> {
    if (call.at === undefined) return this.#turns.run(new QueryTurn(this, this.#services, call, asked));
    const place = flightKey(asked.key, asked.who, call.at);
    const queued = this.#queued.get(place);
    if (queued !== undefined) return queued.then(asCached);
    const answer = this.#turns.run(new QueryTurn(this, this.#services, call, asked));
    this.#queued.set(place, answer);
    const forget = () => void this.#queued.delete(place);
    answer.then(forget, forget);
    return answer;
  }

  /** The outcome as of `ts` if the cache has it. */
  known({ key, who }: Asked, ts: Timestamp): QueryOutcome | null {
    return this.#cache.find(key, who, ts, this.#services.clock.nowMs());
  }

  /** The outcome of the same question where it goes on already, or else of the try that `start` makes. */
  answer(asked: Asked, ts: Timestamp, start: () => QueryTry): MaybePromise<QueryOutcome> {
    const { key, who } = asked;
    const running = this.#inFlight.size === 0 ? undefined : this.#inFlight.get(flightKey(key, who, ts));
    if (running !== undefined) return running.then(asCached);
    const nowMs = this.#services.clock.nowMs();
    const attempt = start();
    const answer = chain(attempt.start(), (outcome) => {
      const seen = { identity: attempt.sawIdentity, clock: attempt.sawClock };
      if (outcome.result.ok) this.#cache.add(asked, outcome, seen, nowMs);
      return outcome;
    });
    if (answer instanceof Promise) {
      const flight = flightKey(key, who, ts);
      this.#inFlight.set(flight, answer);
      const forget = () => void this.#inFlight.delete(flight);
      answer.then(forget, forget);
    }
    return answer;
  }
}

/** A query's place in the queue: looks again what is known when its turn comes. */
class QueryTurn implements TurnOptions<QueryOutcome> {
  readonly slots: Slots;
  readonly isPatient: boolean;
  #attempt: QueryTry | null = null;

  constructor(
    private readonly runner: QueryRunner,
    private readonly services: QueryServices,
    private readonly call: QueryCall,
    private readonly asked: Asked,
  ) {
    this.slots = services.slots.queries;
    this.isPatient = isPatient(call);
  }

  run(): MaybePromise<QueryOutcome> {
    const ts = this.call.at ?? this.services.database.latestTs;
    return (
      this.runner.known(this.asked, ts) ??
      this.runner.answer(this.asked, ts, () => (this.#attempt = new QueryTry(this.services, this.call, ts)))
    );
  }

  cutOff(): QueryOutcome {
    if (this.#attempt === null) throw new Error("A run was cut off before it began");
    return this.#attempt.cutOff();
  }
}
