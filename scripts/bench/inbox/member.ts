import { ConvexHttpClient } from "convex/browser";
import { api } from "../../../convex/_generated/api.js";

/** The agent of the workspace. */
const MEMBER = { email: "ben@bench.example", password: "Test-Passwort-1" };

/** A token of the agent's, signed in at the backend at `cloudUrl`. */
export async function memberToken(cloudUrl: string): Promise<string> {
  const http = new ConvexHttpClient(cloudUrl, { logger: false });
  const answer = await http.action(api.auth.signIn, { provider: "password", params: { ...MEMBER, flow: "signIn" } });
  const token = answer.tokens?.token;
  if (token === undefined) throw new Error("The member cannot sign in");
  return token;
}
