import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { resolve } from "node:path";
import { z } from "zod";
import { ConfigError } from "./errors.ts";

/** One environment variable: what it is for, how it is read, what it is when absent. */
interface Variable {
  name: string;
  description: string;
  schema: z.ZodType;
  isSecret?: boolean;
}

/** An empty text is no number: `WEIR_PORT=` is a mistake, not 0. */
const number = z.string().trim().min(1, "must not be empty").pipe(z.coerce.number());
const port = number.pipe(z.number().int().min(0).max(65535));
const list = z.string().transform((text) =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== ""),
);

function isNetwork(text: string): boolean {
  const [address = "", bits, ...more] = text.split("/");
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

/** Every variable that Weir reads; docs/configuration.md is checked against this table. */
export const variables = [
  {
    name: "DATABASE_URL",
    isSecret: true,
    description:
      "Your own PostgreSQL (15 or later), for example `postgres://weir:…@db.example.com/weir`. Without it Weir runs a PostgreSQL of its own in the data directory.",
    schema: z
      .string()
      .regex(/^postgres(ql)?:\/\//, "must start with postgres://")
      .optional(),
  },
  {
    name: "WEIR_DATA_DIR",
    description: "Where the embedded database and the key file live.",
    schema: z.string().min(1).default("./weir-data"),
  },
  {
    name: "WEIR_HOST",
    description: "Address that `weir serve` listens on.",
    schema: z.string().min(1).default("127.0.0.1"),
  },
  {
    name: "WEIR_PORT",
    description: "Port that `weir serve` listens on; 0 takes a free one.",
    schema: port.default(8080),
  },
  {
    name: "WEIR_TLS_CERT",
    description:
      "PEM file with the certificate with which `weir serve` answers over HTTPS, and after it those between it and its authority. Goes with `WEIR_TLS_KEY`; renewed files are picked up within a minute ([over HTTPS](access.md#over-https)).",
    schema: z.string().trim().min(1, "must not be empty").optional(),
  },
  {
    name: "WEIR_TLS_KEY",
    description: "PEM file with the private key of `WEIR_TLS_CERT`, without a passphrase.",
    schema: z.string().trim().min(1, "must not be empty").optional(),
  },
  {
    name: "WEIR_SECRET_KEY",
    isSecret: true,
    description:
      "Key that encrypts stored credentials: 32 bytes as 64 hexadecimal digits or base64. Without it a key file is made in the data directory.",
    schema: z.string().optional(),
  },
  {
    name: "WEIR_ADMIN_EMAIL",
    description:
      "E-mail address of the first administrator, who is made at the first start with `WEIR_ADMIN_PASSWORD`; ignored once there are users. Without it the log holds a one-time token ([who may use it](access.md)).",
    schema: z.string().trim().min(1, "must not be empty").optional(),
  },
  {
    name: "WEIR_ADMIN_PASSWORD",
    isSecret: true,
    description: "Password of the first administrator, at least 12 characters.",
    schema: z.string().min(1, "must not be empty").optional(),
  },
  {
    name: "WEIR_TRUSTED_PROXIES",
    description:
      "Addresses or networks (`10.0.0.0/8`) of the reverse proxies before Weir, separated by commas. Only their `X-Forwarded-For` is believed: for the audit log, and to limit attempts to sign in per client.",
    schema: list
      .pipe(z.array(z.string().refine(isNetwork, "must hold addresses or networks such as 10.0.0.0/8")))
      .default([]),
  },
  {
    name: "WEIR_CLIENT_SECRET",
    isSecret: true,
    description: "Client secret for `weir integration add|edit` and `weir check`, instead of the prompt.",
    schema: z.string().min(1, "must not be empty").optional(),
  },
  {
    name: "WEIR_API_TOKEN",
    isSecret: true,
    description: "API token for `weir search` and `weir export` with `--server`.",
    schema: z.string().trim().min(1, "must not be empty").optional(),
  },
  {
    name: "WEIR_LOG_FORMAT",
    description: "`text` for people, `json` for machines.",
    schema: z.enum(["text", "json"]).default("text"),
  },
  {
    name: "WEIR_LOG_LEVEL",
    description: "`debug`, `info`, `warn` or `error`.",
    schema: z.enum(["debug", "info", "warn", "error"]).default("info"),
  },
  {
    name: "WEIR_ALLOWED_HOSTS",
    description:
      "Extra API and token hosts beside Wiz's own, with port, separated by commas: `127.0.0.1:4400`. Plain http and private addresses are allowed only there.",
    schema: list.default([]),
  },
  {
    name: "WEIR_MAX_REQUESTS_PER_SECOND",
    description:
      "Ceiling of the requests per second to one service account. Weir starts at 3 and learns what Wiz allows; lower it when other tools share the account.",
    schema: number.pipe(z.number().positive("must be more than 0").max(1000)).default(10),
  },
  {
    name: "WEIR_SIGNAL_RETENTION_DAYS",
    description: "Days that signals (the change log) are kept; 0 keeps them for ever.",
    schema: number.pipe(z.number().int().min(0).max(36500)).default(30),
  },
  {
    name: "HTTPS_PROXY",
    isSecret: true,
    description: "Forward proxy for the calls to Wiz, for example `http://proxy.example.com:3128`.",
    schema: z.url({ protocol: /^https?$/, error: "must be a URL such as http://proxy.example.com:3128" }).optional(),
  },
] as const satisfies readonly Variable[];

type VariableName = (typeof variables)[number]["name"];

export interface Config {
  databaseUrl: string | undefined;
  dataDir: string;
  host: string;
  port: number;
  /** Whole paths. Without them Weir speaks http. */
  tls: { certFile: string; keyFile: string } | undefined;
  secretKey: string | undefined;
  /** The first administrator. */
  admin: { email: string; password: string } | undefined;
  trustedProxies: string[];
  clientSecret: string | undefined;
  apiToken: string | undefined;
  logFormat: "text" | "json";
  logLevel: "debug" | "info" | "warn" | "error";
  allowedHosts: string[];
  maxRequestsPerSecond: number;
  signalRetentionDays: number;
  httpsProxy: string | undefined;
}

/**
 * Reads the environment once. A secret may come from a file named by `<NAME>_FILE`.
 * @throws ConfigError that lists every problem, an unknown `WEIR_…` name among them
 */
export function loadConfig(env: NodeJS.ProcessEnv, cwd: string): Config {
  const problems: string[] = [];
  const values = new Map<VariableName, unknown>();
  for (const variable of variables) {
    const text = readVariable(variable, env, problems);
    const parsed = variable.schema.safeParse(text);
    if (parsed.success) values.set(variable.name, parsed.data);
    else for (const issue of parsed.error.issues) problems.push(`${variable.name}: ${issue.message}`);
  }
  const admin = readAdmin(values, problems);
  const tls = readTlsFiles(values, cwd, problems);
  problems.push(...unknownNames(env));
  if (problems.length > 0)
    throw new ConfigError(
      `The environment has ${problems.length === 1 ? "a problem" : "problems"}:\n- ${problems.join("\n- ")}`,
    );
  return {
    databaseUrl: values.get("DATABASE_URL") as string | undefined,
    dataDir: resolve(cwd, values.get("WEIR_DATA_DIR") as string),
    host: values.get("WEIR_HOST") as string,
    port: values.get("WEIR_PORT") as number,
    tls,
    secretKey: values.get("WEIR_SECRET_KEY") as string | undefined,
    admin,
    trustedProxies: values.get("WEIR_TRUSTED_PROXIES") as string[],
    clientSecret: values.get("WEIR_CLIENT_SECRET") as string | undefined,
    apiToken: values.get("WEIR_API_TOKEN") as string | undefined,
    logFormat: values.get("WEIR_LOG_FORMAT") as Config["logFormat"],
    logLevel: values.get("WEIR_LOG_LEVEL") as Config["logLevel"],
    allowedHosts: values.get("WEIR_ALLOWED_HOSTS") as string[],
    maxRequestsPerSecond: values.get("WEIR_MAX_REQUESTS_PER_SECOND") as number,
    signalRetentionDays: values.get("WEIR_SIGNAL_RETENTION_DAYS") as number,
    httpsProxy: values.get("HTTPS_PROXY") as string | undefined,
  };
}

function readAdmin(values: ReadonlyMap<VariableName, unknown>, problems: string[]): Config["admin"] {
  const email = values.get("WEIR_ADMIN_EMAIL") as string | undefined;
  const password = values.get("WEIR_ADMIN_PASSWORD") as string | undefined;
  if (email !== undefined && password !== undefined) return { email, password };
  if (email !== undefined)
    problems.push("WEIR_ADMIN_EMAIL needs WEIR_ADMIN_PASSWORD (or WEIR_ADMIN_PASSWORD_FILE) beside it");
  if (password !== undefined) problems.push("WEIR_ADMIN_PASSWORD needs WEIR_ADMIN_EMAIL beside it");
  return undefined;
}

function readTlsFiles(values: ReadonlyMap<VariableName, unknown>, cwd: string, problems: string[]): Config["tls"] {
  const cert = values.get("WEIR_TLS_CERT") as string | undefined;
  const key = values.get("WEIR_TLS_KEY") as string | undefined;
  if (cert !== undefined && key !== undefined) return { certFile: resolve(cwd, cert), keyFile: resolve(cwd, key) };
  if (cert !== undefined) problems.push("WEIR_TLS_CERT needs WEIR_TLS_KEY beside it");
  if (key !== undefined) problems.push("WEIR_TLS_KEY needs WEIR_TLS_CERT beside it");
  return undefined;
}

function readVariable(variable: Variable, env: NodeJS.ProcessEnv, problems: string[]): string | undefined {
  const direct = env[variable.name];
  const file = variable.isSecret === true ? env[`${variable.name}_FILE`] : undefined;
  if (file === undefined) return direct;
  if (direct !== undefined) problems.push(`${variable.name} and ${variable.name}_FILE are both set: keep one`);
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    problems.push(
      `${variable.name}_FILE: cannot read ${file} (${(error as NodeJS.ErrnoException).code ?? "unreadable"})`,
    );
    return undefined;
  }
}

function unknownNames(env: NodeJS.ProcessEnv): string[] {
  const known = new Set<string>(
    variables.flatMap((v: Variable) => (v.isSecret === true ? [v.name, `${v.name}_FILE`] : [v.name])),
  );
  return Object.keys(env)
    .filter((name) => name.startsWith("WEIR_") && !name.startsWith("WEIR_TEST_") && !known.has(name))
    .map((name) => `${name} is not a variable that Weir knows (see docs/configuration.md): correct or remove it`);
}
