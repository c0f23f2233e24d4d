import { convexToZod } from "convex-helpers/server/zod4";
import type { GenericValidator } from "convex/values";
import { z } from "zod";
import { ERROR_CODES } from "../lib/errors";
import type { ApiScope } from "./scopes";

export type JsonSchema = { [key: string]: unknown };

/** What the document needs of an operation; the running ones have more. */
export type DescribedOperation = {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  path: readonly string[];
  id: string;
  tag: string;
  summary: string;
  description?: string;
  scope: ApiScope;
  query?: z.ZodObject;
  body?: z.ZodType;
  answers: Readonly<Record<number, { description: string; body?: GenericValidator | z.ZodType }>>;
  isRepeatable?: boolean;
};

export type Parameter = {
  name: string;
  in: "path" | "query" | "header";
  required: boolean;
  description?: string;
  schema: JsonSchema;
};

export type OperationObject = {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  "x-scope": ApiScope;
  parameters: Parameter[];
  requestBody?: { required: true; content: { "application/json": { schema: JsonSchema } } };
  responses: Record<string, ResponseObject>;
};

type ResponseObject = {
  description: string;
  headers?: Record<string, { description: string; schema: JsonSchema }>;
  content?: { "application/json": { schema: JsonSchema } };
};

export type OpenApiDocument = {
  openapi: "3.1.0";
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  security: Record<string, string[]>[];
  tags: { name: string }[];
  paths: Record<string, Record<string, OperationObject>>;
  components: { securitySchemes: Record<string, JsonSchema>; schemas: Record<string, JsonSchema> };
};

const DIALECT = "$schema";
const MAX_KEY_CHARS = 256;
const ERROR: JsonSchema = { $ref: "#/components/schemas/Error" };

/** Refusals any operation may answer, with what each means. */
const REFUSALS: Readonly<Record<string, string>> = {
  401: "No key, or one that is unknown, revoked or over.",
  403: "The key lacks the scope, or its maker the right.",
  422: "Fields are wrong; `errors` names each.",
  429: "Too many calls; `Retry-After` says when to go on.",
};

const INTRODUCTION = [
  "Present a key as `Authorization: Bearer sbk_…` (Settings → API keys). A key acts in the name of the member who made it",
  "and never may more than that member. Instants go in as ISO 8601 with an offset and come out as UTC milliseconds.",
].join(" ");

/**
 * The OpenAPI 3.1 document of the operations at `url`, made of the validators that check the calls: zod's for what comes
 * in, Convex's for what goes out.
 */
export function openApiDocument(operations: readonly DescribedOperation[], url: string): OpenApiDocument {
  const paths: OpenApiDocument["paths"] = {};
  for (const operation of operations) {
    const path = `/${operation.path.map((part) => part.replace(/^:(.+)$/, "{$1}")).join("/")}`;
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: operationObject(operation) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Switchboard", version: "1", description: INTRODUCTION },
    servers: [{ url }],
    security: [{ apiKey: [] }],
    tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: { apiKey: { type: "http", scheme: "bearer", description: "A key of Settings → API keys." } },
      schemas: { Error: errorSchema() },
    },
  };
}

function operationObject(operation: DescribedOperation): OperationObject {
  const { id, tag, summary, description, scope, body } = operation;
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    "x-scope": scope,
    parameters: [...pathParameters(operation), ...queryParameters(operation), ...headerParameters(operation)],
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { "application/json": { schema: schemaOf(body, "input") } } } }),
    responses: responsesOf(operation),
  };
}

function responsesOf({
  answers,
  path,
  method,
  isRepeatable = false,
}: DescribedOperation): OperationObject["responses"] {
  const good = Object.entries(answers).map(([status, { description, body }]): [string, ResponseObject] => [
    status,
    {
      description,
      headers: RATE_HEADERS,
      ...(body === undefined ? {} : { content: { "application/json": { schema: schemaOf(body, "output") } } }),
    },
  ]);
  const refusals = {
    ...REFUSALS,
    ...(path.some((part) => part.startsWith(":")) ? { 404: "There is no such thing in this workspace." } : {}),
    ...(isRepeatable || method === "POST" ? { 409: "It is not as the call expects; see `message`." } : {}),
    ...(isForOneState(method) ? { 412: "`If-Match` names an older state." } : {}),
  };
  const bad = Object.entries(refusals).map(([status, description]): [string, ResponseObject] => [
    status,
    { description, content: { "application/json": { schema: ERROR } } },
  ]);
  return Object.fromEntries([...good, ...bad]);
}

/** Whether a call may say which state it is meant for. */
const isForOneState = (method: DescribedOperation["method"]) => method === "PATCH" || method === "DELETE";

const RATE_HEADERS = {
  "RateLimit-Limit": { description: "Calls the key may make at once.", schema: { type: "integer" } },
  "RateLimit-Remaining": { description: "Calls it has left.", schema: { type: "integer" } },
  "RateLimit-Reset": { description: "Seconds until all of them are back.", schema: { type: "integer" } },
};

function pathParameters({ path }: DescribedOperation): Parameter[] {
  return path
    .filter((part) => part.startsWith(":"))
    .map((part) => ({ name: part.slice(1), in: "path", required: true, schema: { type: "string" } }));
}

function queryParameters({ query }: DescribedOperation): Parameter[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(query, "input") as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: "query",
    required: required.includes(name),
    ...(typeof description === "string" ? { description } : {}),
    schema,
  }));
}

function headerParameters({ method, isRepeatable = false }: DescribedOperation): Parameter[] {
  const repeatable: Parameter = {
    name: "Idempotency-Key",
    in: "header",
    required: false,
    description: "The same key with the same request again gets the first answer, for a day.",
    schema: { type: "string", maxLength: MAX_KEY_CHARS },
  };
  const match: Parameter = {
    name: "If-Match",
    in: "header",
    required: false,
    description: "The `ETag` of the state the change is meant for.",
    schema: { type: "string" },
  };
  return [...(isRepeatable ? [repeatable] : []), ...(isForOneState(method) ? [match] : [])];
}

function errorSchema(): JsonSchema {
  const error = z.object({
    code: z.enum([...ERROR_CODES, "internal"]).describe("Never changes its meaning."),
    message: z.string().describe("One sentence a person can act on."),
    field: z.string().optional().describe("A dotted path into the request."),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  });
  return schemaOf(error, "input");
}

// Its own type follows the validator's into every depth, which is more than the compiler goes.
const toZod = convexToZod as unknown as (validator: GenericValidator) => z.ZodType;

function schemaOf(validator: GenericValidator | z.ZodType, io: "input" | "output"): JsonSchema {
  const type = validator instanceof z.ZodType ? validator : toZod(validator);
  const { [DIALECT]: _dialect, ...schema } = z.toJSONSchema(type, { io, unrepresentable: "any" });
  return schema as JsonSchema;
}
