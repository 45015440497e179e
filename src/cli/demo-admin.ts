import { randomBytes } from "node:crypto";
import type { App } from "../app.ts";
import { addUser } from "../auth/users.ts";
import { deleteUser } from "../store/user.ts";
import { cliActor } from "./actor.ts";

export interface DemoAdmin {
  /** Address and password, to be printed. */
  login: string;
  /** With the demo the password is forgotten, and nobody is to be in the way of whoever uses the inventory next. */
  remove(): Promise<void>;
}

const email = "demo@example.com";

/** An administrator for as long as the demo runs, with a password that nobody knew before. */
export async function addDemoAdmin(app: App): Promise<DemoAdmin> {
  const password = randomBytes(12).toString("base64url");
  const user = await addUser(app, { email, name: "Demo", role: "admin", password }, cliActor());
  return { login: `${email} with the password ${password}`, remove: () => deleteUser(app.db, user.id) };
}
