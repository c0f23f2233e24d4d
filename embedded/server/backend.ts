import { setFlagsFromString } from "node:v8";
import { RequestGate, requestTimeoutMs } from "../http/request-gate.ts";
import { Observer } from "../observe/observer.ts";
import { SyncServer } from "../sync/websocket-server.ts";
import { CredentialChecker } from "./credentials.ts";
import { type DataFolder, openDataFolder } from "./data-folder.ts";
import { type Log, logUnexpected } from "./log.ts";
import { STOP_GRACE_MS } from "./listen.ts";
import { requireSupportedNode } from "./node-version.ts";
import { Origin } from "./origin.ts";
import { clientOriginListener, siteOriginListener } from "./routes.ts";
import { openServices } from "./services.ts";

export interface BackendOptions {
  dataDir: string;
  /** Address to listen on; product code passes 127.0.0.1 unless told otherwise. */
  host: string;
  /** 0 takes a free port. */
  port: number;
  sitePort: number;
  /** How the two ports are reached from outside, behind a proxy or by another machine. Default: as they listen. */
  publicUrl?: string | undefined;
  publicSiteUrl?: string | undefined;
  /** Stands still until `POST /api/test_clock` moves it. Absent: the machine's clock. */
  testClock?: { startMs?: number } | undefined;
  /** Folder of a built single-page app, served on the first port. */
  staticDir?: string | null;
  log: Log;
}

export interface Backend {
  /** Client origin (WebSocket, HTTP API, the app) as this machine reaches it. */
  cloudUrl: string;
  /** HTTP actions, as this machine reaches them. */
  siteUrl: string;
  /** The same two as functions and people see them. */
  publicUrl: string;
  publicSiteUrl: string;
  adminKey: string;
  /** Absolute. */
  dataDir: string;
  /** Ends running requests, closes sockets, flushes and unlocks the data folder. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts the embedded backend in this process. Throws StartError, one sentence for the person at the terminal, when
 * the folder is in use, a port is taken or Node is too old.
 */
export async function startBackend(options: BackendOptions): Promise<Backend> {
  // What requests leave behind is collected many times a second and little of it lives: waking helper threads for that,
  // and waiting for them, costs more than they save (docs/decisions/0005).
  setFlagsFromString("--no-parallel-scavenge");
  requireSupportedNode();
  // Functions see UTC wherever the machine stands, as on Convex; local Date methods would else follow the host.
  process.env["TZ"] = "UTC";
  const folder = openDataFolder(options.dataDir);
  const opened: Origin[] = [];
  try {
    const client = await Origin.open(options.host, options.port, "--port");
    opened.push(client.origin);
    const site = await Origin.open(options.host, options.sitePort, "--site-port");
    opened.push(site.origin);
    return await serve(options, folder, client, site);
  } catch (error) {
    await Promise.all(opened.map((origin) => origin.close(0)));
    folder.release();
    throw error;
  }
}

interface OpenOrigin {
  origin: Origin;
  url: string;
}

async function serve(
  options: BackendOptions,
  folder: DataFolder,
  client: OpenOrigin,
  site: OpenOrigin,
): Promise<Backend> {
  const { log, testClock } = options;
  const urls = { cloudUrl: options.publicUrl ?? client.url, siteUrl: options.publicSiteUrl ?? site.url };
  const observer = new Observer(log);
  const services = await openServices({
    observer,
    folder,
    testClock,
    urls,
    onError: (event, error) => logUnexpected(log, event, error),
    onFatal: (error) => {
      // Nothing can be committed any more; whatever was acknowledged is on disk.
      logUnexpected(log, "the database cannot be written", error);
      process.exit(1);
    },
  });
  const gatekeeper = new CredentialChecker(folder.adminKey, services.verifyToken);
  const sync = new SyncServer({
    ...services,
    authenticate: (credentials) => gatekeeper.authenticate(credentials),
    onInternalError: (error) => logUnexpected(log, "a sync session failed", error),
    wallMs: () => performance.timeOrigin + performance.now(),
  });
  const metrics = () => observer.text({ sockets: sync.size, latestTs: services.database.latestTs });
  const staticDir = options.staticDir ?? null;
  const gate = new RequestGate(requestTimeoutMs(process.env));
  const routes = { services, gatekeeper, gate, staticDir, dataDir: folder.path, log, observer, metrics };
  client.origin.serve(clientOriginListener(routes), (request, socket, head) => sync.upgrade(request, socket, head));
  site.origin.serve(siteOriginListener(routes));
  log("info", "backend started", { ...urls, data: folder.path, testClock: testClock !== undefined });

  const stop = async () => {
    services.logs.close();
    await sync.close();
    await Promise.all([client.origin.close(STOP_GRACE_MS), site.origin.close(STOP_GRACE_MS)]);
    await services.close();
    observer.close();
    folder.release();
    log("info", "backend stopped");
  };
  let stopped: Promise<void> | null = null;
  return {
    cloudUrl: client.url,
    siteUrl: site.url,
    publicUrl: urls.cloudUrl,
    publicSiteUrl: urls.siteUrl,
    adminKey: folder.adminKey,
    dataDir: folder.path,
    stop: () => (stopped ??= stop()),
  };
}
