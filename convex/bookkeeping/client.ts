import { errorIn, type SevdeskCall } from "./sevdesk";

/** One call's answer; `status` null: there was none. */
export type SevdeskAnswer =
  { ok: true; answer: unknown } | { ok: false; status: number | null; message: string; retryAfterMs?: number };

type Account = { baseUrl: string; token: string };

const TIMEOUT_MS = 20_000;
const SECOND_MS = 1_000;

/** Calls sevDesk once. Never throws: what goes wrong is a result. The token has no "Bearer" before it (providers.md 16). */
export async function callSevdesk({ baseUrl, token }: Account, call: SevdeskCall): Promise<SevdeskAnswer> {
  try {
    const response = await fetch(`${baseUrl}${call.path}`, {
      method: call.method,
      headers: {
        Authorization: token,
        Accept: "application/json",
        "User-Agent": "Switchboard/1",
        ...(call.body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const answer = parsed(await response.text());
    if (response.ok) return { ok: true, answer };
    const seconds = Number(response.headers.get("retry-after"));
    const retryAfterMs = Number.isFinite(seconds) && seconds > 0 ? seconds * SECOND_MS : undefined;
    return { ok: false, status: response.status, message: errorIn(answer), retryAfterMs };
  } catch (thrown) {
    return { ok: false, status: null, message: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // An error page: its status says enough.
  }
}
