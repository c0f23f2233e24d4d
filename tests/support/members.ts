import type { Id } from "../../convex/_generated/dataModel";
import type { Role } from "../../convex/lib/permissions";
import { addMember, createOrganisation, ensurePerson } from "../../convex/orgs/model";
import type { setupConvex } from "./convex";

type Backend = ReturnType<typeof setupConvex>;

/** The identity a local account's token has after sign-in; `user` becomes the person's key and name. */
export function localIdentity(user: string) {
  return { issuer: process.env.CONVEX_SITE_URL, subject: `${user}|session`, tokenIdentifier: `local|${user}` };
}

/** An organisation with a default calendar and nobody in it. */
export async function makeOrg(t: Backend, name = "Segelschule Haff"): Promise<Id<"organisations">> {
  return await t.run(async (ctx) => await createOrganisation(ctx, { name, timezone: "Europe/Berlin" }));
}

/** Makes a person with `role` a member of `orgId`. Returns the backend signed in as that person, and the member's id. */
export async function makeMember(t: Backend, orgId: Id<"organisations">, role: Role = "admin", user: string = role) {
  const memberId = await t.run(async (ctx) => {
    const person = await ensurePerson(ctx, { authKey: `local:${user}`, name: user });
    return await addMember(ctx, { orgId, person, role });
  });
  return { as: t.withIdentity(localIdentity(user)), memberId };
}

/** The `data` of the AppError a call fails with; fails the test when it succeeds or throws something else. */
export async function errorOf(call: Promise<unknown>): Promise<{ code: string; message: string; field?: string }> {
  const thrown: unknown = await call.then(
    () => new Error("the call succeeded"),
    (error: unknown) => error,
  );
  const data = (thrown as { data?: unknown }).data;
  if (data === undefined) throw thrown;
  return (typeof data === "string" ? JSON.parse(data) : data) as { code: string; message: string; field?: string };
}
