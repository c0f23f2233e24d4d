import { join } from "node:path";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { PROJECT_DIR } from "../../scripts/lib/project.ts";
import { startTestBackend, type TestBackend } from "./backend.ts";
import { FrameSocket, mutationMessage, type ServerFrame } from "./frame-socket.ts";

/** A backend for tests of the sync protocol: the contract's functions, a test clock, and tokens it accepts. */
export interface SyncBackend {
  backend: TestBackend;
  /** A token of `subject` that ends `lifetimeMs` from the clock's now. */
  sign(subject: string, lifetimeMs: number): Promise<string>;
  /** A socket with Connect sent; it is cut by `cutAll`. */
  connected(more?: Record<string, unknown>, path?: string): Promise<FrameSocket>;
  /** A socket on which nothing was sent. */
  opened(): Promise<FrameSocket>;
  cutAll(): void;
}

export async function startSyncBackend(): Promise<SyncBackend> {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: "one", use: "sig", alg: "ES256" }] };
  const FIXTURE_JWKS = `data:text/plain;charset=utf-8;base64,${Buffer.from(JSON.stringify(jwks)).toString("base64")}`;
  const backend = await startTestBackend({
    project: join(PROJECT_DIR, "tests/fixtures/contract"),
    testClock: { startMs: START_MS },
    environment: { FIXTURE_JWKS },
  });
  const sockets: FrameSocket[] = [];
  const kept = async (opening: Promise<FrameSocket>) => {
    const socket = await opening;
    sockets.push(socket);
    return socket;
  };
  return {
    backend,
    sign: async (subject, lifetimeMs) => {
      const nowMs = await backend.nowMs();
      return new SignJWT({})
        .setProtectedHeader({ alg: "ES256", kid: "one" })
        .setIssuer("https://fixture.example")
        .setAudience("fixture")
        .setSubject(subject)
        .setIssuedAt(Math.floor(nowMs / 1000))
        .setExpirationTime(Math.floor((nowMs + lifetimeMs) / 1000))
        .sign(privateKey);
    },
    connected: (more, path) => kept(FrameSocket.connected(backend.cloudUrl, more, path)),
    opened: () => kept(FrameSocket.open(backend.cloudUrl)),
    cutAll: () => sockets.splice(0).forEach((socket) => socket.terminate()),
  };
}

const START_MS = Date.parse("2026-10-20T08:00:00Z");

/** The query of a kind's values. */
export const listQuery = (kind: string) => ({ path: "nesting:list", args: { kind } });

/** A mutation that inserts one row of the kind per value. */
export const insertMessage = (requestId: number, kind: string, ...values: unknown[]) =>
  mutationMessage(requestId, "documents:insert", { kind, rows: values.map((a) => ({ a })) });

/** A sign-in with a user's token. */
export const signInMessage = (baseVersion: number, value: string) => ({
  type: "Authenticate",
  baseVersion,
  tokenType: "User",
  value,
});

/** One end of a Transition. */
export function versionOf(frame: ServerFrame, which: "startVersion" | "endVersion") {
  return frame[which] as { querySet: number; identity: number; ts: string };
}

/** The newest modification of a query, among those whose text contains `containing`. */
export function findModification(socket: FrameSocket, queryId: number, containing = ""): ServerFrame | undefined {
  return socket.frames
    .filter(({ type }) => type === "Transition")
    .flatMap(({ modifications }) => modifications as (ServerFrame & { queryId: number })[])
    .findLast((modification) => modification.queryId === queryId && JSON.stringify(modification).includes(containing));
}
