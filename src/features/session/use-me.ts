import { useMutation, useQuery } from "convex/react";
import { useEffect, useRef } from "react";
import { api } from "../../../convex/_generated/api";
import { useAuthValue } from "../../lib/auth";
import type { Me } from "../../lib/api-types";

/** Who is signed in, known to the workspaces from their first visit on; null while that is on its way. */
export function useMe(): Me | null {
  const me = useQuery(api.orgs.queries.me, {});
  const ensurePerson = useMutation(api.orgs.mutations.ensurePerson);
  const { isSignedIn, signOut } = useAuthValue();
  const wasAsked = useRef(false);
  const isNew = me !== undefined && me !== null && me.person === null;
  useEffect(() => {
    if (!isNew || wasAsked.current) return;
    wasAsked.current = true;
    void ensurePerson({});
  }, [isNew, ensurePerson]);
  // The token is still good, the session is not: it was ended elsewhere, by a new password for one.
  const hasEnded = me === null && isSignedIn;
  useEffect(() => {
    if (hasEnded) void signOut();
  }, [hasEnded, signOut]);
  return me === undefined || me === null || me.person === null ? null : me;
}
