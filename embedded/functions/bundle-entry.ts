import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const bundles = new Map<string, Promise<string>>();

/**
 * One of the backend's own files with what it imports, as CommonJS text: code that is to run in a worker thread or in
 * a `vm` context cannot be imported by its TypeScript name there. Built once per process.
 */
export function bundleEntry(url: URL): Promise<string> {
  const path = fileURLToPath(url);
  const known = bundles.get(path);
  if (known !== undefined) return known;
  const bundle = build({
    entryPoints: [path],
    bundle: true,
    write: false,
    format: "cjs",
    platform: "node",
    target: "node20",
    external: ["esbuild"],
    logLevel: "silent",
  }).then((result) => {
    const output = result.outputFiles[0];
    if (output === undefined) throw new Error(`esbuild gave no output for ${path}`);
    return output.text;
  });
  bundles.set(path, bundle);
  return bundle;
}
