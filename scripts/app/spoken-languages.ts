import type { Plugin } from "vite";

/** React Aria's own words come in some thirty languages; these are the ones the product speaks. */
const SPOKEN = /^(?:en|de|nl)-/;
const ARIA_WORDS =
  /\/react-(?:aria|stately|aria-components)\/dist\/private\/intl\/(?:[^/]+\/)?(?<language>\w\w-\w\w)\.m?js$/;

/** Leaves the words of React Aria out of the build in languages that nobody can choose. */
export function spokenLanguages(): Plugin {
  return {
    name: "spoken-languages",
    apply: "build",
    enforce: "pre",
    load(id) {
      const language = ARIA_WORDS.exec(id)?.groups?.["language"];
      return language === undefined || SPOKEN.test(language) ? null : "export default {};";
    },
  };
}
