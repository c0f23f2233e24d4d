import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { DeveloperError, coerceError } from "../errors.ts";

/** A package that `"use node"` modules import from outside their bundle, in one exact version. */
export interface NodeDependency {
  name: string;
  version: string;
}

/** Fills `node_modules` of a folder from its `package.json`. Throws Error with what npm said. */
export type Installer = (folder: string, signal: AbortSignal) => Promise<void>;

// npm's rules for names; a version is exact, because a range or an address would mean something else each time.
const NAME = /^(@[a-z0-9-~][a-z0-9-._~]*\/)?[a-z0-9-~][a-z0-9-._~]*$/i;
const VERSION = /^\d+\.\d+\.\d+[0-9A-Za-z.+-]*$/;
const MAX_NAME_LENGTH = 214;

// The CLI waits five minutes for an answer.
const INSTALL_TIMEOUT_MS = 240_000;

const NPM_ARGUMENTS = [
  "install",
  "--omit=dev",
  "--no-audit",
  "--no-fund",
  "--no-progress",
  "--prefer-offline",
  "--fetch-retries=1",
  "--fetch-retry-mintimeout=1000",
  "--fetch-retry-maxtimeout=2000",
  "--loglevel=error",
];

// Packages may run scripts when they are installed; the rest of the backend's environment is no business of theirs.
const PASSED_VARIABLES =
  /^(path|home|userprofile|appdata|localappdata|systemroot|comspec|pathext|temp|tmp|tmpdir|lang|lc_all|https?_proxy|no_proxy|node_extra_ca_certs|ssl_cert_file|ssl_cert_dir|npm_config_.*)$/i;

const SHOWN_LINES = 5;

const UNREACHABLE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED|network/;

function installEnvironment(): Record<string, string> {
  const passed = Object.entries(process.env).filter(([name]) => PASSED_VARIABLES.test(name));
  const path = `${dirname(process.execPath)}${process.platform === "win32" ? ";" : ":"}${process.env.PATH ?? ""}`;
  return { ...(Object.fromEntries(passed) as Record<string, string>), PATH: path };
}

/** What npm says first; the rest is a dump of its error. */
function firstLines(stderr: string): string {
  const lines = stderr.split("\n").flatMap((line) => /^npm error (?! {4}at )(.+)/.exec(line)?.[1] ?? []);
  return lines.slice(0, SHOWN_LINES).join("\n");
}

/** Runs npm as a process of its own. */
const npmInstall: Installer = async (folder, signal) => {
  const isWindows = process.platform === "win32";
  try {
    await promisify(execFile)(isWindows ? "npm.cmd" : "npm", NPM_ARGUMENTS, {
      cwd: folder,
      env: installEnvironment(),
      timeout: INSTALL_TIMEOUT_MS,
      signal,
      shell: isWindows,
    });
  } catch (thrown) {
    const error = thrown as NodeJS.ErrnoException & { stderr?: string; killed?: boolean };
    if (error.code === "ENOENT") throw new Error("npm was not found on this machine.");
    if (error.killed === true) throw new Error("npm did not finish within four minutes.");
    throw new Error(firstLines(error.stderr ?? "") || error.message);
  }
};

function refusal(cause: string): DeveloperError {
  return new DeveloperError(
    "ExternalPackagesNotInstalled",
    `Hit an error while pushing:\nThe external packages of Node actions could not be installed: ${cause}`,
  );
}

function check({ name, version }: NodeDependency): void {
  if (name.length > MAX_NAME_LENGTH || !NAME.test(name)) throw refusal(`"${name}" is no package name.`);
  if (!VERSION.test(version)) throw refusal(`"${version}" is no exact version of ${name}.`);
}

function idOf(dependencies: readonly NodeDependency[]): string {
  const sorted = dependencies.map(({ name, version }) => `${name}@${version}`).sort();
  // Packages with native parts are built for one platform and one Node.
  const key = [process.platform, process.arch, process.versions.modules, ...sorted].join("\n");
  return createHash("sha256").update(key).digest("hex").slice(0, 32);
}

/**
 * External packages of Node actions (`node.externalPackages` in `convex.json`): each set that was ever pushed is
 * installed by npm into a folder of its own below `node-packages/`, named by its content and complete or absent.
 */
export class NodePackages {
  readonly #directory: string;
  readonly #install: Installer;
  readonly #installing = new Map<string, Promise<void>>();
  readonly #closing = new AbortController();

  constructor(dataDir: string, install: Installer = npmInstall) {
    this.#directory = join(dataDir, "node-packages");
    this.#install = install;
  }

  /** The folder whose `node_modules` holds the packages; null for no packages. */
  rootOf(dependencies: readonly NodeDependency[]): string | null {
    return dependencies.length === 0 ? null : join(this.#directory, idOf(dependencies));
  }

  /** Installs what is not there yet; as {@link rootOf}. Throws DeveloperError `ExternalPackagesNotInstalled`. */
  async ensure(dependencies: readonly NodeDependency[]): Promise<string | null> {
    const root = this.rootOf(dependencies);
    if (root === null || existsSync(root)) return root;
    dependencies.forEach(check);
    const running = this.#installing.get(root) ?? this.#installInto(root, dependencies);
    this.#installing.set(root, running);
    try {
      await running;
    } finally {
      this.#installing.delete(root);
    }
    return root;
  }

  /** Removes every set but these, and what a crash left half installed. */
  async keepOnly(sets: readonly (readonly NodeDependency[])[]): Promise<void> {
    const kept = new Set(sets.filter((set) => set.length > 0).map(idOf));
    const names = await readdir(this.#directory).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    });
    if (this.#installing.size > 0) return;
    const gone = names.filter((name) => !kept.has(name));
    await Promise.all(gone.map((name) => rm(join(this.#directory, name), { recursive: true, force: true })));
  }

  /** Ends what is being installed. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#installing.values());
  }

  async #installInto(root: string, dependencies: readonly NodeDependency[]): Promise<void> {
    const partial = `${root}.${randomUUID()}.partial`;
    await mkdir(partial, { recursive: true });
    try {
      const versions = Object.fromEntries(dependencies.map(({ name, version }) => [name, version]));
      await writeFile(join(partial, "package.json"), JSON.stringify({ private: true, dependencies: versions }));
      await this.#install(partial, this.#closing.signal);
      await rename(partial, root);
    } catch (thrown) {
      await rm(partial, { recursive: true, force: true });
      const { message } = coerceError(thrown);
      const hint = UNREACHABLE.test(message) ? "\nIs the package registry reachable from the backend's machine?" : "";
      throw refusal(`${message}${hint}`);
    }
  }
}
