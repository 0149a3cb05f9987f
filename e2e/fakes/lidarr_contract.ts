import type { FakeRequest } from "./lidarr.ts";

type Schema = {
  $ref?: string;
  type?: string;
  enum?: unknown[];
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
};
type Parameter = { name: string; in: string };
type Operation = {
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
};
export type OpenApi = {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};

/** Lidarr's own description of its API, where it is at hand. */
export async function readOpenApi(): Promise<OpenApi | undefined> {
  try {
    const place = new URL("../../../shared/contracts/lidarr-openapi.json", import.meta.url);
    return JSON.parse(await Deno.readTextFile(place));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

// What a command works on differs by its name, which the description does not say.
const BEYOND: Record<string, string[]> = { "/api/v1/command": ["albumIds"] };

/** What in these requests the description does not know: paths, parameters, fields and their types. */
export function listBreaches(requests: readonly FakeRequest[], api: OpenApi): string[] {
  return [...new Set(requests.flatMap((request) => breachesOf(request, api)))];
}

function breachesOf({ method, path, query, body }: FakeRequest, api: OpenApi): string[] {
  const template = path in api.paths
    ? path
    : Object.keys(api.paths).find((one) => new RegExp(`^${one.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(path));
  const operation = template && api.paths[template][method.toLowerCase()];
  if (!operation) return [`${method} ${path} is not there`];
  const known = (operation.parameters ?? []).filter((one) => one.in === "query").map((one) => one.name);
  const unknown = [...query.keys()].filter((name) => !known.includes(name)).map((name) =>
    `${method} ${path}?${name}`
  );
  const schema = operation.requestBody?.content["application/json"]?.schema;
  if (body === undefined || !schema) return unknown;
  return [...unknown, ...breachesOfValue(body, schema, api, `${method} ${path}`, BEYOND[path])];
}

function breachesOfValue(
  value: unknown,
  given: Schema,
  api: OpenApi,
  where: string,
  beyond: string[] = [],
): string[] {
  const schema = given.$ref ? api.components.schemas[given.$ref.split("/").at(-1)!] : given;
  if (value === null || value === undefined) return [];
  if (schema.enum) {
    return schema.enum.includes(value) ? [] : [`${where}: ${JSON.stringify(value)} is no choice`];
  }
  switch (schema.type) {
    case "array":
      return Array.isArray(value)
        ? value.flatMap((one) => breachesOfValue(one, schema.items ?? {}, api, `${where}[]`))
        : [`${where} is no list`];
    case "object":
      return Object.entries(value).flatMap(([name, one]) => {
        const property = schema.properties?.[name];
        if (!property) {
          return schema.additionalProperties === true || beyond.includes(name) ? [] : [`${where}.${name}`];
        }
        return breachesOfValue(one, property, api, `${where}.${name}`);
      });
    case "integer":
      return Number.isInteger(value) ? [] : [`${where} is no whole number`];
    case "boolean":
      return typeof value === "boolean" ? [] : [`${where} is neither true nor false`];
    case "string":
      return typeof value === "string" ? [] : [`${where} is no text`];
    default:
      return [];
  }
}
