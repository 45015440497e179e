import type { Config } from "../config.ts";
import { errorText } from "../errors.ts";
import type { Logger } from "../log.ts";
import { certificateTrouble, dayOf, type ReadCertificate, readCertificate } from "./certificate-files.ts";
import { type Address, type HttpApp, type Listening, listen } from "./server.ts";

export interface HttpsDeps {
  tls: Config["tls"];
  log: Logger;
  now: () => number;
}

/** Renewed files may be read so much later. */
const lookEveryMs = 60_000;

/**
 * Listens over HTTPS where there is a certificate, else over http. Files that were renewed are taken without a restart;
 * ones that cannot be used are told of, and the present certificate stays.
 * @throws ConfigError when the certificate cannot be used or the address cannot be listened on
 */
export async function listenSecurely(
  app: HttpApp,
  address: Pick<Address, "host" | "port">,
  deps: HttpsDeps,
  lookMs = lookEveryMs,
): Promise<Listening> {
  const { tls, now } = deps;
  if (tls === undefined) return await listen(app, address);
  const log = deps.log.child({ component: "https" });
  let present = readCertificate(tls);
  let troubled: string | null = null;
  const server = await listen(app, { ...address, certificate: present });

  function look(): void {
    let trouble: string | null;
    try {
      renew(readCertificate(tls!));
      trouble = certificateTrouble(present, now());
    } catch (error) {
      trouble = `the certificate was not renewed: ${errorText(error)}`;
    }
    if (trouble !== null && trouble !== troubled) log.warn(trouble);
    troubled = trouble;
  }

  function renew(found: ReadCertificate): void {
    if (found.cert === present.cert && found.key === present.key) return;
    server.takeCertificate(found);
    present = found;
    log.info(`the certificate was renewed: valid until ${dayOf(found.validTo)}`);
  }

  look();
  // Reading them is cheap, and sees what a watch would miss: links that point elsewhere, network file systems.
  const timer = setInterval(look, lookMs);
  timer.unref();
  return {
    ...server,
    async close() {
      clearInterval(timer);
      await server.close();
    },
  };
}
