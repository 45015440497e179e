import type { Browser, Page } from "@playwright/test";
import { type Loaded, watch } from "./fixtures.ts";

export interface Person {
  page: Page;
  email: string;
  password: string;
  /** Closes their browser and takes their account away. */
  leave(): Promise<void>;
}

interface Coming {
  name: string;
  role: "viewer" | "operator" | "admin";
}

/** Somebody else, signed in with a browser of their own. */
export async function comes(browser: Browser, { weir, client }: Loaded, { name, role }: Coming): Promise<Person> {
  const email = `${name.toLowerCase()}@example.com`;
  const password = `the words of ${name}`;
  const { id } = await client.request<{ id: string }>("POST", "/users", { email, name, password, role });
  const context = await browser.newContext({ baseURL: weir.url });
  const page = await context.newPage();
  const problems = watch(page);
  await page.request.post("/api/v1/auth/login", { data: { email, password }, headers: { origin: weir.url } });
  return {
    page,
    email,
    password,
    async leave() {
      await context.close();
      await client.request("DELETE", `/users/${id}`);
      if (problems.length > 0) throw new Error(problems.join("\n"));
    },
  };
}
