import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { Option } from "commander";
import { ConfigError } from "../errors.ts";
import { type CliContext, configOf } from "./context.ts";
import { createRemote, type Remote } from "./remote.ts";

export interface RemoteFlags {
  server?: string;
  tokenFile?: string;
  allowHttp?: boolean;
  /** What was given where no secret belongs. */
  token?: unknown;
}

/** The options of every command that can ask another Weir. */
export function remoteOptions(): Option[] {
  return [
    new Option("--server <url>", "ask this Weir over HTTP instead of a database; needs an API token"),
    new Option("--token-file <file>", "file that holds the API token (else WEIR_API_TOKEN); - reads standard input"),
    new Option("--allow-http", "send the token without encryption to a server that is not this machine"),
    new Option("--token [value]").hideHelp(),
  ];
}

const waysToGive = "Set WEIR_API_TOKEN (or WEIR_API_TOKEN_FILE), or give --token-file FILE (- reads standard input).";

/**
 * The server that the options name; `null` when they name none.
 * @throws ConfigError when its address or the token is no good
 */
export async function openRemote(context: CliContext, flags: RemoteFlags): Promise<Remote | null> {
  if (flags.token !== undefined)
    throw new ConfigError(
      `A token on the command line is seen by others and kept by your shell, so Weir does not take it there. ${waysToGive}`,
      { field: "token" },
    );
  if (flags.server === undefined) return null;
  const url = readServer(flags.server, flags.allowHttp === true);
  const token = await readToken(context, flags);
  return createRemote({ url, token });
}

async function readToken(context: CliContext, { tokenFile }: RemoteFlags): Promise<string> {
  const token = tokenFile === undefined ? configOf(context).apiToken : await readTokenFile(context, tokenFile);
  if (token === undefined || token === "")
    throw new ConfigError(`The API token is missing. ${waysToGive}`, { field: "token" });
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new ConfigError("The API token holds characters that no token has: copy it again.", { field: "token" });
  return token;
}

async function readTokenFile(context: CliContext, file: string): Promise<string> {
  if (file === "-") return (await text(context.stdin)).trim();
  try {
    return readFileSync(file, "utf8").trim();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? "unreadable";
    throw new ConfigError(`Cannot read the API token from ${file} (${code}): correct the path or its rights.`, {
      field: "token",
    });
  }
}

/** The address under which `/api/v1` is. */
function readServer(server: string, mayUseHttp: boolean): URL {
  const url = URL.parse(server);
  if (
    url === null ||
    !/^https?:$/.test(url.protocol) ||
    url.username + url.password !== "" ||
    url.search !== "" ||
    url.hash !== ""
  )
    throw new ConfigError("--server takes the address of a Weir, such as https://weir.example.com.", {
      field: "server",
    });
  if (url.protocol === "http:" && !isLoopback(url.hostname) && !mayUseHttp)
    throw new ConfigError(
      `${url.origin} is not encrypted, so everyone on the way could read the token: use https, or allow it with --allow-http.`,
      { field: "server" },
    );
  return url;
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
