import type { JSONValue } from "convex/values";
import { DeploymentClient, type DeploymentAccess, pushFunctions } from "./deployment.ts";
import { missingProductEnvironment } from "./product-environment.ts";
import { FUNCTION_SOURCES, hashFiles, PROJECT_DIR } from "./project.ts";
import { type DemoSignIn, readStartState, writeStartState } from "./start-state.ts";

const SEED_FUNCTION = "dev/seed:run";

/** Sets what the product needs from its environment; keys are made on the first start only. */
export async function setUpEnvironment(access: DeploymentAccess, appUrl: string): Promise<void> {
  const client = new DeploymentClient(access);
  const missing = await missingProductEnvironment(await client.environment(), appUrl);
  if (Object.keys(missing).length > 0) await client.setEnvironment(missing);
}

/** Pushes `convex/` unless these very sources are already live in this data folder. */
export async function pushIfChanged(access: DeploymentAccess, dataDir: string): Promise<void> {
  const hash = hashFiles(PROJECT_DIR, FUNCTION_SOURCES);
  const state = readStartState(dataDir);
  if (state.pushedHash === hash) return;
  await pushFunctions(access);
  writeStartState(dataDir, { ...state, pushedHash: hash });
}

/** Makes the demo workspace once per data folder. Returns its sign-in, or null when there is none. */
export async function seedOnce(access: DeploymentAccess, dataDir: string, wanted: boolean): Promise<DemoSignIn | null> {
  const state = readStartState(dataDir);
  if (state.seed !== null) return state.seed.signIn;
  if (!wanted) return null;
  const signIn = demoSignIn(await new DeploymentClient(access).run(SEED_FUNCTION));
  writeStartState(dataDir, { ...state, seed: { signIn } });
  return signIn;
}

function demoSignIn(answer: JSONValue): DemoSignIn | null {
  if (answer === null || typeof answer !== "object" || Array.isArray(answer)) return null;
  const { email, password } = answer;
  return typeof email === "string" && typeof password === "string" ? { email, password } : null;
}
