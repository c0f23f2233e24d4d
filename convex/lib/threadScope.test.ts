import { expect, it } from "vitest";
import type { Id } from "../_generated/dataModel";
import { ROLES } from "./permissions";
import { canBeScoped, scopeOf, threadAccess } from "./threadScope";

const scope = { channelIds: ["mail" as Id<"channels">], teamIds: ["school" as Id<"teams">] };
const nowhere = { isAssigned: false, isFollowing: false };

it("lets everybody see everything who is not narrowed", () => {
  expect(threadAccess(null, nowhere)).toBe("everything");
});

it.each([
  [{ ...nowhere, channelId: "mail" }, "channel"],
  [{ ...nowhere, teamId: "school" }, "team"],
  [{ ...nowhere, channelId: "sms", teamId: "school" }, "team"],
  [{ ...nowhere, channelId: "sms", isAssigned: true }, "assigned"],
  [{ ...nowhere, channelId: "sms", isFollowing: true }, "following"],
  [{ ...nowhere, channelId: "sms", teamId: "harbour" }, null],
  // Begun by us, nobody wrote yet, in no team.
  [nowhere, null],
] as const)("of %o says %s", (facts, access) => {
  expect(threadAccess(scope, facts)).toBe(access);
});

it("shows nothing but one's own to whoever is narrowed to nothing", () => {
  const nothing = { channelIds: [], teamIds: [] };
  expect(threadAccess(nothing, { ...nowhere, channelId: "mail" })).toBeNull();
  expect(threadAccess(nothing, { ...nowhere, isAssigned: true })).toBe("assigned");
});

it("narrows agents, technicians and viewers only; a scope from before a promotion counts no more", () => {
  expect(ROLES.filter(canBeScoped)).toEqual(["agent", "technician", "viewer"]);
  expect(scopeOf({ role: "agent", scope })).toBe(scope);
  expect(scopeOf({ role: "agent" })).toBeNull();
  expect(scopeOf({ role: "team_lead", scope })).toBeNull();
});
