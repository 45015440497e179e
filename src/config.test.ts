import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadConfig, variables } from "./config.ts";
import { ConfigError } from "./errors.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "weir-config-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const load = (env: NodeJS.ProcessEnv) => loadConfig(env, "/srv");

/** The message with which an environment is refused. */
function refusal(env: NodeJS.ProcessEnv): string {
  try {
    load(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("the environment was accepted");
}

describe("the environment", () => {
  test("needs nothing: an empty one gives the defaults", () => {
    expect(load({ PATH: "/bin" })).toEqual({
      databaseUrl: undefined,
      dataDir: "/srv/weir-data",
      host: "127.0.0.1",
      port: 8080,
      tls: undefined,
      secretKey: undefined,
      admin: undefined,
      trustedProxies: [],
      clientSecret: undefined,
      apiToken: undefined,
      logFormat: "text",
      logLevel: "info",
      allowedHosts: [],
      maxRequestsPerSecond: 10,
      signalRetentionDays: 30,
      httpsProxy: undefined,
    });
  });

  test("is read into what the program works with", () => {
    const env = { WEIR_DATA_DIR: "data", WEIR_PORT: "0", WEIR_ALLOWED_HOSTS: " 127.0.0.1:4400, wiz.test ,," };
    expect(load(env)).toMatchObject({
      dataDir: "/srv/data",
      port: 0,
      allowedHosts: ["127.0.0.1:4400", "wiz.test"],
    });
    expect(load({ WEIR_DATA_DIR: "/var/lib/weir" }).dataDir).toBe("/var/lib/weir");
  });

  test("W-20 holds certificate and key, or neither", () => {
    expect(load({ WEIR_TLS_CERT: "weir.pem", WEIR_TLS_KEY: "/etc/weir.key" }).tls).toEqual({
      certFile: "/srv/weir.pem",
      keyFile: "/etc/weir.key",
    });
    expect(refusal({ WEIR_TLS_CERT: "weir.pem" })).toContain("WEIR_TLS_CERT needs WEIR_TLS_KEY");
    expect(refusal({ WEIR_TLS_KEY: "weir.key" })).toContain("WEIR_TLS_KEY needs WEIR_TLS_CERT");
  });

  test("is refused with all that is wrong with it at once", () => {
    const message = refusal({ WEIR_PORT: "99999", WEIR_LOG_FORMAT: "xml", WEIR_LOG_LEVEL: "loud", WEIR_PROT: "1" });
    expect(message).toMatch(/WEIR_PORT: /);
    expect(message).toMatch(/WEIR_LOG_FORMAT: /);
    expect(message).toMatch(/WEIR_LOG_LEVEL: /);
    expect(message).toMatch(/WEIR_PROT is not a variable that Weir knows \(see docs\/configuration\.md\)/);
  });

  test("may hold names of others, but no WEIR_ name that Weir does not know", () => {
    expect(refusal({ WEIR_DATA_DIR_FILE: "/x" })).toContain("WEIR_DATA_DIR_FILE is not a variable");
    expect(() => load({ WEIRD: "1", MY_WEIR_PORT: "1" })).not.toThrow();
  });
});

describe("the first administrator", () => {
  test("has an address and a password, the latter perhaps from a file", () => {
    const file = join(folder, "password");
    writeFileSync(file, "a long enough one\n");
    expect(load({ WEIR_ADMIN_EMAIL: "ann@example.com", WEIR_ADMIN_PASSWORD_FILE: file }).admin).toEqual({
      email: "ann@example.com",
      password: "a long enough one",
    });
  });

  test("is refused with one of them only", () => {
    expect(refusal({ WEIR_ADMIN_EMAIL: "ann@example.com" })).toContain("WEIR_ADMIN_EMAIL needs WEIR_ADMIN_PASSWORD");
    const message = refusal({ WEIR_ADMIN_PASSWORD: "hunter2 hunter2" });
    expect(message).toContain("WEIR_ADMIN_PASSWORD needs WEIR_ADMIN_EMAIL");
    expect(message).not.toContain("hunter2");
  });
});

test.each(["10.0.0.0/8", "127.0.0.1", "::1", "fd00::/8"])("a trusted proxy may be %s", (proxy) => {
  expect(load({ WEIR_TRUSTED_PROXIES: proxy }).trustedProxies).toEqual([proxy]);
});

test.each(["10.0.0.0/33", "proxy.example.com", "10.0.0.0/8/8", "::1/129", "10.0.0.0/"])(
  "a trusted proxy may not be %s",
  (proxy) => {
    expect(refusal({ WEIR_TRUSTED_PROXIES: proxy })).toContain("WEIR_TRUSTED_PROXIES: must hold addresses");
  },
);

describe("a secret", () => {
  const secrets = [
    "DATABASE_URL",
    "WEIR_SECRET_KEY",
    "WEIR_ADMIN_PASSWORD",
    "WEIR_CLIENT_SECRET",
    "WEIR_API_TOKEN",
    "HTTPS_PROXY",
  ];

  test("may come from a file, without the line end", () => {
    const file = join(folder, "secret");
    writeFileSync(file, "from-file\n");
    expect(load({ WEIR_CLIENT_SECRET_FILE: file, WEIR_SECRET_KEY_FILE: file })).toMatchObject({
      clientSecret: "from-file",
      secretKey: "from-file",
    });
    expect(variables.flatMap((v) => ("isSecret" in v ? [v.name] : []))).toEqual(secrets);
  });

  test.each(secrets)("%s that is given twice, or whose file is not there, is refused", (name) => {
    const missing = join(folder, "missing");
    const file = join(folder, "both");
    writeFileSync(file, "x");
    expect(refusal({ [`${name}_FILE`]: missing })).toContain(`${name}_FILE: cannot read ${missing} (ENOENT)`);
    expect(refusal({ [name]: "a", [`${name}_FILE`]: file })).toContain(`${name} and ${name}_FILE are both set`);
  });

  test("that is wrong is never repeated", () => {
    const message = refusal({
      DATABASE_URL: "mysql://weir:hunter2@db/weir",
      HTTPS_PROXY: "ftp://me:hunter2@proxy",
      WEIR_CLIENT_SECRET: "",
    });
    expect(message).toContain("DATABASE_URL: must start with postgres://");
    expect(message).toContain("HTTPS_PROXY: must be a URL such as");
    expect(message).toContain("WEIR_CLIENT_SECRET: must not be empty");
    expect(message).not.toContain("hunter2");
  });
});

test("docs/configuration.md says of every variable what src/config.ts says", () => {
  const page = readFileSync(new URL("../docs/configuration.md", import.meta.url), "utf8");
  const rows = page.split("\n").filter((line) => line.startsWith("| `"));
  expect(rows).toEqual(variables.map(documented));
});

function documented(variable: (typeof variables)[number]): string {
  const standard = variable.schema.safeParse(undefined);
  const value = standard.success ? standard.data : undefined;
  const shown = value === undefined || (Array.isArray(value) && value.length === 0) ? "" : `\`${value}\``;
  // A bar would end the cell.
  const description = variable.description.replaceAll("|", "\\|");
  return `| \`${variable.name}\` | ${shown} | ${description}${"isSecret" in variable ? " **Secret.**" : ""} |`;
}
