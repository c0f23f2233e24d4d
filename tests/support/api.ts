import { api } from "../../convex/_generated/api";
import { API_SCOPES, type ApiScope } from "../../convex/api/scopes";
import { setupConvex } from "./convex";
import { makeWorkspace } from "./delivery";
import { localIdentity } from "./members";

export type ApiAnswer = { status: number; headers: Headers; body: Record<string, unknown> };

/** A workspace with an API key, and a function that calls the REST API with it. */
export async function makeApi(scopes: readonly ApiScope[] = API_SCOPES) {
  const t = setupConvex();
  const workspace = await makeWorkspace(t);
  const { orgId } = workspace;
  const admin = t.withIdentity(localIdentity("admin"));
  const made = await admin.mutation(api.api.mutations.createKey, { orgId, name: "Shop", scopes: [...scopes] });
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<ApiAnswer> => {
    const response = await t.fetch(`/api/v1/${path}`, {
      method,
      headers: { Authorization: `Bearer ${made.key}`, "Content-Type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const { status, headers: answered } = response;
    const said = status === 204 ? {} : ((await response.json()) as Record<string, unknown>);
    return { status, headers: answered, body: said };
  };
  return { t, orgId, workspace, admin, call, ...made };
}
