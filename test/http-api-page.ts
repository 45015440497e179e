/** What of an OpenAPI document the page of the HTTP API shows. */
export interface ApiDocument {
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}

interface Operation {
  summary: string;
  description?: string;
  tags?: string[];
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema: Schema }[];
  requestBody?: { content?: Record<string, { schema?: Schema }> };
  responses: Record<string, { description: string; content?: Record<string, { schema?: Schema }> }>;
}

interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  description?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}

/** The routes by their tags, as Markdown. */
export function routesPage({ paths }: ApiDocument): string {
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
  const groups = Object.groupBy(operations, ({ operation }) => operation.tags?.[0] ?? "Other");
  return Object.entries(groups)
    .map(([tag, some = []]) => `### ${tag}\n\n${some.map(operationText).join("\n")}`)
    .join("\n");
}

function operationText({ path, method, operation }: { path: string; method: string; operation: Operation }): string {
  const { summary, description, parameters = [], requestBody, responses } = operation;
  const rows = parameters.map(
    ({ name, in: place, required, description: about, schema }) =>
      `| \`${name}\` | ${place}${required === true ? ", required" : ""} | ${typeText(schema)} | ${cell(about ?? schema.description)} |`,
  );
  const body = schemaOf(requestBody?.content);
  const lines = [
    `#### \`${method.toUpperCase()} ${path}\``,
    `${summary}.${description === undefined ? "" : ` ${description}`}`,
    ...(rows.length === 0 ? [] : [["| | | | |", "|---|---|---|---|", ...rows].join("\n")]),
    ...(body === undefined ? [] : [`Body: ${typeText(body)}`]),
    `Answers: ${Object.entries(responses).filter(isSpecial).map(answerText).join(" · ")}`,
  ];
  return `${lines.join("\n\n")}\n`;
}

/** What every route answers to whoever may not use it is said once. */
function isSpecial([status]: [string, unknown]): boolean {
  return status !== "401" && status !== "403";
}

function answerText([status, { description, content }]: [string, Operation["responses"][string]]): string {
  const schema = schemaOf(content);
  const type = schema === undefined || Number(status) >= 400 ? "" : `: ${typeText(schema)}`;
  return `**${status}** ${description}${type}`;
}

function schemaOf(content: Record<string, { schema?: Schema }> | undefined): Schema | undefined {
  return content?.["application/json"]?.schema;
}

/** The named schemas, field by field. */
export function schemasPage({ components }: ApiDocument): string {
  return Object.entries(components?.schemas ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, schema]) => `### ${name}\n\n${fieldTable(schema, components?.schemas ?? {})}`)
    .join("\n");
}

function fieldTable(schema: Schema, all: Record<string, Schema>): string {
  const rows = Object.entries(fieldsOf(schema, all)).map(
    ([name, field]) => `| \`${name}\` | ${typeText(field)} | ${cell(field.description)} |`,
  );
  return rows.length === 0 ? `${typeText(schema)}\n` : `${["| | | |", "|---|---|---|", ...rows].join("\n")}\n`;
}

function fieldsOf(schema: Schema, all: Record<string, Schema>): Record<string, Schema> {
  const parts = (schema.allOf ?? []).map((part) => fieldsOf(resolve(part, all), all));
  return Object.assign({}, ...parts, schema.properties);
}

function resolve(schema: Schema, all: Record<string, Schema>): Schema {
  return schema.$ref === undefined ? schema : (all[nameOf(schema.$ref)] ?? schema);
}

const nameOf = (ref: string) => ref.slice(ref.lastIndexOf("/") + 1);

function typeText(schema: Schema): string {
  if (schema.$ref !== undefined) return `[${nameOf(schema.$ref)}](#${nameOf(schema.$ref).toLowerCase()})`;
  const options = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (options !== undefined) return options.map(typeText).join(" or ");
  if (schema.enum !== undefined) return schema.enum.map((word) => `\`${word}\``).join(" ");
  const types = [schema.type ?? "anything"].flat();
  return [...types.map((type) => plainType(type, schema)), ...limitsOf(schema)]
    .join(", ")
    .replace(/, null\b/, " or null");
}

function plainType(type: string, schema: Schema): string {
  if (type === "array") return `list of ${schema.items === undefined ? "anything" : typeText(schema.items)}`;
  if (type === "object" && schema.properties !== undefined)
    return `{ ${Object.entries(schema.properties)
      .map(([name, field]) => `${name}: ${typeText(field)}`)
      .join("; ")} }`;
  return type === "string" && schema.format !== undefined ? schema.format : type;
}

function limitsOf({ minimum, maximum, default: usual }: Schema): string[] {
  const hasRange = minimum !== undefined && maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  return [
    ...(hasRange ? [`${minimum} to ${maximum}`] : []),
    ...(usual === undefined ? [] : [`default ${JSON.stringify(usual)}`]),
  ];
}

function cell(text: string | undefined): string {
  return (text ?? "").replaceAll("|", "\\|");
}
