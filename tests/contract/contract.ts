import type { FunctionArgs, FunctionReference, FunctionReturnType } from "convex/server";
import { expect, test } from "vitest";

export type BackendName = "convex-test" | "embedded";

type Visibility = "public" | "internal";
type Reference<Kind extends "query" | "mutation" | "action"> = FunctionReference<Kind, Visibility>;

/** What every implementation of Convex can do, with the functions of `tests/fixtures/contract` deployed. */
export interface ContractBackend {
  readonly name: BackendName;
  query<F extends Reference<"query">>(ref: F, args: FunctionArgs<F>): Promise<FunctionReturnType<F>>;
  mutation<F extends Reference<"mutation">>(ref: F, args: FunctionArgs<F>): Promise<FunctionReturnType<F>>;
  action<F extends Reference<"action">>(ref: F, args: FunctionArgs<F>): Promise<FunctionReturnType<F>>;
  /** The same backend, called by this user. */
  as(user: { subject: string; issuer: string; name?: string }): ContractBackend;
  /** A request to the HTTP actions. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  nowMs(): Promise<number>;
  /** Moves time and lets everything run that falls due. */
  advanceBy(ms: number): Promise<void>;
}

/** Why a case does not run on an implementation; there is no skip without a reason. */
type Skips = Partial<Record<BackendName, string>>;

export interface Contract {
  case(name: string, run: (backend: ContractBackend, kind: string) => Promise<void>, skips?: Skips): void;
}

let cases = 0;

/**
 * Registers cases for one implementation. Each case gets a `kind` of its own: all share one deployment, and rows of
 * other kinds are none of its business.
 */
export function contractFor(name: BackendName, backend: () => ContractBackend): Contract {
  return {
    case(title, run, skips = {}) {
      const kind = `case ${++cases}`;
      const reason = skips[name];
      if (reason === undefined) test(title, () => run(backend(), kind));
      else test.skip(`${title} (not on ${name}: ${reason})`);
    },
  };
}

/**
 * Expects a refusal. Its text is part of the contract on the embedded backend only: convex-test refuses the same things
 * in words of its own.
 */
export async function refuses(backend: ContractBackend, attempt: Promise<unknown>, text: string): Promise<void> {
  if (backend.name === "embedded") await expect(attempt).rejects.toThrow(text);
  else await expect(attempt).rejects.toThrow();
}
