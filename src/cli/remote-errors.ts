import { z } from "zod";
import { ConfigError, errorText, ForbiddenError, QueryError, UnauthenticatedError } from "../errors.ts";
import { plainLine } from "../query/plain-text.ts";
import { CommandFailed } from "./exit.ts";

const errorShape = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    field: z.string().optional(),
    position: z.number().optional(),
  }),
});

/** What another Weir refused, as the error that it would be here. */
export function remoteError(url: URL, status: number, body: string): Error {
  const { code, message, field, position } = readError(body);
  const said = plainLine(message);
  if (code === "query") return new QueryError(said, position ?? 0);
  if (status === 400) return new ConfigError(said, field === undefined ? {} : { field });
  if (status === 401)
    return new UnauthenticatedError(
      `${url.origin} does not accept the API token. ${said} Make a new one there, and give it in WEIR_API_TOKEN or --token-file.`,
    );
  if (status === 403) return new ForbiddenError(`${url.origin} refuses it: ${said}`);
  if (status === 404)
    return new CommandFailed(
      `${url.origin} does not know what was asked: it is no Weir, or an older one than this command. Correct --server, or update it.`,
    );
  if (status >= 300 && status < 400)
    return new CommandFailed(
      `${url.origin} sends us elsewhere (${status}): give --server the address where Weir itself is.`,
    );
  return new CommandFailed(`${url.origin} answered ${status}${said === "" ? "" : `: ${said}`}`);
}

function readError(body: string): { code: string; message: string; field?: string; position?: number } {
  try {
    return errorShape.parse(JSON.parse(body)).error as ReturnType<typeof readError>;
  } catch {
    // A proxy's page, say: it is not for people on a terminal.
    return { code: "", message: "" };
  }
}

/** Nobody answered, or nobody who can be trusted. */
export function unreachable(url: URL, cause: unknown): CommandFailed {
  const code = (cause as NodeJS.ErrnoException | null)?.code ?? "";
  const hint = /CERT|SIGNATURE|SELF_SIGNED|ISSUER/.test(code)
    ? "Its certificate is not trusted here: NODE_EXTRA_CA_CERTS names a file with your own authority."
    : "Is the address right, does Weir run there, and does nothing on the way forbid it?";
  return new CommandFailed(`Cannot reach ${url.origin} (${code === "" ? errorText(cause) : code}). ${hint}`);
}
