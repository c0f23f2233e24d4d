import { ConvexHttpClient } from "convex/browser";
import { api } from "../../convex/_generated/api.js";

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
