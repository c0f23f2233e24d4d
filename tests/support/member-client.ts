import { ConvexHttpClient } from "convex/browser";
import { api } from "../../convex/_generated/api.js";
import type { Id } from "../../convex/_generated/dataModel.js";
import type { Product } from "./product.ts";

/** A client over HTTP, signed in the way a person would be. Its token ends after an hour of the backend's clock. */
export async function signInOverHttp(
  cloudUrl: string,
  { email, password }: { email: string; password: string },
): Promise<ConvexHttpClient> {
  const client = new ConvexHttpClient(cloudUrl, { logger: false });
  const answer = await client.action(api.auth.signIn, {
    provider: "password",
    params: { flow: "signIn", email, password },
  });
  if (!answer.tokens) throw new Error(`${email} could not sign in.`);
  client.setAuth(answer.tokens.token);
  return client;
}

/** The seeded demo's member with a client of theirs. Throws when the demo was not seeded. */
export async function demoMember({ url, demoSignIn }: Pick<Product, "url" | "demoSignIn">): Promise<{
  client: ConvexHttpClient;
  orgId: Id<"organisations">;
  memberId: Id<"members">;
}> {
  if (demoSignIn === null) throw new Error("The demo was not seeded.");
  const client = await signInOverHttp(url, demoSignIn);
  const membership = (await client.query(api.orgs.queries.me, {}))?.memberships[0];
  if (membership === undefined) throw new Error("The demo account belongs nowhere.");
  return { client, orgId: membership.orgId, memberId: membership.memberId };
}
