import { Command, InvalidArgumentError, Option } from "commander";
import { createToken, revokeToken, tokenLife } from "../auth/tokens.ts";
import { NotFoundError } from "../errors.ts";
import type { Role } from "../model.ts";
import { plainText } from "../query/plain-text.ts";
import { type ApiToken, listApiTokens } from "../store/api-token.ts";
import { cliActor } from "./actor.ts";
import { type CliContext, withApp } from "./context.ts";
import { findUser, parseRole, table } from "./user.ts";

/** API tokens, directly on the database. */
export function tokenCommand(context: CliContext): Command {
  return new Command("token")
    .description("API tokens for scripts, directly on the database")
    .addCommand(createCommand(context))
    .addCommand(listCommand(context))
    .addCommand(revokeCommand(context));
}

interface CreateOptions {
  user: string;
  role?: Role;
  days: number | "never";
}

function createCommand(context: CliContext): Command {
  return new Command("create")
    .description("make a token for a user, and print it: it is shown only this once")
    .argument("<name>", "what it is for")
    .requiredOption("--user <email>", "whose token it is; it never allows more than its owner may")
    .addOption(new Option("--role <role>", "viewer (unless said otherwise), analyst or admin").argParser(parseRole))
    .addOption(
      new Option("--days <days>", "how long it lasts, or never (for administrators)")
        .argParser(parseDays)
        .default(tokenLife.defaultDays),
    )
    .action(async (name: string, { user: email, role, days }: CreateOptions) => {
      await withApp(context, async (app) => {
        const user = await findUser(app, email);
        const owner = { userId: user.id, role: user.role };
        const form = { name, role, expiresInDays: days === "never" ? null : days };
        const { token, secret } = await createToken(app, owner, form, cliActor());
        const end = token.expiresAt === null ? "It does not expire." : `It expires at ${token.expiresAt}.`;
        context.stderr.write(`A token of ${user.email} with the role ${token.role}. ${end}\n`);
        context.stdout.write(`${secret}\n`);
      });
    });
}

function parseDays(text: string): number | "never" {
  if (text === "never") return text;
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1 || days > tokenLife.maxDays)
    throw new InvalidArgumentError(`a token lasts 1 to ${tokenLife.maxDays} days, or never.`);
  return days;
}

function listCommand(context: CliContext): Command {
  return new Command("list")
    .description("list the tokens, without their secrets")
    .option("--user <email>", "only those of a user")
    .addOption(new Option("--format <format>", "how to print").choices(["table", "json"]).default("table"))
    .action(async (options: { user?: string; format: string }) => {
      await withApp(context, async (app) => {
        const owner = options.user === undefined ? undefined : (await findUser(app, options.user)).id;
        const tokens = await listApiTokens(app.db, owner);
        if (options.format === "json") context.stdout.write(`${JSON.stringify(tokens, null, 2)}\n`);
        else if (tokens.length === 0) context.stderr.write("There are no API tokens.\n");
        else {
          const rows = tokens.map((token) => line(token, app.now()));
          context.stdout.write(`${table(["Id", "Name", "Owner", "Role", "Expires", "Last used"], rows)}\n`);
        }
      });
    });
}

function line({ id, name, email, role, expiresAt, lastUsedAt }: ApiToken, now: number): string[] {
  const isExpired = expiresAt !== null && Date.parse(expiresAt) <= now;
  return [id, name, email, role, isExpired ? "expired" : (expiresAt ?? "never"), lastUsedAt ?? "never"];
}

function revokeCommand(context: CliContext): Command {
  return new Command("revoke")
    .description("revoke a token: it is refused from now on")
    .argument("<id>", "as `weir token list` shows it")
    .action(async (id: string) => {
      await withApp(context, async (app) => {
        if (!(await listApiTokens(app.db)).some((token) => token.id === id))
          throw new NotFoundError("There is no such token. `weir token list` shows their ids.");
        const token = await revokeToken(app, id, () => true, cliActor());
        context.stdout.write(`Revoked "${plainText(token.name)}" of ${token.email}.\n`);
      });
    });
}
