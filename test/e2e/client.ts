/** The API as a program uses it, to make what a test begins with. */
export interface Client {
  request<T>(method: string, path: string, body?: unknown): Promise<T>;
}

export const owner = { email: "ann@example.com", name: "Ann", password: "a few words in a row" };

/** The first administrator, made with the token from the log. */
export async function setUp(url: string, token: string): Promise<Client> {
  const answer = await send(url, "POST", "/setup", { token, ...owner });
  return clientOf(url, cookieOf(answer));
}

/** Signs in again where a test has ended its session, as a change of the password does. */
function clientOf(url: string, first: string): Client {
  let cookie = first;
  return {
    async request<T>(method: string, path: string, body?: unknown) {
      const isOver = (await fetch(`${url}/api/v1/auth/me`, { headers: { cookie } })).status === 401;
      const { email, password } = owner;
      if (isOver) cookie = cookieOf(await send(url, "POST", "/auth/login", { email, password }));
      const answer = await send(url, method, path, body, cookie);
      return (answer.status === 204 ? undefined : await answer.json()) as T;
    },
  };
}

async function send(url: string, method: string, path: string, body?: unknown, cookie?: string): Promise<Response> {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: {
      origin: url,
      ...(cookie !== undefined && { cookie }),
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}

function cookieOf(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}
