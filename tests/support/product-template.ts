import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FUNCTION_SOURCES, hashFiles, PROJECT_DIR } from "../../scripts/lib/project.ts";
import { endProcess, FREE_PORTS, launchProduct, startArgs, type ProductOptions } from "./product-process.ts";
import { dataTemplate } from "./templates.ts";
import { moveClock } from "./test-clock.ts";

// Data folders of the product, to be copied. The functions are pushed once, at an instant before any test's; every other
// folder is made from that one: its clock is set, what fell due meanwhile has run, and the demo is there if wanted.

const PUSHED_AT = Date.parse("2020-01-01T00:00:00Z");

/** A folder that a start with these options finds as its own. */
export async function productTemplate(options: ProductOptions): Promise<string> {
  const sources = hashFiles(PROJECT_DIR, [...FUNCTION_SOURCES, "embedded", "scripts"]).slice(0, 16);
  const pushed = await dataTemplate(`pushed-${sources}`, PUSHED_AT, (dataDir) =>
    startOnce(dataDir, { startMs: PUSHED_AT }),
  );
  if (options.seed !== true && options.startMs === undefined) return pushed;
  return await dataTemplate(
    `product-${options.seed === true ? "demo" : "empty"}-${sources}`,
    options.startMs,
    async (dataDir) => {
      cpSync(pushed, dataDir, { recursive: true });
      await startOnce(dataDir, options);
    },
  );
}

async function startOnce(dataDir: string, options: ProductOptions): Promise<void> {
  const { child, url: cloudUrl } = await launchProduct([...startArgs(dataDir, options), ...FREE_PORTS]);
  try {
    const adminKey = readFileSync(join(dataDir, "admin-key"), "utf8").trim();
    if (options.startMs !== undefined) await moveClock({ cloudUrl, adminKey }, { advanceToMs: options.startMs });
  } finally {
    await endProcess(child, "SIGTERM");
  }
}
