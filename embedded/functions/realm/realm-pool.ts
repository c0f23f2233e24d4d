import { Script } from "node:vm";
import type { CodeLoader, ComponentCode, DeployedCode } from "../modules/deployed-code.ts";
import type { FrameMapper } from "../modules/frames.ts";
import { bundleEntry } from "../bundle-entry.ts";
import { Realm } from "./realm.ts";
import type { Watchdog } from "./watchdog.ts";

// Nested calls and asynchronous runs use several realms of a component at once; more than this many idle ones are
// never needed again soon.
const MAX_IDLE_REALMS = 8;

/** Lends realms to runs. Realms of a replaced version go away with its `ComponentCode`. */
export class RealmPool {
  readonly #loader: CodeLoader;
  readonly #frames: FrameMapper;
  readonly #bootstrap: Script;
  readonly #idle = new WeakMap<ComponentCode, Realm[]>();
  /** Whose realm a promise is of, by its prototype. */
  readonly #owners = new WeakMap<object, Realm>();
  readonly #frameTexts = new WeakMap<object, string>();

  readonly #watchdog: Watchdog;

  private constructor(loader: CodeLoader, frames: FrameMapper, watchdog: Watchdog, bootstrap: Script) {
    this.#watchdog = watchdog;
    this.#loader = loader;
    this.#frames = frames;
    this.#bootstrap = bootstrap;
  }

  static async create(loader: CodeLoader, frames: FrameMapper, watchdog: Watchdog): Promise<RealmPool> {
    const text = await bundleEntry(new URL("./bootstrap.ts", import.meta.url));
    const source = `(() => { const module = { exports: {} }; ((module, exports) => {\n${text}\n})(module, module.exports); return module.exports.installRealm; })()`;
    return new RealmPool(loader, frames, watchdog, new Script(source, { filename: "switchboard:bootstrap" }));
  }

  acquire(code: DeployedCode, component: ComponentCode): Realm {
    const idle = this.#idle.get(component)?.pop();
    if (idle !== undefined) return idle;
    const realm = new Realm(
      this.#bootstrap,
      this.#loader,
      this.#frames,
      component,
      code.deployment.pushedAtMs,
      this.#frameTexts,
      this.#watchdog,
    );
    this.#owners.set(realm.promisePrototype, realm);
    return realm;
  }

  release(realm: Realm): void {
    realm.detach();
    if (!realm.isReusable) return;
    const idle = this.#idle.get(realm.code);
    if (idle === undefined) this.#idle.set(realm.code, [realm]);
    else if (idle.length < MAX_IDLE_REALMS) idle.push(realm);
  }

  /** The `    at …` lines of an error whose stack a realm formatted. */
  framesOf(error: object): string | undefined {
    return this.#frameTexts.get(error);
  }

  /** The realm a promise was made in, or null for the backend's own. */
  ownerOf(promise: object): Realm | null {
    return this.#owners.get(Object.getPrototypeOf(promise) as object) ?? null;
  }
}
