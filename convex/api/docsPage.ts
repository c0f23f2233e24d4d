import type { JsonSchema, OpenApiDocument, OperationObject, Parameter } from "./openapi";

/** Levels of a schema that are written out; deeper ones are named by their type. */
const MAX_DEPTH = 4;

/**
 * The document as one page for people: every operation with its fields and answers, no script, nothing loaded. Texts of
 * the document are escaped; `back quotes` become code.
 */
export function docsPage(document: OpenApiDocument): string {
  const [server] = document.servers;
  const sections = document.tags.map(({ name }) => section(document, name)).join("");
  const links = document.tags.map(({ name }) => toc(document, name)).join("");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Switchboard API</title><style>${STYLE}</style></head>
<body><a class="skip" href="#main">Skip to the operations</a>
<nav aria-label="Operations"><strong>Switchboard API</strong>${links}<p><a href="openapi.json">openapi.json</a></p></nav>
<main id="main"><h1>REST API</h1><p>${words(document.info.description)}</p>
<p>Base address: <code>${escape(server?.url ?? "")}</code></p>${sections}</main></body></html>`;
}

type Entry = { path: string; method: string; operation: OperationObject };

function entries(document: OpenApiDocument, tag: string): Entry[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => operation.tags.includes(tag))
      .map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
}

function toc(document: OpenApiDocument, tag: string): string {
  const links = entries(document, tag).map(
    ({ operation }) => `<li><a href="#${operation.operationId}">${words(operation.summary)}</a></li>`,
  );
  return `<h2>${escape(tag)}</h2><ul>${links.join("")}</ul>`;
}

function section(document: OpenApiDocument, tag: string): string {
  return `<section><h2>${escape(tag)}</h2>${entries(document, tag).map(article).join("")}</section>`;
}

function article({ path, method, operation }: Entry): string {
  const { operationId, summary, description, parameters, requestBody, responses } = operation;
  const body = requestBody?.content["application/json"].schema;
  return `<article id="${operationId}"><h3>${words(summary)}</h3>
<p class="address"><span class="method ${method}">${method}</span> <code>${escape(path)}</code>
<span class="scope">scope <code>${operation["x-scope"]}</code></span></p>
${description === undefined ? "" : `<p>${words(description)}</p>`}
${parameters.length === 0 ? "" : `<h4>Parameters</h4>${list(parameters.map(parameter))}`}
${body === undefined ? "" : `<h4>Body</h4>${fields(body, 0)}`}
<h4>Answers</h4>${Object.entries(responses).map(answer).join("")}</article>`;
}

function answer([status, { description, content }]: [string, OperationObject["responses"][string]]): string {
  const schema = content?.["application/json"].schema;
  const isRefusal = schema !== undefined && "$ref" in schema;
  const head = `<b class="${isRefusal ? "refusal" : "good"}">${status}</b> ${words(description)}`;
  if (schema === undefined || isRefusal) return `<p class="answer">${head}</p>`;
  return `<details><summary>${head}</summary>${fields(schema, 0)}</details>`;
}

function parameter({ name, in: place, required, description, schema }: Parameter): string {
  return field(name, { ...schema, description }, required, 0, place);
}

const list = (items: string[]) => `<dl>${items.join("")}</dl>`;

function fields(schema: JsonSchema, depth: number): string {
  const variants = (schema.oneOf ?? schema.anyOf) as JsonSchema[] | undefined;
  const objects = variants?.filter((variant) => "properties" in variant) ?? [];
  if (objects.length > 1) {
    return objects.map((variant) => `<div class="variant">${fields(variant, depth)}</div>`).join("<p>or</p>");
  }
  const [only] = objects;
  if (only !== undefined) return fields(only, depth);
  if (schema.type === "array") return fields((schema.items ?? {}) as JsonSchema, depth);
  const required = (schema.required ?? []) as string[];
  const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonSchema>);
  return properties.length === 0
    ? `<p>${typeName(schema)}</p>`
    : list(properties.map(([name, inner]) => field(name, inner, required.includes(name), depth)));
}

function field(name: string, schema: JsonSchema, isRequired: boolean, depth: number, place?: string): string {
  const facts = [
    place,
    typeName(schema),
    isRequired ? "required" : undefined,
    "default" in schema && !isEmpty(schema.default) ? `default ${JSON.stringify(schema.default)}` : undefined,
    typeof schema.maxLength === "number" ? `at most ${schema.maxLength} characters` : undefined,
    typeof schema.maximum === "number" && schema.maximum < Number.MAX_SAFE_INTEGER
      ? `at most ${schema.maximum}`
      : undefined,
  ].filter((fact) => fact !== undefined);
  const description = typeof schema.description === "string" ? `<p>${words(schema.description)}</p>` : "";
  const inner = hasFields(schema) && depth < MAX_DEPTH ? fields(schema, depth + 1) : "";
  return `<dt><code>${escape(name)}</code> <small>${facts.map((fact) => escape(fact)).join(" · ")}</small></dt><dd>${description}${inner}</dd>`;
}

const isEmpty = (value: unknown) =>
  value === "" || (typeof value === "object" && value !== null && Object.keys(value).length === 0);

function hasFields(schema: JsonSchema): boolean {
  const parts = [schema, schema.items, ...((schema.anyOf ?? schema.oneOf ?? []) as unknown[])] as (
    JsonSchema | undefined
  )[];
  return parts.some((part) => part !== undefined && "properties" in part);
}

function typeName(schema: JsonSchema): string {
  const variants = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  if (variants !== undefined) return [...new Set(variants.map(typeName))].join(" | ");
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if ("const" in schema) return JSON.stringify(schema.const);
  if (schema.type === "array") return `list of ${typeName((schema.items ?? {}) as JsonSchema)}`;
  if (typeof schema.format === "string") return `${String(schema.type)} (${schema.format})`;
  if (Array.isArray(schema.type)) return schema.type.join(" | ");
  return typeof schema.type === "string" ? schema.type : "anything";
}

const words = (text: string) => escape(text).replace(/`([^`]+)`/g, "<code>$1</code>");

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (text: string) => text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);

const STYLE = `
:root{color-scheme:light dark;--ink:#1c1d22;--soft:#5c5f6b;--line:#e3e4e9;--page:#fff;--side:#f7f7f9;--accent:#4038c9;--good:#0b6b3a;--bad:#a3310f}
@media (prefers-color-scheme:dark){:root{--ink:#ececf1;--soft:#a9acb8;--line:#32343d;--page:#17181c;--side:#1e1f25;--accent:#a9a4ff;--good:#6fd39b;--bad:#ff9d7a}}
*{box-sizing:border-box}
body{margin:0;display:grid;grid-template-columns:16rem minmax(0,1fr);background:var(--page);color:var(--ink);font:14px/1.55 system-ui,sans-serif}
nav{position:sticky;top:0;height:100vh;overflow:auto;padding:1.25rem;background:var(--side);border-right:1px solid var(--line)}
nav h2{margin:1.25rem 0 .25rem;font-size:.75rem;color:var(--soft);font-weight:600}
nav ul{list-style:none;margin:0;padding:0}
a{color:var(--accent);text-decoration:none}a:hover{text-decoration:underline}
nav li a{display:block;padding:.2rem 0;color:inherit}
main{max-width:54rem;padding:1.5rem 2.5rem 6rem}
h1{font-size:1.6rem;margin:0 0 .5rem}section>h2{font-size:1.2rem;margin:2.5rem 0 0}
article{padding:1.25rem 0;border-bottom:1px solid var(--line);scroll-margin-top:1rem}
h3{margin:0 0 .25rem;font-size:1rem}h4{margin:1rem 0 .25rem;font-size:.8rem;color:var(--soft)}
p{margin:.25rem 0}.address{display:flex;flex-wrap:wrap;gap:.5rem;align-items:baseline}
code{font:12.5px/1.4 ui-monospace,monospace;overflow-wrap:anywhere}
.method{font:600 11px ui-monospace,monospace;border:1px solid currentColor;border-radius:4px;padding:.1rem .35rem;color:var(--accent)}
.scope,small{color:var(--soft)}
dl{margin:0;border-left:2px solid var(--line);padding-left:.75rem}dt{margin-top:.4rem}dd{margin:0 0 0 .25rem}dd p{color:var(--soft)}
.variant{margin:.25rem 0}
details{margin:.25rem 0}summary{cursor:pointer}.good{color:var(--good)}.refusal{color:var(--bad)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:var(--page);padding:.5rem;z-index:1}
@media (max-width:720px){body{display:block}nav{position:static;height:auto;border-right:0;border-bottom:1px solid var(--line)}main{padding:1rem}}
`;
