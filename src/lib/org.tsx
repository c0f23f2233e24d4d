import {
  type OptionalRestArgsOrSkip,
  type PaginatedQueryArgs,
  type PaginatedQueryReference,
  type UsePaginatedQueryReturnType,
  useMutation,
  usePaginatedQuery,
  useQueries,
  useQuery,
} from "convex/react";
import type { OptimisticUpdate } from "convex/browser";
import {
  type FunctionArgs,
  type FunctionReference,
  type FunctionReturnType,
  getFunctionName,
  makeFunctionReference,
} from "convex/server";
import type { Value } from "convex/values";
import { createContext, use, useCallback, useMemo } from "react";
import { can, type Permission } from "../../convex/lib/permissions";
import type { Id } from "../../convex/_generated/dataModel";
import type { Membership, Me } from "./api-types";

export type OrgContextValue = {
  orgId: Id<"organisations">;
  membership: Membership;
  me: Me;
  switchTo: (orgId: Id<"organisations">) => void;
};

export const OrgContext = createContext<OrgContextValue | null>(null);

/** The workspace on the screen and the caller's place in it. Only below the sign-in gate. */
export function useOrg(): OrgContextValue {
  const value = use(OrgContext);
  if (value === null) throw new Error("useOrg is used outside of a workspace");
  return value;
}

/** True when the caller's role grants the permission; the server asks again. */
export function useCan(permission: Permission): boolean {
  return can(useOrg().membership.role, permission);
}

type WithoutOrg<Args> = Omit<Args, "orgId">;
export type OrgArgs<F extends FunctionReference<"query" | "mutation">> = WithoutOrg<FunctionArgs<F>>;

/** `useQuery` for functions of the current workspace: adds `orgId`. Undefined while loading. */
export function useOrgQuery<Q extends FunctionReference<"query">>(
  query: Q,
  args: OrgArgs<Q> | "skip",
): FunctionReturnType<Q> | undefined {
  const { orgId } = useOrg();
  const full = [args === "skip" ? "skip" : { ...args, orgId }] as OptionalRestArgsOrSkip<Q>;
  return useQuery(query, ...full);
}

/**
 * The same where a refusal is an answer like others and may be followed by a better one: returns the error, and the value
 * again once there is one.
 */
export function useOrgQueryOrError<Q extends FunctionReference<"query">>(
  query: Q,
  args: OrgArgs<Q>,
): FunctionReturnType<Q> | Error | undefined {
  const { orgId } = useOrg();
  // The same question must be the same object, or React asks for ever.
  const name = getFunctionName(query);
  const text = JSON.stringify({ ...args, orgId });
  const asked = useMemo(
    () => ({
      answer: { query: makeFunctionReference<"query">(name), args: JSON.parse(text) as Record<string, Value> },
    }),
    [name, text],
  );
  return useQueries(asked).answer as FunctionReturnType<Q> | Error | undefined;
}

/** `usePaginatedQuery` for functions of the current workspace. */
export function useOrgPaginatedQuery<Q extends PaginatedQueryReference>(
  query: Q,
  args: Omit<PaginatedQueryArgs<Q>, "orgId"> | "skip",
  options: { initialNumItems: number },
): UsePaginatedQueryReturnType<Q> {
  const { orgId } = useOrg();
  const full = args === "skip" ? "skip" : ({ ...args, orgId } as unknown as PaginatedQueryArgs<Q>);
  return usePaginatedQuery(query, full, options);
}

/** `useMutation` for functions of the current workspace, with an optional optimistic update. */
export function useOrgMutation<M extends FunctionReference<"mutation">>(
  mutation: M,
  optimisticUpdate?: OptimisticUpdate<FunctionArgs<M>>,
): (args: OrgArgs<M>) => Promise<FunctionReturnType<M>> {
  const { orgId } = useOrg();
  const plain = useMutation(mutation);
  const run = optimisticUpdate === undefined ? plain : plain.withOptimisticUpdate(optimisticUpdate);
  return useCallback((args: OrgArgs<M>) => run({ ...args, orgId } as unknown as FunctionArgs<M>), [run, orgId]);
}
