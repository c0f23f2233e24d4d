import { useMemo } from "react";
import { api } from "../../../../convex/_generated/api";
import type { Id } from "../../../../convex/_generated/dataModel";
import { useCan, useOrgQuery } from "../../../lib/org";

/** A channel or a team whose conversations somebody may be narrowed to. */
export type Place =
  { kind: "channel"; id: Id<"channels">; name: string } | { kind: "team"; id: Id<"teams">; name: string };

/** The channels that customers use and the teams, archived ones too: conversations of theirs go on. */
export function usePlaces(): Place[] {
  const mayManage = useCan("members.manage");
  const channels = useOrgQuery(api.connections.queries.channels, mayManage ? {} : "skip");
  const teams = useOrgQuery(api.inbox.teams.queries.list, mayManage ? {} : "skip");
  return useMemo(
    () => [
      ...(channels ?? [])
        .filter(({ channelType }) => !channelType.startsWith("internal_"))
        .map(({ id, channelName }): Place => ({ kind: "channel", id, name: channelName })),
      ...(teams ?? []).map(({ id, name }): Place => ({ kind: "team", id, name })),
    ],
    [channels, teams],
  );
}
