import Table from "cli-table3";
import { Command, InvalidArgumentError, Option } from "commander";
import type { App } from "../app.ts";
import { normalizeEmail } from "../auth/names.ts";
import { endSessionsOf, goodSessions } from "../auth/sessions.ts";
import { addUser, editUser, removeUser, type UserEdit } from "../auth/users.ts";
import { ConfigError, NotFoundError } from "../errors.ts";
import { type Role, roles } from "../model.ts";
import { plainLine, plainText } from "../query/plain-text.ts";
import type { Session } from "../store/session.ts";
import { listUsers, type User } from "../store/user.ts";
import { cliActor } from "./actor.ts";
import { type CliContext, withApp } from "./context.ts";
import { type PasswordOptions, passwordOptions, readNewPassword } from "./password-input.ts";

/** Users, directly on the database: for emergencies, and for scripts on the machine itself. */
export function userCommand(context: CliContext): Command {
  return new Command("user")
    .description("who may use Weir, directly on the database: also when nobody can sign in")
    .addCommand(addCommand(context))
    .addCommand(listCommand(context))
    .addCommand(editCommand(context))
    .addCommand(passwordCommand(context))
    .addCommand(switchCommand(context, "disable", true))
    .addCommand(switchCommand(context, "enable", false))
    .addCommand(removeCommand(context))
    .addCommand(sessionsCommand(context));
}

export function parseRole(text: string): Role {
  const role = roles.find((name) => name === text);
  if (role === undefined) throw new InvalidArgumentError(`a role is one of ${roles.join(", ")}.`);
  return role;
}

/** @throws NotFoundError that says who there is */
export async function findUser(app: App, email: string): Promise<User> {
  const users = await listUsers(app.db);
  const user = users.find((one) => one.email === normalizeEmail(email));
  if (user !== undefined) return user;
  const known =
    users.length === 0
      ? "There is nobody yet: `weir user add EMAIL --role admin`."
      : `There are: ${users.map((one) => plainText(one.email)).join(", ")}.`;
  throw new NotFoundError(`There is no user ${email}. ${known}`);
}

interface AddOptions extends PasswordOptions {
  role: Role;
  name?: string;
}

function addCommand(context: CliContext): Command {
  const command = new Command("add")
    .description("add a user; the password is asked for")
    .argument("<email>")
    .addOption(new Option("--role <role>", "viewer, analyst or admin").argParser(parseRole).makeOptionMandatory())
    .option("--name <name>", "as the user is shown, else the e-mail address");
  for (const option of passwordOptions()) command.addOption(option);
  return command.action(async (email: string, options: AddOptions) => {
    const password = await readNewPassword(context, options);
    await withApp(context, async (app) => {
      const { role, name } = options;
      const user = await addUser(app, { email, role, name, password }, cliActor());
      context.stdout.write(`Added ${user.email} as ${user.role}.\n`);
    });
  });
}

function listCommand(context: CliContext): Command {
  return new Command("list")
    .description("list the users")
    .addOption(new Option("--format <format>", "how to print").choices(["table", "json"]).default("table"))
    .action(async ({ format }: { format: string }) => {
      await withApp(context, async (app) => {
        const users = await listUsers(app.db);
        if (format === "json") context.stdout.write(`${JSON.stringify(users, null, 2)}\n`);
        else if (users.length === 0) context.stderr.write("There are no users yet.\n");
        else context.stdout.write(`${table(["E-mail", "Name", "Role", "State", "Last login"], users.map(line))}\n`);
      });
    });
}

function line({ email, name, role, isDisabled, lastLoginAt }: User): string[] {
  return [email, name, role, isDisabled ? "disabled" : "enabled", lastLoginAt ?? "never"];
}

/** Names come from people, so they may hold anything. */
export function table(head: string[], rows: string[][]): string {
  const lines = new Table({ head, style: { head: [], border: [] } });
  lines.push(...rows.map((row) => row.map(plainLine)));
  return lines.toString();
}

function editCommand(context: CliContext): Command {
  return new Command("edit")
    .description("change role, name or e-mail address; another role ends the user's sessions")
    .argument("<email>")
    .addOption(new Option("--role <role>", "viewer, analyst or admin").argParser(parseRole))
    .option("--name <name>", "as the user is shown")
    .option("--email <email>", "the new e-mail address")
    .action(async (email: string, options: Pick<UserEdit, "role" | "name" | "email">) => {
      if (Object.keys(options).length === 0) throw new ConfigError("Say what to change: --role, --name or --email.");
      await change(context, email, options, (user) => `${user.email} is now ${user.role}, ${plainText(user.name)}.`);
    });
}

function passwordCommand(context: CliContext): Command {
  const command = new Command("password")
    .description("set a user's password, which is asked for; ends the user's sessions")
    .argument("<email>");
  for (const option of passwordOptions()) command.addOption(option);
  return command.action(async (email: string, options: PasswordOptions) => {
    const password = await readNewPassword(context, options);
    await change(context, email, { password }, (user) => `Changed the password of ${user.email}.`);
  });
}

function switchCommand(context: CliContext, name: "disable" | "enable", isDisabled: boolean): Command {
  return new Command(name)
    .description(isDisabled ? "let a user in no more: sessions end, API tokens are refused" : "let a user in again")
    .argument("<email>")
    .action((email: string) => change(context, email, { isDisabled }, (user) => `${user.email} is ${name}d.`));
}

async function change(context: CliContext, email: string, edit: UserEdit, say: (user: User) => string): Promise<void> {
  await withApp(context, async (app) => {
    const { id } = await findUser(app, email);
    context.stdout.write(`${say(await editUser(app, id, edit, cliActor()))}\n`);
  });
}

function removeCommand(context: CliContext): Command {
  return new Command("remove")
    .description("remove a user with all sessions and API tokens")
    .argument("<email>")
    .action(async (email: string) => {
      await withApp(context, async (app) => {
        const user = await removeUser(app, (await findUser(app, email)).id, cliActor());
        context.stdout.write(`Removed ${user.email}.\n`);
      });
    });
}

function sessionsCommand(context: CliContext): Command {
  return new Command("sessions")
    .description("where a user is signed in")
    .argument("<email>")
    .option("--end", "end all of them")
    .action(async (email: string, { end = false }: { end?: boolean }) => {
      await withApp(context, async (app) => {
        const user = await findUser(app, email);
        if (end) {
          const ended = await endSessionsOf(app, user, cliActor());
          context.stdout.write(`Ended ${ended} session${ended === 1 ? "" : "s"} of ${user.email}.\n`);
          return;
        }
        const sessions = await goodSessions(app, user.id);
        if (sessions.length === 0) context.stderr.write(`${user.email} is signed in nowhere.\n`);
        else context.stdout.write(`${table(["Since", "Last seen", "From", "With"], sessions.map(sessionLine))}\n`);
      });
    });
}

function sessionLine({ createdAt, lastSeenAt, address, userAgent }: Session): string[] {
  return [createdAt, lastSeenAt, address ?? "", (userAgent ?? "").slice(0, 60)];
}
