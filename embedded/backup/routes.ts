import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DeveloperError } from "../errors.ts";
import { type Gatekeeper, jsonReply, type RouteTable } from "../http/exchange.ts";
import { type BackupSource, writeBackup } from "./backup.ts";

/** `POST /api/backup` (admin): writes a backup into `DATA/backups` and answers its path. Ours, not Convex's. */
export function backupRoutes({ gatekeeper, source }: { gatekeeper: Gatekeeper; source: BackupSource }): RouteTable {
  let isRunning = false;
  return {
    "POST /api/backup": async (exchange) => {
      await gatekeeper.requireAdmin(exchange);
      if (isRunning) throw new DeveloperError("BackupInProgress", "A backup is being made already.", 409);
      isRunning = true;
      try {
        const folder = join(source.dataDir, "backups");
        await mkdir(folder, { recursive: true, mode: 0o700 });
        const path = join(folder, new Date().toISOString().replaceAll(":", "-"));
        await writeBackup(source, path);
        return jsonReply({ path });
      } finally {
        isRunning = false;
      }
    },
  };
}
