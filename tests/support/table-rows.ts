import type { JSONValue } from "convex/values";
import type { DeploymentAccess } from "../../scripts/lib/deployment.ts";

/** The rows of a table as `npx convex data` reads them, oldest first, at most 1000: for what no query shows. */
export async function tableRows(
  { cloudUrl, adminKey }: DeploymentAccess,
  table: string,
): Promise<Record<string, JSONValue>[]> {
  const args = { table, order: "asc", paginationOpts: { cursor: null, numItems: 1000 } };
  const response = await fetch(`${cloudUrl}/api/query`, {
    method: "POST",
    headers: { Authorization: `Convex ${adminKey}`, "Content-Type": "application/json" },
    body: JSON.stringify({ path: "_system/cli/tableData", format: "json", args }),
  });
  const answer = (await response.json()) as { status: string; value?: { page: Record<string, JSONValue>[] } };
  if (answer.value === undefined) throw new Error(`Rows of ${table}: ${JSON.stringify(answer)}`);
  return answer.value.page;
}
