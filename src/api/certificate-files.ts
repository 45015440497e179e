import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import { ConfigError, errorText } from "../errors.ts";
import type { Certificate } from "./server.ts";

export interface CertificateFiles {
  certFile: string;
  keyFile: string;
}

/** A certificate that was read and fits its key. */
export interface ReadCertificate extends Certificate {
  validFrom: Date;
  validTo: Date;
}

/** @throws ConfigError that says which file is wrong, and what to do */
export function readCertificate({ certFile, keyFile }: CertificateFiles): ReadCertificate {
  const cert = readPem(certFile, "WEIR_TLS_CERT");
  const key = readPem(keyFile, "WEIR_TLS_KEY");
  const certificate = parseCertificate(cert, certFile);
  if (!certificate.checkPrivateKey(parseKey(key, keyFile)))
    throw new ConfigError(
      `The key in ${keyFile} is not that of the first certificate in ${certFile}: name the pair that was made together, with the server's own certificate before those of its authority.`,
      { field: "WEIR_TLS_KEY" },
    );
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    throw new ConfigError(`OpenSSL does not take the certificate in ${certFile} with its key`, { cause });
  }
  return { cert, key, validFrom: certificate.validFromDate, validTo: certificate.validToDate };
}

function readPem(file: string, field: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = {
      ENOENT: `there is no file ${file}`,
      EACCES: `this user may not read ${file}`,
      EISDIR: `${file} is a folder`,
    }[code ?? ""];
    throw new ConfigError(`${field}: ${why ?? `${file} cannot be read (${code})`}.`, { field });
  }
}

function parseCertificate(text: string, file: string): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch {
    throw new ConfigError(
      `WEIR_TLS_CERT: ${file} holds no certificate in PEM form, which begins with -----BEGIN CERTIFICATE-----.`,
      { field: "WEIR_TLS_CERT" },
    );
  }
}

function parseKey(text: string, file: string): KeyObject {
  try {
    return createPrivateKey(text);
  } catch (error) {
    const problem = /passphrase|encrypted|interrupted or cancelled/i.test(errorText(error))
      ? `is protected by a passphrase, and nobody is there to type it: openssl pkey -in ${file} -out weir.key`
      : "holds no private key in PEM form, which begins with -----BEGIN PRIVATE KEY-----";
    // The cause could repeat what is in the file.
    throw new ConfigError(`WEIR_TLS_KEY: ${file} ${problem}.`, { field: "WEIR_TLS_KEY" });
  }
}

const dayMs = 86_400_000;
const soonDays = 14;

/** What is to be said of its time; `null` when all is well. */
export function certificateTrouble({ validFrom, validTo }: ReadCertificate, now: number): string | null {
  if (now > validTo.getTime())
    return `the certificate expired on ${dayOf(validTo)}: browsers and scripts refuse it, renew it`;
  if (now < validFrom.getTime()) return `the certificate is valid only from ${dayOf(validFrom)} on`;
  if (validTo.getTime() - now < soonDays * dayMs)
    return `the certificate expires on ${dayOf(validTo)}: renew it before that`;
  return null;
}

export function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
