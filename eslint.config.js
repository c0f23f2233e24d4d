import convexPlugin from "@convex-dev/eslint-plugin";
import tseslint from "typescript-eslint";

// Typed ESLint for convex/ only: what oxlint cannot know about Convex. Everything else is oxlint's.
export default tseslint.config(
  { ignores: ["convex/_generated/**"] },
  {
    files: ["convex/**/*.ts"],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { project: "./convex/tsconfig.json", tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    plugins: { "@convex-dev": convexPlugin },
    rules: {
      ...Object.assign({}, ...convexPlugin.configs.recommended.map((config) => config.rules)),
      "@convex-dev/import-wrong-runtime": "error",
      "@convex-dev/no-collect-in-query": "error",
    },
  },
  {
    // The rule looks at what is imported, not at the importing file's own "use node": Node actions may import Node files.
    files: [
      "convex/**/nodeJobs.ts",
      "convex/delivery/{nodeJobs/*,render,providers/{adapters,fetchMail,media,providerFetch,smtp,smtpSocket,webhookSend}}.ts",
    ],
    rules: { "@convex-dev/import-wrong-runtime": "off" },
  },
  {
    // The only places that read the deployment's variables.
    files: ["convex/lib/env.ts", "convex/auth.config.ts"],
    rules: { "@convex-dev/no-process-env": "off" },
  },
  {
    // Permission on the declaration: the raw builders live behind lib/functions.ts.
    files: ["convex/**/*.ts"],
    ignores: ["convex/lib/functions.ts", "convex/**/*.test.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: ["**/_generated/server"],
              importNames: [
                "query",
                "mutation",
                "action",
                "internalQuery",
                "internalMutation",
                "internalAction",
                "httpAction",
              ],
              message: "Take builders from convex/lib/functions: they carry the permission.",
            },
          ],
        },
      ],
    },
  },
);
