// Mail clients know neither variables nor style sheets reliably: light colours stand inline, dark ones in one media
// query for the clients that read it. All pairs meet WCAG AA on their background.

export const palette = {
  page: "#f3f5f6",
  card: "#ffffff",
  text: "#16191d",
  muted: "#5b6570",
  rule: "#dfe4e8",
  panel: "#f3f5f6",
} as const;

export const type = {
  family: "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
  body: "16px",
  small: "13px",
} as const;

export const darkModeCss = [
  "@media (prefers-color-scheme: dark) {",
  // react-email repeats the body's style on the cell of its outermost table, which has no class.
  ".sb-page, .sb-page > table > tbody > tr > td { background-color: #111417 !important; }",
  ".sb-card { background-color: #1b1f24 !important; }",
  ".sb-panel { background-color: #252a30 !important; }",
  ".sb-text { color: #eceff1 !important; }",
  ".sb-link { color: #8cc8e8 !important; }",
  ".sb-muted { color: #a8b1ba !important; }",
  ".sb-rule { border-color: #343b43 !important; }",
  "}",
].join("\n");
