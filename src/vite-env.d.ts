/// <reference types="vite/client" />

interface ImportMetaEnv {
  readonly VITE_CONVEX_URL?: string;
  readonly VITE_CLERK_PUBLISHABLE_KEY?: string;
}

/** The texts of a language in two parts (scripts/app/first-texts.ts). */
declare module "*.json?first" {
  const texts: object;
  export default texts;
}
declare module "*.json?rest" {
  const texts: object;
  export default texts;
}
